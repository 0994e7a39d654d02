"""What two people, or sixteen threads, do at the same moment."""

import time
from threading import Barrier, Event, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.erasure import erase_giver
from commonpress.fundraising.actions.gifts import record_gift, refund_gift
from commonpress.fundraising.actions.links import count_month
from commonpress.fundraising.actions.pledges import cancel_pledge, confirm_pledge
from commonpress.fundraising.actions.refund_requests import approve_refund, take_back
from commonpress.fundraising.errors import NothingLeftToRefund, PledgeIsSettled
from commonpress.fundraising.ledger import booking
from commonpress.fundraising.ledger.audit import sums_apart
from commonpress.fundraising.ledger.gifts import lines_in
from commonpress.fundraising.models.entry import Account, Entry, Line
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.giving_link import GivingLink
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books, meters
from tests.factories.accounts import make_person
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
    assert meters.meter(drive, JUNE).received == Money(5_00, "EUR")
    assert books.received_by_book(drive, "2021-06") == Money(5_00, "EUR")


def test_two_people_approving_at_once_are_one_refund():
    ann, ben, cat = (make_person("", Role.TREASURER) for _person in range(3))
    drive = make_drive()
    request = take_back(make_gift(drive, 900_00), amount=Money(600_00, "EUR"), by=ann)

    results = at_once(lambda: approve_refund(request, by=ben), lambda: approve_refund(request, by=cat))

    assert sorted(type(result).__name__ for result in results) == ["Refund", "RequestIsDecided"]
    assert meters.meter(drive, JUNE).received == Money(300_00, "EUR")
    assert books.received_by_book(drive, "2021-06") == Money(300_00, "EUR")


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
    assert meters.meter(drive, JUNE).received == Money(25_00, "EUR")


def test_one_entry_written_by_eight_at_once_stands_once_with_its_own_lines_and_the_others_get_it():
    gift = make_gift(make_drive(), 15_00)

    @transaction.atomic
    def enter_again():
        return booking.enter(
            source_key="test:once",
            kind=Entry.Kind.GIFT,
            occurred_at=gift.occurred_at,
            gift=gift,
            period_key="2021-06",
            lines=lines_in(gift),
            counts=booking.Counted("EUR", 15_00, gifts=1),
        ).pk

    results = at_once(*[enter_again] * 8)

    entry = Entry.objects.get(source_key="test:once")
    assert results == [entry.pk] * 8
    assert (Entry.objects.count(), Line.objects.count()) == (2, 4)
    assert meters.meter(gift.drive, JUNE).received == Money(30_00, "EUR")


def test_sixteen_gifts_at_once_lose_no_cent():
    drive = make_drive()

    results = at_once(
        *[lambda: record_gift(drive, amount=Money(1_01, "EUR"), source=Gift.Source.CASH, occurred_at=JUNE)] * 16
    )

    assert all(isinstance(result, Gift) for result in results), results
    shown = meters.meter(drive, JUNE)
    assert (shown.received, shown.gifts) == (Money(16_16, "EUR"), 16)
    assert books.received_by_book(drive, "2021-06") == shown.received


def test_a_booking_that_is_refused_takes_none_of_those_with_it_that_came_at_once():
    drive = make_drive()
    ended = lambda: record_gift(drive, amount=Money(9, "HRK"), source=Gift.Source.CASH)  # noqa: E731 - among others
    good = lambda: record_gift(drive, amount=Money(1_01, "EUR"), source=Gift.Source.CASH, occurred_at=JUNE)  # noqa: E731

    results = at_once(*[good, ended] * 8)

    assert sorted({type(result).__name__ for result in results}) == ["CurrencyHasEnded", "Gift"]
    assert meters.meter(drive, JUNE).received == books.received_by_book(drive, "2021-06") == Money(8_08, "EUR")


def test_a_pledge_confirmed_twice_at_once_is_one_gift():
    drive = make_drive()
    pledge = promise(drive, 20_00)

    results = at_once(*[lambda: confirm_pledge(pledge, occurred_at=JUNE)] * 2)

    assert results == [Gift.objects.get()] * 2
    assert meters.meter(drive, JUNE).received == Money(20_00, "EUR")
    assert meters.meter(drive, pledge.made_at).promised == Money(0, "EUR")


def test_a_pledge_cancelled_and_confirmed_at_once_counts_its_promise_out_once():
    drive = make_drive()
    pledge = promise(drive, 20_00)

    results = at_once(lambda: cancel_pledge(pledge), lambda: confirm_pledge(pledge, occurred_at=JUNE))

    assert isinstance(results[1], Gift)
    assert isinstance(results[0], PledgeIsSettled) or results[0] == pledge
    assert meters.meter(drive, pledge.made_at).promised == Money(0, "EUR")
    assert meters.meter(drive, JUNE).received == Money(20_00, "EUR")


def test_lines_without_their_entry_never_reach_the_book():
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(entry_id=1, account=Account.CASH, amount_minor=5, currency="EUR")

    assert Line.objects.count() == 0


def test_gifts_and_pledges_and_transfers_of_a_drive_with_a_pool_do_not_wait_for_each_other_for_ever():
    drive = make_drive(match_minor=50_00)
    pledges = [promise(drive, 2_00) for _pledge in range(4)]
    gift = lambda: record_gift(drive, amount=Money(5_00, "EUR"), source=Gift.Source.CASH, occurred_at=JUNE)  # noqa: E731 - among others
    confirms = [lambda pledge=pledge: confirm_pledge(pledge, occurred_at=JUNE) for pledge in pledges]
    found = []

    for _round in range(4):
        found += at_once(*[gift] * 4, *[lambda: promise(drive, 1_00)] * 4)
    found += at_once(*confirms, *[gift] * 4)

    assert [result for result in found if isinstance(result, Exception)] == []
    shown = meters.meter(drive, JUNE)
    assert (shown.received, shown.matched) == (Money(108_00, "EUR"), Money(50_00, "EUR"))
    assert sums_apart() == []


def test_sums_elsewhere_corrected_at_once_for_two_pages_of_a_drive_with_a_pool_do_not_wait_for_ever():
    by = make_person("", Role.TREASURER)
    drive = make_drive(match_minor=500_00)
    links = [GivingLink.objects.create(name=name, address=f"https://{name}.example/us") for name in ("one", "two")]

    for amount in (10_00, 20_00, 30_00):
        acts = [
            lambda link=link, amount=amount: count_month(
                link, drive, month="2021-05", amount=Money(amount, "EUR"), by=by
            )
            for link in links
        ]
        found = at_once(*acts, *[lambda: make_gift(drive, 1_00)] * 2)
        assert [result for result in found if isinstance(result, Exception)] == []

    assert sums_apart() == []


def test_who_is_erased_while_their_money_comes_is_erased_and_the_gift_stands():
    drive = make_drive()
    pledge = promise(drive, public_name="Ada", email="ada@example.org", message="Go on")
    came = Event()

    def confirm():
        with transaction.atomic():
            gift = confirm_pledge(pledge, occurred_at=JUNE)
            came.set()
            # For the other to find the pledge open, and wait.
            time.sleep(0.3)
        return gift

    def erase():
        came.wait()
        return erase_giver(["ada@example.org"])

    gift, erased = at_once(confirm, erase)

    assert erased == 1
    gift.refresh_from_db()
    assert (gift.supporter.email, gift.message, gift.is_anonymous) == ("", "", True)
    assert meters.meter(drive, JUNE).received == Money(25_00, "EUR")
