"""Cross-site request protection for pages that are the same bytes for everyone.

Public forms carry no token and set no cookie. An unsafe request is accepted when the
browser itself says that it comes from our own pages: `Sec-Fetch-Site: same-origin`, or,
where a browser does not send it, an `Origin` that is our host. With neither, the request
needs Django's token: what was typed comes back on a page that carries one
(theme.views.csrf_failure). /admin/ and /accounts/ always need the token.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware

TOKEN_ALWAYS = ("/admin/", "/accounts/", "/_util/")
DEFAULT_PORTS = {"http": 80, "https": 443}


class SameOriginCsrfMiddleware(CsrfViewMiddleware):
    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponseBase],
        callback_args: tuple[Any, ...],
        callback_kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        if not needs_token_always(request) and comes_from_our_own_page(request):
            return None
        return super().process_view(request, callback, callback_args, callback_kwargs)

    def _origin_verified(self, request: HttpRequest) -> bool:
        # "null" is a browser that will not say. The token alone must then prove the page, or
        # nobody with such a browser could ever pass. Only reached where the token is checked.
        if origin_is_unknown(request) and not needs_token_always(request):
            return True
        return super()._origin_verified(request)  # type: ignore[misc]  # private to Django's class


def needs_token_always(request: HttpRequest) -> bool:
    return request.path.startswith(TOKEN_ALWAYS)


def comes_from_our_own_page(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = _origin(request.headers.get("Origin", ""))
    return origin is not None and origin in {
        _origin(f"{request.scheme}://{request.get_host()}"),
        # Behind a front server that ends TLS the request itself looks like plain http.
        _origin(settings.PUBLIC_URL),
    }


def may_be_told_what_is_personal(request: HttpRequest) -> bool:
    """Tell whether a request may be for our own page: browsers that send neither header with a page's GET are believed."""
    if "Sec-Fetch-Site" not in request.headers and "Origin" not in request.headers:
        return True
    return comes_from_our_own_page(request)


def origin_is_unknown(request: HttpRequest) -> bool:
    """Tell whether the browser says nothing at all about the page the request comes from."""
    return "Sec-Fetch-Site" not in request.headers and request.headers.get("Origin", "null") == "null"


def _origin(address: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port; None for what is no http origin ("null", an empty header)."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or parts.hostname is None:
        return None
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme]
