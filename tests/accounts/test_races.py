"""What two people do at the same moment, on real connections and real commits."""

from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from commonpress.accounts.actions.staff import save_person
from commonpress.accounts.erasing import erase
from commonpress.accounts.models import Person
from tests.factories.accounts import make_person

pytestmark = [pytest.mark.commits, pytest.mark.both_databases]


def at_once(*acts):
    """Run each in a thread of its own, from a common start; return the names of what each raised, or None."""
    start = Barrier(len(acts))
    raised = [None] * len(acts)

    def run(place, act):
        start.wait()
        try:
            act()
        except Exception as error:
            raised[place] = type(error).__name__
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_of_two_owners_who_leave_at_once_one_stays():
    first, second = (make_person(f"{name}@paper.example", "owner") for name in ("olive", "otto"))

    raised = at_once(lambda: erase(first), lambda: erase(second))

    assert sorted(raised, key=str) == ["LastOwner", None]
    assert Person.objects.get().group_names == {"owner"}


def test_of_two_owners_who_make_each_other_editors_one_stays_owner():
    people = [make_person(f"{name}@paper.example", "owner") for name in ("olive", "otto")]
    editor = Group.objects.get(name="editor")

    raised = at_once(*(lambda person=person: save_person(person, roles=[editor]) for person in people))

    assert sorted(raised, key=str) == ["LastOwner", None]
    assert Person.objects.filter(groups__name="owner").count() == 1
