"""The mark of supporters beside their comments: theirs to show, and to hide again; how much they gave is not told."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from commonpress.accounts.actions.badges import give_badge, take_badge
from commonpress.accounts.models import Badge, Person
from commonpress.fundraising.errors import NotASupporter
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.queries import people
from commonpress.lib.refusals import require


@transaction.atomic
def show_support(person: Person) -> None:
    """Mark a person's comments as a supporter's, as they wish. Raises NotASupporter."""
    until = people.supports_until(person)
    require(until is not None and until > timezone.now(), NotASupporter)
    assert until is not None
    give_badge(person, Badge.Kind.SUPPORTER, until=until)


@transaction.atomic
def hide_support(person: Person) -> None:
    take_badge(person, Badge.Kind.SUPPORTER)


def review_badges(now: datetime) -> None:
    """Prolong the marks of those who have given again meanwhile, and take those of all others that are over."""
    for badge in Badge.objects.filter(kind=Badge.Kind.SUPPORTER, until__lte=now).select_related("person"):
        _review(badge.person, now)


def review_after_refund(supporter: Supporter | None) -> None:
    """Take the mark of who has got back all they gave; inside the transaction of the refund."""
    if supporter is None or not supporter.email:
        return
    people = EmailAddress.objects.filter(email__iexact=supporter.email, verified=True).values("user")
    marked = Person.objects.filter(pk__in=people, badges__kind=Badge.Kind.SUPPORTER)
    for person in marked:
        _review(person, timezone.now())


@transaction.atomic
def _review(person: Person, now: datetime) -> None:
    until = people.supports_until(person)
    if until is not None and until > now:
        give_badge(person, Badge.Kind.SUPPORTER, until=until)
    else:
        take_badge(person, Badge.Kind.SUPPORTER)
