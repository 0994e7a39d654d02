"""A publication's spot colour as a stylesheet of a few lines.

The policy forbids styles inside a page, and a page in a cache must not show yesterday's colour. So the colour
is part of the stylesheet's address: the answer follows from the address alone and may be kept for ever.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commonpress.theme.colours import spot

SHEET = (
    "@layer tokens{{:root{{--spot:{spot.light};--spot-soft:{spot.light_soft}}}"
    "@media(prefers-color-scheme:dark){{:root{{--spot:{spot.dark};--spot-soft:{spot.dark_soft}}}}}"
    "@media(forced-colors:active){{:root{{--spot:LinkText;--spot-soft:GrayText}}}}"
    "@media print{{:root{{--spot:{spot.light};--spot-soft:{spot.light_soft}}}}}}}"
)


@require_safe
def stylesheet(request: HttpRequest, colour: str) -> HttpResponse:
    response = HttpResponse(SHEET.format(spot=spot(f"#{colour}")), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
