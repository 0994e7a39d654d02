"""The one line of HTML with which other sites show what is ours."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from commonpress.changes.shown import keep

SCRIPT = Path(__file__).with_name("embed.js").read_text(encoding="utf-8")
DAY = 24 * 60 * 60


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The script at an address for good: browsers ask once a day whether it is still the same, and go on meanwhile."""
    keep()
    response = HttpResponse(SCRIPT, content_type="text/javascript; charset=utf-8")
    patch_cache_control(response, public=True, max_age=DAY, stale_while_revalidate=7 * DAY)
    return response
