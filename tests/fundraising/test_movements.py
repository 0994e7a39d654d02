"""Settling movements by hand, and undoing what they became."""

from datetime import timedelta

import pytest

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.movements import (
    Part,
    ignore_movement,
    settle_as_refund,
    settle_by_refund,
    settle_movement,
    undo_movement,
)
from commonpress.fundraising.actions.pledges import confirm_pledge
from commonpress.fundraising.actions.refund_requests import approve_refund
from commonpress.fundraising.actions.refund_requests import take_back as ask_for_refund
from commonpress.fundraising.actions.refunds import fail_refund
from commonpress.fundraising.actions.supporters import Giver
from commonpress.fundraising.errors import (
    GiftWentBack,
    MovementIsSettled,
    PledgeIsSettled,
    RefundIsAnother,
    RefundIsAskedForFirst,
    RefundIsSettled,
    RefundStands,
    SplitDoesNotFit,
)
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.statement import Movement
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from commonpress.fundraising.queries import statements as queries
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, promise
from tests.fundraising.statements import entry, only_queued, received, take

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("june")]


def test_a_transfer_that_came_back_is_proposed_as_a_refund():
    drive = make_drive()
    pledge = promise(drive, 25_00)
    take(entry(text=pledge.reference))
    take(entry(way="DBIT", text="Return", day="2021-06-15", more="<RvslInd>true</RvslInd>"))

    movement = only_queued()
    [gift] = queries.gifts_to_take_back(movement)
    settle_as_refund(movement, gift, note="The account was closed", by=make_person())

    movement.refresh_from_db()
    assert (movement.note, movement.refund.note) == ("The account was closed", "The account was closed")
    assert (movement.state, movement.refund.amount, received(drive)) == ("settled", Money(25_00, "EUR"), 0)
    assert movement.refund.refunded_at.day == 15
    with pytest.raises(RefundStands):
        undo_movement(movement, by=make_person())


def came_back(pledge, amount="25.00", **fields):
    """Take a transfer for the pledge that went back on the 15th, and return what went out."""
    take(entry(amount, text=pledge.reference))
    take(entry(amount, way="DBIT", text="Return", day="2021-06-15", more="<RvslInd>true</RvslInd>", **fields))
    return only_queued()


@pytest.mark.parametrize("is_paid_out", [True, False])
def test_above_the_limit_a_transfer_that_came_back_is_settled_by_the_refund_a_second_person_approved(is_paid_out):
    drive = make_drive()
    ann, ben = make_person("", Role.TREASURER), make_person("", Role.OWNER)
    movement = came_back(promise(drive, 600_00), "600.00")
    gift = Gift.objects.get()

    with pytest.raises(RefundIsAskedForFirst):
        settle_as_refund(movement, gift, by=ann)
    before = (received(drive), only_queued(), queries.refunds_paid_by(movement, [gift]))
    request = ask_for_refund(gift, amount=Money(600_00, "EUR"), is_paid_out=is_paid_out, by=ann)
    refund = approve_refund(request, by=ben)
    [offered] = queries.refunds_paid_by(movement, [gift])
    settle_by_refund(movement, offered, by=ann)

    movement.refresh_from_db()
    refund.refresh_from_db()
    assert before == (600_00, movement, [])
    assert (movement.state, movement.refund, movement.settled_by) == ("settled", refund, ann)
    assert (refund.state, refund.refunded_at.day, received(drive)) == ("done", 20 if is_paid_out else 15, 0)
    assert (Refund.objects.count(), queries.refunds_paid_by(movement, [gift])) == (1, [])


def test_what_was_taken_back_alone_before_counts_for_a_transfer_that_came_back_too():
    drive = make_drive(refund_limit_minor=30_00)
    movement = came_back(promise(drive, 25_00), "25.00")
    [gift] = queries.gifts_to_take_back(movement)
    fail_refund(refund_gift(gift, amount=Money(10_00, "EUR")))
    refund_gift(gift, amount=Money(10_00, "EUR"), reason=Refund.Reason.MISTAKE)

    with pytest.raises(RefundIsAskedForFirst):
        settle_as_refund(movement, gift, by=make_person())


@pytest.mark.parametrize(
    ("minor", "fields", "refusal"),
    [
        (24_00, {}, RefundIsAnother),
        (24_00, {"is_paid_out": False}, RefundIsAnother),
        (25_00, {"reason": Refund.Reason.MISTAKE}, RefundIsAnother),
        (25_00, {"did_not_arrive": True}, RefundIsSettled),
    ],
)
def test_what_went_out_is_settled_by_no_refund_but_one_of_its_amount_that_stands(minor, fields, refusal):
    drive = make_drive()
    movement = came_back(promise(drive, 25_00))
    did_not_arrive = fields.pop("did_not_arrive", False)
    refund = refund_gift(Gift.objects.get(), amount=Money(minor, "EUR"), **fields)
    if did_not_arrive:
        fail_refund(refund)
    before = received(drive), Refund.objects.get().state

    with pytest.raises(refusal):
        settle_by_refund(movement, refund, by=make_person())

    assert queries.refunds_paid_by(movement, [refund.gift]) == []
    assert (received(drive), Refund.objects.get().state) == before
    assert only_queued() == movement


