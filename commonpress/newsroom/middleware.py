"""The publication's language and zone, for each request."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from commonpress.newsroom.models.publication import Publication


def publication_of(request: HttpRequest) -> Publication:
    """Return the publication, read once per request."""
    if not hasattr(request, "_publication"):
        request._publication = Publication.load()  # type: ignore[attr-defined]
    return request._publication  # type: ignore[attr-defined,no-any-return]


class PublicationMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        publication = publication_of(request)
        with translation.override(publication.language), timezone.override(ZoneInfo(publication.zone)):
            return self.get_response(request)
