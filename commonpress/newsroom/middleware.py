"""The publication's language and zone, for each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from wagtail.users.models import UserProfile

from commonpress.changes.shown import shows
from commonpress.newsroom.models.publication import Publication

# Speaks to machines, and has to when there is no database to ask for a language.
HEALTH = "/-/health/"


def publication_of(request: HttpRequest) -> Publication:
    """Return the publication, read once per request."""
    if not hasattr(request, "publication"):
        # Before set-up there is no row to say so.
        shows("publication")
        request.publication = Publication.load()  # type: ignore[attr-defined]  # kept on the request
    return request.publication  # type: ignore[attr-defined]  # kept on the request


class PublicationMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(HEALTH):
            return self.get_response(request)
        publication = publication_of(request)
        with translation.override(publication.language), timezone.override(publication.tzinfo):
            return self.get_response(request)


class DeskZoneMiddleware:
    """Has the desk work in the publication's zone, unless a person chose one of their own.

    Wagtail would use UTC: "publish at 9:00" would mean another hour than every reader sees.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/admin/") and request.user.is_authenticated:
            profile = UserProfile.objects.filter(user=request.user).first() or UserProfile()
            profile.current_time_zone = profile.current_time_zone or publication_of(request).zone
            # Kept beside the person in memory, where Wagtail looks for it; not saved.
            request.user.wagtail_userprofile = profile  # type: ignore[attr-defined]  # a reverse relation
        return self.get_response(request)
