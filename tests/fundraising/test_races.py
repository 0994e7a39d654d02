"""What two people, or sixteen threads, do at the same moment."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from commonpress.fundraising import queries
from commonpress.fundraising.actions.gifts import record_gift, refund_gift
from commonpress.fundraising.actions.pledges import cancel_pledge, confirm_pledge
from commonpress.fundraising.errors import NothingLeftToRefund, PledgeIsSettled
from commonpress.fundraising.models.entry import Account, Entry, Line
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.money import Money
from tests.factories.fundraising import JUNE, make_drive, make_gift, promise

pytestmark = [pytest.mark.commits, pytest.mark.both_databases]


def at_once(*acts):
    """Run each in a thread of its own, from a common start; return what each returned or raised."""
    start = Barrier(len(acts))
    results = [None] * len(acts)

    def run(place, act):
        start.wait()
        try:
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_people_refunding_at_once_cannot_give_back_more_than_came():
    drive = make_drive()
    gift = make_gift(drive, 15_00)

    results = at_once(*[lambda: refund_gift(gift, amount=Money(10_00, "EUR"))] * 2)

    assert sorted(type(result).__name__ for result in results) == ["NothingLeftToRefund", "Refund"]
    assert next(r for r in results if isinstance(r, Exception)).status == NothingLeftToRefund.status
    assert queries.meter(drive, JUNE).received == Money(5_00, "EUR")
    assert queries.received_by_book(drive, "2021-06") == Money(5_00, "EUR")


def test_one_gift_sent_by_sixteen_threads_is_entered_once():
    drive = make_drive()

    results = at_once(
        *[
            lambda: record_gift(
                drive,
                amount=Money(25_00, "EUR"),
                source=Gift.Source.CASH,
                occurred_at=JUNE,
                once_key="the-same-form",
            )
        ]
        * 16
    )

    gift = Gift.objects.get()
    assert results == [gift] * 16
    assert Entry.objects.count() == 1
    assert queries.meter(drive, JUNE).received == Money(25_00, "EUR")


def test_sixteen_gifts_at_once_lose_no_cent():
    drive = make_drive()

    results = at_once(
        *[lambda: record_gift(drive, amount=Money(1_01, "EUR"), source=Gift.Source.CASH, occurred_at=JUNE)] * 16
    )

    assert all(isinstance(result, Gift) for result in results), results
    shown = queries.meter(drive, JUNE)
    assert (shown.received, shown.gifts) == (Money(16_16, "EUR"), 16)
    assert queries.received_by_book(drive, "2021-06") == shown.received


def test_a_pledge_confirmed_twice_at_once_is_one_gift():
    drive = make_drive()
    pledge = promise(drive, 20_00)

    results = at_once(*[lambda: confirm_pledge(pledge, occurred_at=JUNE)] * 2)

    assert results == [Gift.objects.get()] * 2
    assert queries.meter(drive, JUNE).received == Money(20_00, "EUR")
    assert queries.meter(drive, pledge.made_at).promised == Money(0, "EUR")


def test_a_pledge_cancelled_and_confirmed_at_once_counts_its_promise_out_once():
    drive = make_drive()
    pledge = promise(drive, 20_00)

    results = at_once(lambda: cancel_pledge(pledge), lambda: confirm_pledge(pledge, occurred_at=JUNE))

    assert isinstance(results[1], Gift)
    assert isinstance(results[0], PledgeIsSettled) or results[0] == pledge
    assert queries.meter(drive, pledge.made_at).promised == Money(0, "EUR")
    assert queries.meter(drive, JUNE).received == Money(20_00, "EUR")


def test_lines_without_their_entry_never_reach_the_book():
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(entry_id=1, account=Account.CASH, amount_minor=5, currency="EUR")

    assert Line.objects.count() == 0
