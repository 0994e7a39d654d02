from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonpress.lib.refusals import Refused


class RefusalMiddleware:
    """Shows a raised Refused in the paper's look, with its own status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        return render(request, "theme/refused.html", {"message": exception.message}, status=exception.status)
