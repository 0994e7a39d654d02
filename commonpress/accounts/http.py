"""Who sent a request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from commonpress.accounts.models import Person


class SignedInRequest(HttpRequest):
    """A request whose sender is certain; views behind login_required take it."""

    user: Person


class WriterMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
