"""What is erased with a person.

Comments, gifts and bylines live in packages above this one; each registers here, at start,
how to let go of a person. All of it happens in the one transaction that deletes the account.
"""

from collections.abc import Callable

from django.db import transaction

from commonpress.accounts.models import Person
from commonpress.notices.models import Letter

Eraser = Callable[[Person], object]

_erasers: list[Eraser] = []


def register(eraser: Eraser) -> None:
    """Have `eraser(person)` called before a person's row is deleted.

    It must leave no name and no address of theirs behind, and no row that points at them.
    """
    if eraser not in _erasers:
        _erasers.append(eraser)


@transaction.atomic
def erase(person: Person) -> None:
    """Delete a person, their sessions and ways to sign in, and what every package registered."""
    for eraser in _erasers:
        eraser(person)
    Letter.objects.filter(to__iexact=person.email).delete()
    person.delete()
