"""Pieces of a page, for the elements that ask for them instead of a page."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from commonpress.accounts.models import Person, Writer
from commonpress.discussion.models.comment import name_of

HEADER = "X-Fragment"


def wants_fragment(request: HttpRequest) -> bool:
    return request.headers.get(HEADER) == "1"


def fragment(response: HttpResponse) -> HttpResponse:
    """Say of an answer that it is a piece of a page, whatever its status: elements put it in its place."""
    response[HEADER] = "1"
    return response


def writes_as(writer: Writer | None) -> str:
    """Return what stands in the place of the name's field for who is signed in; empty for a guest, who has the field."""
    if not isinstance(writer, Person):
        return ""
    return _("You write as %(name)s.") % {"name": name_of(writer)}
