"""Who keeps the books, and who supports."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.queries import givers
from commonpress.fundraising.queries.books import remaining

A_YEAR = timedelta(days=365)


def treasurers() -> Iterable[Person]:
    """Return who is written to about money: the treasurers, or the owners where there are none."""
    people = Person.objects.filter(is_active=True)
    return people.filter(groups__name=Role.TREASURER).distinct() or people.filter(groups__name=Role.OWNER).distinct()


def bookkeepers() -> Iterable[Person]:
    """Return everyone who may keep the books."""
    keepers = Q(groups__name__in=[Role.TREASURER, Role.OWNER]) | Q(is_superuser=True)
    return Person.objects.filter(keepers, is_active=True).distinct()


def owners() -> Iterable[Person]:
    """Return those who may do everything."""
    return Person.objects.filter(Q(groups__name=Role.OWNER) | Q(is_superuser=True), is_active=True).distinct()


def supports_until(person: Person) -> datetime | None:
    """Return until when a person counts as a supporter: a year from the latest gift that was not given back.

    Known by the addresses they have confirmed; None where nothing came from any.
    """
    rows = givers.rows_at(givers.confirmed_addresses(person))
    for gift in Gift.objects.filter(supporter__in=rows).order_by("-occurred_at"):
        if remaining(gift).minor > 0:
            return gift.occurred_at + A_YEAR
    return None
