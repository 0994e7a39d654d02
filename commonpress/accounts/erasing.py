"""What is erased with a person.

Comments, gifts and bylines live in packages above this one; each registers here, at start,
how to let go of a person. All of it happens in the one transaction that deletes the account.
"""

from collections.abc import Callable

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import ModelLogEntry, PageLogEntry

from commonpress.accounts.last_owner import require_another_owner
from commonpress.accounts.models import Person
from commonpress.accounts.sessions import end_sessions
from commonpress.accounts.subscribing import forget_as_subscriber
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
    """Delete a person, their sessions and ways to sign in, and what every package registered.

    Raises LastOwner for the only owner.
    """
    require_another_owner(person)
    for eraser in _erasers:
        eraser(person)
    forget_as_subscriber(person)
    Letter.objects.filter(to__iexact=person.email).delete()
    end_sessions(person)
    forget_in_history(person)
    person.delete()


def forget_in_history(person: Person) -> None:
    """Leave in Wagtail's history that something was done and when, without the person's name or number."""
    about = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Person), object_id=str(person.pk)
    )
    about.update(label="", data={})
    for history in (ModelLogEntry, PageLogEntry):
        history.objects.filter(user=person).update(user=None)
