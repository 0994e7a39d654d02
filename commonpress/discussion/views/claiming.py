"""Who signs in on a browser that a guest wrote or voted on is that guest."""

from django.http import HttpRequest

from commonpress.accounts.http import forget_guest, guest_of
from commonpress.accounts.models import Person
from commonpress.discussion.actions.claims import claim_guest


def claim_guest_of(request: HttpRequest, person: object) -> None:
    """Make what this browser's guest did the person's, and have the browser forget the guest.

    Forgotten, because who signs out may leave the browser to somebody else. No query without the cookie.
    """
    guest = guest_of(request)
    if guest is not None and isinstance(person, Person):
        claim_guest(guest, by=person)
        forget_guest(request)


def on_signing_in(request: HttpRequest, user: Person, **signal: object) -> None:
    claim_guest_of(request, user)
