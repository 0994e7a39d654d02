"""Badges: given to who asks for one and has a right to it, and taken back at a word."""

from datetime import datetime

from django.db import transaction

from commonpress.accounts.actions.names import protect_names_of
from commonpress.accounts.badges import show_badges
from commonpress.accounts.models import Badge, Person


@transaction.atomic
def give_badge(person: Person, kind: Badge.Kind, *, until: datetime) -> None:
    """Show a badge beside everything a person wrote, and keep guests from their name. Given again, it lasts longer."""
    # Prolonged by a bare update: a row that is locked first looks as if the badge was just being taken (has_badge).
    if not Badge.objects.filter(person=person, kind=kind).update(until=until):
        Badge.objects.update_or_create(person=person, kind=kind, defaults={"until": until})
    protect_names_of(person)
    show_badges(person)


@transaction.atomic
def take_badge(person: Person, kind: Badge.Kind) -> None:
    """Show a badge no longer, anywhere."""
    Badge.objects.filter(person=person, kind=kind).delete()
    protect_names_of(person)
    show_badges(person)
