"""The paper's icon: its logo, or its initial in white on the spot colour."""

import io
from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import escape
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont, ImageOps

from commonpress.newsroom.middleware import publication_of
from commonpress.newsroom.models.publication import Publication

DAY = 24 * 60 * 60


@require_safe
def svg(request: HttpRequest) -> HttpResponse:
    publication = publication_of(request)
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" fill="{escape(publication.spot_colour)}"/>'
        '<text x="16" y="23" font-family="Georgia, serif" font-size="21" font-weight="700" fill="#fff"'
        f' text-anchor="middle">{escape(initial(publication))}</text></svg>'
    )
    return kept_for_a_day(HttpResponse(drawing, content_type="image/svg+xml"))


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    publication = publication_of(request)

    def encode() -> bytes:
        out = io.BytesIO()
        drawn(publication, 48).save(out, "ICO", sizes=[(16, 16), (32, 32), (48, 48)])
        return out.getvalue()

    return kept_for_a_day(HttpResponse(once(publication, "ico", encode), content_type="image/x-icon"))


@require_safe
def png(request: HttpRequest, side: int = 180) -> HttpResponse:
    publication = publication_of(request)

    def encode() -> bytes:
        out = io.BytesIO()
        drawn(publication, side).save(out, "PNG")
        return out.getvalue()

    return kept_for_a_day(HttpResponse(once(publication, f"png{side}", encode), content_type="image/png"))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    publication = publication_of(request)
    told = {
        "name": publication.name,
        "short_name": publication.name[:12].strip(),
        "lang": publication.language,
        "start_url": "/",
        "display": "browser",
        "theme_color": publication.spot_colour,
        "icons": [{"src": f"/icon-{side}.png", "sizes": f"{side}x{side}", "type": "image/png"} for side in (192, 512)],
    }
    return kept_for_a_day(JsonResponse(told, content_type="application/manifest+json"))


def drawn(publication: Publication, side: int) -> Image.Image:
    """Return the icon; the logo's small JPEG is our own child's work and small, so it is read here."""
    if publication.logo is not None and publication.logo.preview_800:
        with publication.logo.preview_800.storage.open(str(publication.logo.preview_800.name)) as file:
            logo = Image.open(file, formats=["JPEG"]).convert("RGB")
        return ImageOps.pad(logo, (side, side), Image.Resampling.LANCZOS, color="white")
    icon = Image.new("RGB", (side, side), publication.spot_colour)
    font = ImageFont.load_default(round(side * 0.72))
    ImageDraw.Draw(icon).text((side / 2, side / 2), initial(publication), fill="white", font=font, anchor="mm")
    return icon


def initial(publication: Publication) -> str:
    """Return the first letter of the name, past an article: "L" for "The Lower Valley Courier"."""
    words = [word for word in publication.name.split() if word[:1].isalnum()]
    telling = [word for word in words if word.lower() not in {"the", "der", "die", "das", "le", "la", "el", "il", "de"}]
    # The first once more: a capital ß is "SS".
    return (telling or words or ["C"])[0][0].upper()[0]


def once(publication: Publication, kind: str, encode: Callable[[], bytes]) -> bytes:
    logo = publication.logo.preview_800.name if publication.logo else ""
    key = f"icon:{kind}:{publication.spot_colour}:{ord(initial(publication))}:{logo}"
    return cache.get_or_set(key, encode, DAY) or b""


def kept_for_a_day(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response
