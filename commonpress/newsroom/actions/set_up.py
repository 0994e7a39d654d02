"""Making a paper out of an empty database, once."""

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonpress.accounts.actions.staff import add_staff
from commonpress.accounts.models import Person, SetUpKey
from commonpress.accounts.rules import Role
from commonpress.lib.refusals import Refused
from commonpress.newsroom.actions.imports import import_desk, import_page
from commonpress.newsroom.models.publication import Publication


class AlreadySetUp(Refused):
    status = 410
    message = gettext_lazy("This paper has been set up already. Sign in to open its desk.")


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What the set-up form asks for. Without a password the owner signs in with codes by mail."""

    name: str
    language: str
    zone: str
    currency: str
    owner_name: str
    owner_email: str
    owner_password: str | None = None


@transaction.atomic
def set_up_address() -> str | None:
    """Return a new one-time address for setting the paper up; None when it has been.

    Called at each start: an address printed earlier no longer works.
    """
    if is_set_up():
        return None
    token = secrets.token_urlsafe(24)
    SetUpKey.objects.update_or_create(pk=1, defaults={"key_hash": _hash(token), "made_at": timezone.now()})
    return f"{settings.PUBLIC_URL}/-/set-up/{token}/"


def is_set_up() -> bool:
    return Publication.objects.exists()


def may_set_up(token: str) -> bool:
    key = SetUpKey.objects.filter(pk=1).first()
    return key is not None and constant_time_compare(key.key_hash, _hash(token)) and not is_set_up()


@transaction.atomic
def set_up(token: str, beginning: Beginning) -> Person:
    """Make the publication, its owner, a first desk and drafts of the pages a paper owes its readers.

    Raises AlreadySetUp when the token is used up, wrong, or another browser was faster.
    """
    # The lock: of two browsers that send the form together one gets the key.
    key = SetUpKey.objects.select_for_update().filter(pk=1).first()
    if key is None or not constant_time_compare(key.key_hash, _hash(token)) or is_set_up():
        raise AlreadySetUp
    key.delete()
    Publication.objects.create(
        name=beginning.name,
        language=beginning.language,
        zone=beginning.zone,
        currency=beginning.currency,
        contact_email=beginning.owner_email.lower(),
        set_up_at=timezone.now(),
    )
    owner = add_staff(
        beginning.owner_email, Role.OWNER, display_name=beginning.owner_name, password=beginning.owner_password
    )
    with translation.override(beginning.language):
        import_desk(title=_("News"), slug="news")
        for position, (title, slug, paragraphs) in enumerate(_pages(beginning)):
            body = [("paragraph", f"<p>{paragraph}</p>") for paragraph in paragraphs]
            import_page(title=title, slug=slug, body=body, state="draft", public_at=None, position=(position + 1) * 10)
    return owner


def _pages(beginning: Beginning) -> list[tuple[str, str, list[str]]]:
    """Return (title, slug, paragraphs) of the drafts; what stands in brackets is for the owner to fill in."""
    return [
        (
            _("About"),
            "about",
            [
                _("[Who makes this paper, since when, and for whom.]"),
                _("[Who pays for it, and who does not decide what stands in it.]"),
                _("[How you correct mistakes, and how readers report one.]"),
            ],
        ),
        (_("Contact"), "contact", [_("[How readers reach you: e-mail, telephone, post.]")]),
        (
            _("Privacy"),
            "privacy",
            [
                _("Reading this paper sets no cookie and tells no third party."),
                _(
                    "A comment or a vote sets one cookie, by which we know your browser again. With an account we keep "
                    "your e-mail address and the name you choose. You can delete the account at any time."
                ),
                _("[Who is responsible, what you keep of gifts and for how long, and how to ask about it.]"),
            ],
        ),
        (
            _("Imprint"),
            "imprint",
            [_("[Name and address of the publisher, who is responsible for the content, register and tax numbers.]")],
        ),
    ]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
