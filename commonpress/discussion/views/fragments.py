"""Pieces of a page, for the elements that ask for them instead of a page."""

from django.http import HttpRequest

HEADER = "X-Fragment"


def wants_fragment(request: HttpRequest) -> bool:
    return request.headers.get(HEADER) == "1"
