"""Hears which pages readers ask for may be kept, and has them made."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri

from commonpress.changes.shown import hearing
from commonpress.prerender.keeper import running

# A page that is read all the time waits up to a second to be made again.
SECONDS_WAITED = 2


class WantedMiddleware:
    """Asks for pages that may be kept. What the visitor's own request produced never is: they are made from nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return self.get_response(request)
        with hearing() as shown:
            response = self.get_response(request)
        if shown.may_be_kept and response.status_code == 200:
            for keeper in running:
                keeper.want(raw(request.path))
        return response


def wait_until_fresh(path: str) -> None:
    """Wait until a kept page shows what this process has committed: for whoever is about to be led there."""
    for keeper in running:
        keeper.wait_until_fresh(raw(path), seconds=SECONDS_WAITED)


def raw(path: str) -> bytes:
    """Return a path as browsers send it."""
    return iri_to_uri(path).encode("ascii")
