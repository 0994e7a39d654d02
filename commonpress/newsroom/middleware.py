"""The publication's language and zone, for each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from commonpress.newsroom.models.publication import Publication


def publication_of(request: HttpRequest) -> Publication:
    """Return the publication, read once per request."""
    if not hasattr(request, "publication"):
        request.publication = Publication.load()  # type: ignore[attr-defined]  # kept on the request
    return request.publication  # type: ignore[attr-defined]  # kept on the request


class PublicationMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        publication = publication_of(request)
        with translation.override(publication.language), timezone.override(publication.tzinfo):
            return self.get_response(request)
