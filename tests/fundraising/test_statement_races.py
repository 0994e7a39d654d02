"""Two treasurers with the same file, or the same movement, at the same moment."""

from datetime import UTC, datetime

import pytest

from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.movements import Part, book_new, settle_by_refund, settle_movement, undo_movement
from commonpress.fundraising.actions.pledges import confirm_pledge
from commonpress.fundraising.actions.statements import read_in, take_statement
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.statement import Movement
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books, meters
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, make_gift, promise
from tests.fundraising.statements import camt, entry
from tests.fundraising.test_races import at_once

pytestmark = [pytest.mark.commits, pytest.mark.both_databases]


def read(*entries):
    return read_in(camt(*entries).encode(), file_name="june.xml")


def test_files_that_overlap_taken_at_once_bring_each_movement_once():
    drive = make_drive()
    pledges = [promise(drive, 10_00) for _each in range(6)]
    entries = [entry("10.00", text=pledge.reference, bank_id=f"B{number}") for number, pledge in enumerate(pledges)]
    files = [read(*entries[:4]), read(*entries[2:]), read(*entries)]
    by = make_person()

    def take(statement):
        return lambda: (take_statement(statement, by=by), book_new())

    results = at_once(*[take(statement) for statement in [*files, *files]])

    assert [result for result in results if isinstance(result, Exception)] == []
    assert (Movement.objects.count(), Gift.objects.count()) == (6, 6)
    assert meters.meter(drive, JUNE).received == books.received_by_book(drive, "2021-06") == Money(60_00, "EUR")


def test_a_movement_settled_by_two_people_at_once_is_one_gift():
    drive = make_drive()
    by = make_person()
    take_statement(read(entry(text="Hello")), by=by)
    book_new()
    movement = Movement.objects.get()

    results = at_once(*[lambda: settle_movement(movement, [Part(Money(25_00, "EUR"), drive)], by=by)] * 4)

    assert sorted(type(result).__name__ for result in results) == ["Movement", *["MovementIsSettled"] * 3]
    assert Gift.objects.count() == 1


def test_a_pledge_confirmed_by_hand_while_its_transfer_is_booked_is_one_gift():
    drive = make_drive()
    pledge = promise(drive, 25_00)
    take_statement(read(entry(text=pledge.reference)), by=make_person())

    results = at_once(book_new, lambda: confirm_pledge(pledge, occurred_at=datetime(2021, 6, 10, tzinfo=UTC)))

    assert [result for result in results if isinstance(result, Exception)] == []
    assert (Gift.objects.count(), Movement.objects.get().state) == (1, "booked")


def test_a_gift_refunded_while_its_movement_is_undone_is_one_or_the_other():
    drive = make_drive()
    by = make_person()
    take_statement(read(entry(text="Hello")), by=by)
    book_new()
    movement = settle_movement(Movement.objects.get(), [Part(Money(25_00, "EUR"), drive)], by=by)
    gift = Gift.objects.get()

    results = at_once(
        lambda: undo_movement(movement, by=by),
        lambda: refund_gift(gift, amount=Money(10_00, "EUR"), by=by, is_paid_out=False),
    )

    # Undone, it leaves nothing to refund; refunded, it is not undone.
    said = sorted(type(result).__name__ for result in results)
    assert said in [["Movement", "NothingLeftToRefund"], ["GiftWentBack", "Refund"]]


def test_one_refund_is_the_money_of_one_movement_whoever_settles_two_by_it_at_once():
    drive = make_drive()
    by = make_person()
    back = "<RvslInd>true</RvslInd>"
    take_statement(read(*[entry(way="DBIT", text="Return", bank_id=bank_id, more=back) for bank_id in "AB"]), by=by)
    book_new()
    refund = refund_gift(make_gift(drive), amount=Money(25_00, "EUR"), is_paid_out=False)
    first, second = Movement.objects.all()

    results = at_once(
        *[lambda movement=movement: settle_by_refund(movement, refund, by=by) for movement in (first, second)]
    )

    assert sorted(type(result).__name__ for result in results) == ["Movement", "RefundIsAnother"]
    assert books.received_by_book(drive, "2021-06") == Money(0, "EUR")
