"""Pieces of a page, for the elements that ask for them instead of a page."""

from django.http import HttpRequest, HttpResponse

HEADER = "X-Fragment"


def wants_fragment(request: HttpRequest) -> bool:
    return request.headers.get(HEADER) == "1"


def fragment(response: HttpResponse) -> HttpResponse:
    """Say of an answer that it is a piece of a page, whatever its status: elements put it in its place."""
    response[HEADER] = "1"
    return response