def test_a_movement_is_split_by_hand_over_a_pledge_and_a_drive():
    drive, other = make_drive(), make_drive(is_current=False)
    pledge = promise(drive, 25_00)
    take(entry("60.00", text="For both"))

    parts = [Part(Money(20_00, "EUR"), pledge), Part(Money(40_00, "EUR"), other)]
    settle_movement(
        only_queued(), parts, supporter=Giver("Ada", "ada@example.org", may_be_named=False), by=make_person()
    )

    assert (received(drive), received(other)) == (20_00, 40_00)
    assert Gift.objects.get(drive=other).supporter.email == "ada@example.org"
    assert Supporter.objects.count() == 1


@pytest.mark.parametrize("sums", [(10_00,), (10_00, 20_00), (30_00, -5_00), (0, 25_00)])
def test_parts_that_do_not_come_to_what_came_are_refused(sums):
    drive = make_drive()
    take(entry(text="Hello"))

    with pytest.raises(SplitDoesNotFit):
        settle_movement(only_queued(), [Part(Money(minor, "EUR"), drive) for minor in sums], by=make_person())

    assert Gift.objects.count() == 0


def test_a_pledge_that_was_received_takes_no_second_movement():
    drive = make_drive()
    pledge = promise(drive, 25_00)
    confirm_pledge(pledge, occurred_at=JUNE - timedelta(days=60))
    take(entry(text="Hello"))

    with pytest.raises(PledgeIsSettled):
        settle_movement(only_queued(), [Part(Money(25_00, "EUR"), pledge)], by=make_person())


def test_a_movement_settled_is_not_settled_again():
    drive = make_drive()
    take(entry(text="Hello"))
    movement = only_queued()
    ignore_movement(movement, note="A grant, entered elsewhere", by=make_person())

    for settle in (
        lambda: settle_movement(movement, [Part(Money(25_00, "EUR"), drive)], by=make_person()),
        lambda: ignore_movement(movement, note="", by=make_person()),
    ):
        with pytest.raises(MovementIsSettled):
            settle()
    assert Gift.objects.count() == 0


def test_undoing_corrects_the_book_and_awaits_the_pledge_again():
    drive = make_drive()
    pledge = promise(drive, 25_00)
    take(entry(text=pledge.reference))

    undo_movement(Movement.objects.get(), by=make_person())

    pledge.refresh_from_db()
    assert (pledge.state, pledge.gift, received(drive)) == ("open", None, 0)
    assert meters.meter(drive, JUNE).promised.minor == 25_00
    assert only_queued().why == "undone"
    settle_movement(only_queued(), [Part(Money(25_00, "EUR"), drive)], by=make_person())
    confirm_pledge(pledge, occurred_at=JUNE)
    assert (received(drive), meters.meter(drive, JUNE).promised.minor) == (50_00, 0)


def test_undoing_and_settling_again_any_number_of_times_counts_once():
    drive = make_drive()
    take(entry(text="Hello"))

    for _time in range(3):
        settle_movement(only_queued(), [Part(Money(25_00, "EUR"), drive)], by=make_person())
        undo_movement(Movement.objects.get(), by=make_person())
    settle_movement(only_queued(), [Part(Money(25_00, "EUR"), drive)], by=make_person())

    assert (received(drive), meters.meter(drive, JUNE).gifts) == (25_00, 1)


@pytest.mark.parametrize(("minor", "is_paid_out"), [(25_00, False), (4_00, False), (4_00, True), (25_00, True)])
def test_a_movement_whose_gift_went_back_is_not_undone_while_that_refund_stands(minor, is_paid_out):
    drive = make_drive()
    pledge = promise(drive, 25_00)
    take(entry(text=pledge.reference))
    gift = Gift.objects.get()
    refund = refund_gift(gift, amount=Money(minor, "EUR"), is_paid_out=is_paid_out)

    with pytest.raises(GiftWentBack):
        undo_movement(Movement.objects.get(), by=make_person())

    pledge.refresh_from_db()
    assert (pledge.gift, Movement.objects.get().state) == (gift, "booked")
    fail_refund(refund)
    undo_movement(Movement.objects.get(), by=make_person())
    settle_movement(only_queued(), [Part(Money(25_00, "EUR"), drive)], by=make_person())
    assert received(drive) == 25_00


def test_a_movement_whose_gift_was_corrected_is_undone_and_counts_whole_when_settled_again():
    drive = make_drive()
    take(entry(text=promise(drive, 25_00).reference))
    refund_gift(Gift.objects.get(), amount=Money(4_00, "EUR"), reason=Refund.Reason.MISTAKE)

    undo_movement(Movement.objects.get(), by=make_person())
    settle_movement(only_queued(), [Part(Money(25_00, "EUR"), drive)], by=make_person())

    assert received(drive) == 25_00
