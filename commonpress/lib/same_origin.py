"""Cross-site request protection for pages that are the same bytes for everyone.

Public forms carry no token and set no cookie. An unsafe request is accepted when the
browser itself says that it comes from our own pages: `Sec-Fetch-Site: same-origin`, or,
where a browser does not send it, an `Origin` that is our host. With neither, the request
needs Django's token, which the form's compose page carries. /admin/ and /accounts/
always need the token.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

TOKEN_ALWAYS = ("/admin/", "/accounts/")


class SameOriginCsrfMiddleware(CsrfViewMiddleware):
    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponseBase],
        callback_args: tuple[Any, ...],
        callback_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not request.path.startswith(TOKEN_ALWAYS) and comes_from_our_own_page(request):
            return None
        return super().process_view(request, callback, callback_args, callback_kwargs)


def comes_from_our_own_page(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and origin == f"{request.scheme}://{request.get_host()}"
