"""What a booking asks for is found by an index, however many give, and it writes to no index that nobody asks."""

from itertools import permutations

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from commonpress.fundraising.actions.pledges import confirm_pledge
from commonpress.fundraising.actions.supporters import known_by
from commonpress.fundraising.effects.pledges import may_write_to
from commonpress.fundraising.models.entry import Entry, Line
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.queries import givers, people
from commonpress.notices.models import Letter
from tests.discussion.test_plans import explain
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, make_gift, promise

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ADDRESS = "ada@example.org"


@pytest.fixture
def drive():
    """A drive with a pledge and a gift from one address, and four thousand others with a letter each."""
    Supporter.objects.bulk_create(Supporter(email=f"Reader{number}@example.org") for number in range(4000))
    Letter.objects.bulk_create(
        Letter(once_key=f"pledge-made:{number}", kind="pledge_made", to=f"Reader{number}@example.org")
        for number in range(4000)
    )
    with time_machine.travel(JUNE, tick=False):
        drive = make_drive()
        make_gift(drive, supporter=Supporter.objects.create(email="Ada@Example.org"))
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        yield drive


def scans_of(act):
    """Return the words of every query of an act that reads all supporters or all letters."""
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    plans = [(sql, explain(sql, params)) for sql, params in asked if sql.lstrip().startswith("SELECT")]
    tables = ("fundraising_supporter", "notices_letter")
    return [
        sql for sql, plan in plans if any(f"{how} {of}" in plan for how in ("SCAN", "Seq Scan on") for of in tables)
    ]


def test_every_lookup_of_an_address_is_read_by_its_index(drive):
    ada = make_person(ADDRESS)

    def lookups():
        assert known_by(ADDRESS) in (rows := givers.rows_at([ADDRESS, "odo@example.org"]))
        assert people.supports_until(ada) is not None
        assert may_write_to(ADDRESS, timezone.now())
        assert not givers.letters_to(rows)

    assert not scans_of(lookups)


def test_a_pledge_is_confirmed_without_going_through_the_supporters(drive):
    pledge = promise(drive, email=ADDRESS)

    assert not scans_of(lambda: confirm_pledge(pledge))


@pytest.mark.parametrize("model", [Gift, Entry, Line])
def test_no_index_that_a_booking_writes_to_begins_another(model):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table).values()
    indexes = [tuple(each["columns"]) for each in found if each["index"] or each["unique"]]

    begun = [(one, other) for one, other in permutations(indexes, 2) if one == other[: len(one)]]

    assert indexes
    assert begun == []
