"""Badges beside a person's comments: who is told when one is given or taken.

Comments live in a package above this one. It registers here, at start, how to show a person's badges.
"""

from collections.abc import Callable

from django.db import connection

from commonpress.accounts.models import Badge, Person

Teller = Callable[[Person], object]

_tellers: list[Teller] = []


def register(show_badges: Teller) -> None:
    """Have `show_badges(person)` called in the transaction that gave or took one."""
    if show_badges not in _tellers:
        _tellers.append(show_badges)


def show_badges(person: Person) -> None:
    for teller in _tellers:
        teller(person)


def has_badge(person: Person, kind: Badge.Kind) -> bool:
    """Tell whether a person has a badge, for what they are about to write; inside its transaction.

    Who takes the badge away meanwhile waits for it, and takes it from what was written, too. On PostgreSQL the row says
    so: shared by all that the person writes and by who prolongs it, and passed by where somebody is just taking it, who
    may wait for us.
    """
    if connection.vendor != "postgresql":
        return Badge.objects.filter(person=person, kind=kind).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM accounts_badge WHERE person_id = %s AND kind = %s FOR KEY SHARE SKIP LOCKED",
            [person.pk, kind],
        )
        return cursor.fetchone() is not None
