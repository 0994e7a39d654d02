"""Gifts that come while others of their drive are booked go into the book together, and each as if it had come alone."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from commonpress.accounts.models import Person
from commonpress.fundraising.actions import gifts
from commonpress.fundraising.actions.gifts import record_gift
from commonpress.fundraising.actions.supporters import Giver
from commonpress.fundraising.errors import SentAlready
from commonpress.fundraising.ledger.audit import sums_apart
from commonpress.fundraising.ledger.booking import columns
from commonpress.fundraising.ledger.gifts import Counted, lines_in
from commonpress.fundraising.ledger.writing import write_all
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Account, Entry, Line
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.milestone import Milestone
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from tests.factories.fundraising import JUNE, make_drive, make_gift

pytestmark = [pytest.mark.commits, pytest.mark.both_databases]

WAIT = 30


@pytest.fixture
def record(monkeypatch):
    """Have gifts recorded, the first alone until so many others wait: `record(first, *others)` -> what came of each."""
    groups = []
    insert_once = gifts.insert_once

    def run(*acts, waiting=None):
        outcomes = [None] * len(acts)
        is_in = threading.Event()
        expected = len(acts) - 1 if waiting is None else waiting

        def wait_for_the_others(model, rows, *by, **known_by):
            groups.append(len(rows))
            if len(groups) == 1:
                is_in.set()
                until_waiting(expected)
            return insert_once(model, rows, *by, **known_by)

        def give(place, act):
            try:
                outcomes[place] = act()
            except Exception as error:
                outcomes[place] = error
            finally:
                connection.close()

        monkeypatch.setattr(gifts, "insert_once", wait_for_the_others)
        threads = [threading.Thread(target=give, args=pair) for pair in enumerate(acts)]
        threads[0].start()
        assert is_in.wait(WAIT)
        for count, thread in enumerate(threads[1:], 1):
            thread.start()
            if count <= expected:
                until_waiting(count)
        for thread in threads:
            thread.join(WAIT)
        return outcomes

    run.groups = groups
    return run


def until_waiting(count):
    until = time.monotonic() + WAIT
    while sum(map(len, gifts._record.waiting.values())) < count:
        assert time.monotonic() < until
        time.sleep(0.001)


def giving(drive, number=0, **fields):
    defaults = {"amount": Money(5_00, "EUR"), "source": Gift.Source.CASH, "occurred_at": JUNE}
    giver = Giver(f"Giver {number}", f"giver{number}@example.org", may_be_named=False)
    return lambda: record_gift(drive, **defaults | {"supporter": giver} | fields)


def test_they_are_booked_in_one_transaction_and_thanked_each(record):
    drive = make_drive(goal_minor=50_00)

    outcomes = record(*[giving(drive, number) for number in range(6)])

    assert record.groups == [1, 5]
    assert [(gift.supporter.name, gift.amount) for gift in outcomes] == [
        (f"Giver {number}", Money(5_00, "EUR")) for number in range(6)
    ]
    assert {gift.pk for gift in outcomes} == set(Entry.objects.values_list("gift", flat=True))
    shown = meters.meter(drive, JUNE)
    assert (shown.received, shown.gifts) == (Money(30_00, "EUR"), 6)
    assert sums_apart() == []
    assert sorted(Milestone.objects.values_list("percent", flat=True)) == [25, 50]
    thanked = DBTaskResult.objects.filter(task_path__endswith="thank_for_gift")
    assert sorted(job.args_kwargs["args"] for job in thanked) == sorted([gift.pk] for gift in outcomes)


def test_one_that_fails_when_all_are_written_leaves_nothing_of_itself_and_the_others_as_they_should_be(
    record, monkeypatch
):
    drive = make_drive()
    thank = gifts.thank_for_gift

    class Thanking:
        @staticmethod
        def enqueue(pk):
            if Gift.objects.get(pk=pk).note == "bad":
                raise ZeroDivisionError
            thank.enqueue(pk)

    monkeypatch.setattr(gifts, "thank_for_gift", Thanking)

    outcomes = record(*[giving(drive, number, note="bad" if number == 3 else "") for number in range(6)])

    assert record.groups[:2] == [1, 5]
    assert isinstance(outcomes.pop(3), ZeroDivisionError)
    assert sorted(Supporter.objects.values_list("name", flat=True)) == [f"Giver {number}" for number in (0, 1, 2, 4, 5)]
    assert {(gift.pk, gift.supporter.pk) for gift in outcomes} == set(Gift.objects.values_list("pk", "supporter"))
    assert meters.meter(drive, JUNE).received == Money(25_00, "EUR")
    assert sums_apart() == []


def test_one_by_somebody_who_was_erased_meanwhile_is_refused_alone(record):
    drive = make_drive()
    gone = Person(pk=987_654, email="gone@example.org")

    outcomes = record(*[giving(drive, number, entered_by=gone if number == 3 else None) for number in range(6)])

    assert record.groups[:2] == [1, 5]
    assert isinstance(outcomes.pop(3), IntegrityError)
    assert {gift.pk for gift in outcomes} == set(Gift.objects.values_list("pk", flat=True))
    assert meters.meter(drive, JUNE).received == Money(25_00, "EUR")
    assert sums_apart() == []


def test_a_form_sent_twice_is_refused_in_the_language_of_who_sent_it(record):
    drive = make_drive()
    make_gift(drive, 1_234_50, once_key="form")

    def in_german():
        with translation.override("de"):
            return giving(drive, 2, once_key="form")()

    outcomes = record(giving(drive, 0), giving(drive, 1), in_german, giving(drive, 3, once_key="form"))

    assert record.groups == [1, 3]
    german, english = outcomes[2:]
    assert type(german) is type(english) is SentAlready
    assert "1.234,50" in str(german.message)
    assert "1,234.50" in str(english.message)
    assert sorted(Supporter.objects.values_list("name", flat=True)) == ["Giver 0", "Giver 1"]
    assert meters.meter(drive, JUNE).received == Money(1_244_50, "EUR")


def test_the_same_form_twice_in_one_group_is_one_gift(record):
    drive = make_drive()

    outcomes = record(giving(drive, 0), *[giving(drive, 1, once_key="form")] * 3)

    assert record.groups == [1, 3]
    assert outcomes[1] == outcomes[2] == outcomes[3]
    assert meters.meter(drive, JUNE).gifts == 2


def test_gifts_of_another_month_another_drive_or_an_older_look_at_it_are_not_in_one_transaction(record):
    drive, other = make_drive(), make_drive(is_current=False)
    earlier = Drive.objects.get(pk=drive.pk)
    Drive.objects.filter(pk=drive.pk).update(match_minor=100_00, match_by="A friend")
    drive.refresh_from_db()

    outcomes = record(
        giving(drive, 0),
        giving(drive, 1),
        giving(drive, 2, occurred_at=JUNE + timedelta(days=31)),
        giving(earlier, 3),
        giving(other, 4),
        waiting=1,
    )

    assert all(isinstance(outcome, Gift) for outcome in outcomes), outcomes
    assert record.groups == [1] * 5
    assert sums_apart() == []


def test_each_gets_their_own_supporter(record):
    drive = make_drive()
    known = Supporter.objects.create(name="Known", email="known@example.org")
    nameless = Giver("", "", may_be_named=False)

    outcomes = record(
        *[giving(drive, 1, supporter=supporter) for supporter in (None, known, nameless)], giving(drive, 2)
    )

    assert record.groups == [1, 3]
    assert [gift.supporter and gift.supporter.name for gift in outcomes] == [None, "Known", None, "Giver 2"]
    for gift in outcomes:
        assert Gift.objects.get(pk=gift.pk).supporter == gift.supporter


def test_a_pool_is_taken_from_gift_by_gift_until_it_is_empty(record):
    drive = make_drive(match_minor=12_00, match_by="A friend")

    record(*[giving(drive, number) for number in range(4)])

    assert record.groups == [1, 3]
    assert sorted(Entry.objects.values_list("matched_minor", flat=True)) == [0, 2_00, 5_00, 5_00]
    assert sums_apart() == []


def entry_of(gift, number):
    return columns(
        source_key=f"test:{number}",
        kind=Entry.Kind.GIFT,
        occurred_at=JUNE,
        booked_at=JUNE,
        gift=gift,
        key=gift.pk,
        period_key="2021-06",
        lines=lines_in(gift),
        counts=Counted("EUR", 5_00, gifts=1),
    )


def wrong(changes=None, lines=lambda lines: lines):
    return lambda entry, own: (entry | (changes or {}), lines(own))


WRONG = {
    "unbalanced": wrong(lines=lambda lines: [(Account.BANK, Money(5_01, "EUR")), lines[1]]),
    "two currencies": wrong(lines=lambda lines: [(Account.BANK, Money(5_00, "USD")), lines[1]]),
    "no lines": wrong(lines=lambda _lines: []),
    "says more than was given": wrong({"amount_minor": 5_01}),
    "says no currency": wrong({"currency": ""}),
    "says no currency of the meter": wrong({"meter_currency": ""}),
    "source key stands": wrong({"source_key": "test:0"}),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("place", range(3))
def test_of_several_entries_in_one_statement_none_stands_when_one_is_wrong(name, place):
    gift = make_gift(make_drive(), 5_00)
    before = Entry.objects.count(), Line.objects.count()
    entries, lines = [], []
    for number in range(1, 4):
        own = lines_in(gift)
        entry = entry_of(gift, number)
        if number == place + 1:
            entry, own = WRONG[name](entry, own)
        entries.append(entry)
        lines.append(own)
    if name == "source key stands":
        with transaction.atomic():
            write_all([entries[place]], [lines[place]])
        before = Entry.objects.count(), Line.objects.count()

    with pytest.raises(DatabaseError), transaction.atomic():
        write_all(entries, lines)

    assert (Entry.objects.count(), Line.objects.count()) == before


def test_of_two_currencies_that_balance_an_entry_says_its_own():
    gift = make_gift(make_drive(), 5_00)
    lines = [
        *lines_in(gift),
        (Account.CASH, Money(7_00, "USD")),
        (Account.GIFTS, Money(-6_00, "USD")),
        (Account.FEE_COVER, Money(-1_00, "USD")),
    ]
    entry = entry_of(gift, 1)

    with transaction.atomic():
        (number,) = write_all([entry], [lines])

    assert Entry.objects.get(pk=number).amount_minor == 5_00
    with pytest.raises(DatabaseError), transaction.atomic():
        write_all([entry | {"source_key": "test:2", "amount_minor": 12_00}], [lines])
