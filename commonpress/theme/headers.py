"""What browsers are told about each answer: one table.

The first row whose prefix fits the path counts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PUBLIC_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-src": "'none'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
# Wagtail's desk: its choosers, date fields and inline panels still start with scripts in the page
# (8.0: wagtailadmin/panels, wagtailadmin/widgets), its editors set styles inline, its previews are
# frames of our own pages, and what an editor pastes or uploads is shown from memory first.
DESK_POLICY = PUBLIC_POLICY | {
    "script-src": "'self' 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "frame-src": "'self'",
    "frame-ancestors": "'self'",
}
# Somebody else's page shows our meter in a frame: whatever lies over it there, nothing can be sent from it. The one
# script in it tells that page how tall it is.
EMBED_POLICY = PUBLIC_POLICY | {
    "connect-src": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "*",
}
# A discussion in a frame, for the sites the operator names: its one form leads to a window of ours and changes nothing.
EMBEDDED_THREAD_POLICY = EMBED_POLICY | {"form-action": "'self'"}
# Files people uploaded: whatever they turn out to be, they run and load nothing.
UPLOAD_POLICY = {"default-src": "'none'", "img-src": "'self'", "style-src": "'unsafe-inline'", "sandbox": ""}

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), browsing-topics=()"
    ),
}
ONLY_US = {"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY"}
ANYBODY = {"Cross-Origin-Resource-Policy": "cross-origin"}
NOT_KEPT = {"Cache-Control": "no-store, private"}


@dataclass(frozen=True)
class Row:
    prefixes: tuple[str, ...]
    policy: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)
    # By the sites the operator has listed.
    is_framed_by_listed: bool = False


TABLE = [
    Row(("/admin/",), DESK_POLICY, ONLY_US | {"X-Frame-Options": "SAMEORIGIN"} | NOT_KEPT),
    Row(
        ("/accounts/", "/-/mail/", "/-/me", "/-/edit/", "/-/set-up/", "/-/first-steps/"),
        PUBLIC_POLICY,
        ONLY_US | NOT_KEPT,
    ),
    # A supporter's own: the addresses are keys, so no other site is told of them.
    Row(
        ("/give/mine/", "/give/receipt/", "/give/year/"),
        PUBLIC_POLICY,
        ONLY_US | NOT_KEPT | {"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"},
    ),
    Row(("/media/",), UPLOAD_POLICY, ANYBODY),
    Row(("/ledger/documents/",), UPLOAD_POLICY, ONLY_US),
    # Read by any site's programs, without a cookie: a star lets no browser show what it would answer a reader.
    Row(("/-/api/",), UPLOAD_POLICY, ANYBODY | {"X-Frame-Options": "DENY", "Access-Control-Allow-Origin": "*"}),
    Row(("/embed.js",), PUBLIC_POLICY, ANYBODY | {"X-Frame-Options": "DENY"}),
    Row(("/embed/thread/",), EMBEDDED_THREAD_POLICY, ANYBODY, is_framed_by_listed=True),
    Row(("/embed/",), EMBED_POLICY, ANYBODY),
    Row(("/meter.", "/meter/"), UPLOAD_POLICY, ANYBODY | {"X-Frame-Options": "DENY"}),
    Row(("/static/",), PUBLIC_POLICY, ANYBODY | {"X-Frame-Options": "DENY"}),
    Row(("/",), PUBLIC_POLICY, ONLY_US),
]


def headers_for(path: str) -> dict[str, str]:
    """Return the headers every answer under this path carries, whatever its status."""
    row = next(row for row in TABLE if path.startswith(row.prefixes) or row.prefixes == ("/",))
    framed_by = {"frame-ancestors": " ".join(settings.EMBED_SITES) or "'none'"} if row.is_framed_by_listed else {}
    policy = row.policy | framed_by | ({"upgrade-insecure-requests": ""} if settings.SECURE else {})
    told = EVERYWHERE | row.headers
    told["Content-Security-Policy"] = "; ".join(f"{name} {value}".strip() for name, value in policy.items())
    if settings.SECURE:
        # This host only: what else runs under the domain is not ours to decide about.
        told["Strict-Transport-Security"] = "max-age=63072000"
    return told


class HeadersMiddleware:
    """Puts the table's headers on every answer, errors and files included; stands first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in headers_for(request.path).items():
            response.headers[name] = value
        if "Cache-Control" not in response.headers:
            personal = response.cookies or response.status_code >= 400 or request.method not in {"GET", "HEAD"}
            response.headers["Cache-Control"] = "no-store, private" if personal else "no-cache"
        return response
