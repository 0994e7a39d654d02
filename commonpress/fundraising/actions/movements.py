"""What becomes of a movement on the account: booked by its reference, settled by a human, undone.

Each is one transaction that locks the movement first, then pledges in the order of their references. What a
movement became is tied to it in the same transaction, so a crash between two leaves nothing to double.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from datetime import time as clock

from django.db import transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.database.priority import priority
from commonpress.fundraising.actions.gifts import record_gift, refund_gift
from commonpress.fundraising.actions.pledges import confirm_pledge
from commonpress.fundraising.actions.refunds import pay_out
from commonpress.fundraising.actions.supporters import Giver, supporter_for
from commonpress.fundraising.errors import (
    GiftWentBack,
    MovementIsSettled,
    PledgeIsSettled,
    RefundIsAnother,
    RefundIsAskedForFirst,
    RefundStands,
    SplitDoesNotFit,
)
from commonpress.fundraising.ledger import booking, totals
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.statement import Movement, MovementGift
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books
from commonpress.fundraising.queries.refunds import needs_second_person
from commonpress.fundraising.queries.statements import decision_of, pledges_for, promised_of
from commonpress.fundraising.statements.matching import Pledges
from commonpress.fundraising.statements.spelling import exact_in
from commonpress.lib.refusals import Refused, require

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Part:
    """What of a movement goes to a pledge, or into a drive as a gift nobody announced."""

    amount: Money
    to: Pledge | Drive


def book_new(*, seconds: float | None = None) -> int:
    """Book every movement that was taken and not looked at yet, each by itself, and return how many are left.

    With `seconds`, no longer than that: the clock goes on with the rest (`schedules.py`).
    """
    until = None if seconds is None else time.monotonic() + seconds
    new = Movement.objects.filter(state=Movement.State.NEW).order_by("booked_on", "pk")
    while chunk := list(new[:AT_ONCE]):
        pledges = pledges_for(movement.text for movement in chunk)
        for movement in chunk:
            if until is not None and time.monotonic() > until:
                return new.count()
            references = {*exact_in(movement.text), *pledges.near(movement.text)}
            try:
                book_movement(movement.pk, references)
            except Refused as refusal:
                # As for money in a currency that has ended: a human reads why, and the others go on.
                put_in_queue(movement.pk, str(refusal))
    return 0


@priority("money")
@transaction.atomic
def book_movement(pk: int, references: set[str]) -> None:
    """Book a movement on the pledges it names, or put it in the queue, or aside.

    `references` are those it may mean; how their pledges stand is read here, under their locks.
    """
    movement = Movement.objects.select_for_update().get(pk=pk)
    if movement.state != Movement.State.NEW:
        return
    locked = Pledge.objects.select_for_update(of=("self",)).filter(reference__in=references).order_by("reference")
    pledges = {pledge.reference: pledge for pledge in locked.select_related("drive")}
    decision = decision_of(movement, Pledges(promised_of(Pledge.objects.filter(reference__in=pledges))))
    if decision.outcome == "book":
        by = movement.statement.taken_by
        booking.hold_pools(*(pledges[reference].drive for reference, _amount in decision.parts))
        for reference, amount in decision.parts:
            pay(movement, amount, pledges[reference], by=by)
        close(movement, Movement.State.BOOKED)
    elif decision.outcome == "entered":
        [(reference, _amount)] = decision.parts
        gift = pledges[reference].gift
        assert gift is not None  # or it would not count as received
        MovementGift.objects.create(movement=movement, gift=gift, was_entered_before=True)
        close(movement, Movement.State.BOOKED, why=Movement.Why.ENTERED)
    elif decision.outcome == "ignore":
        # Whom the paper pays is no business of these books.
        movement.payer_name = movement.text = ""
        close(movement, Movement.State.IGNORED, why=Movement.Why(decision.why))
    else:
        movement.state, movement.why = Movement.State.QUEUED, decision.why
        movement.save()


@transaction.atomic
def put_in_queue(pk: int, note: str) -> None:
    movement = Movement.objects.select_for_update().get(pk=pk)
    if movement.state == Movement.State.NEW:
        movement.state, movement.why, movement.note = Movement.State.QUEUED, Movement.Why.REFUSED, note[:200]
        movement.save()


@priority("money")
@transaction.atomic
def settle_movement(
    movement: Movement, parts: list[Part], *, supporter: Supporter | Giver | None = None, note: str = "", by: Person
) -> Movement:
    """Make a queued movement the gifts a human says it is; `supporter` gave what no pledge announced.

    Raises MovementIsSettled, SplitDoesNotFit unless the parts come to what came, PledgeIsSettled.
    """
    movement = queued(movement)
    sums = {part.amount.currency for part in parts} == {movement.currency}
    fits = sums and sum(part.amount.minor for part in parts) == movement.amount_minor
    require(fits and all(part.amount.minor > 0 for part in parts), SplitDoesNotFit)
    may_be_named = isinstance(supporter, Giver) and supporter.may_be_named
    if isinstance(supporter, Giver):
        # Once for all parts: they are one person's.
        is_new = any(isinstance(part.to, Drive) for part in parts)
        supporter = supporter_for(supporter) if is_new else None
    booking.hold_pools(*(part.to if isinstance(part.to, Drive) else part.to.drive for part in parts))
    for number, part in enumerate(sorted(parts, key=order_of)):
        if isinstance(part.to, Pledge):
            pay(movement, part.amount, part.to, by=by)
        else:
            gift = record_gift(
                part.to,
                amount=part.amount,
                source=Gift.Source.BANK,
                occurred_at=moment_on(movement, part.to),
                supporter=supporter,
                is_anonymous=not may_be_named,
                note=note,
                entered_by=by,
                once_key=once_key_of(movement, number),
            )
            MovementGift.objects.create(movement=movement, gift=gift)
    movement.note = note
    close(movement, Movement.State.SETTLED, by=by)
    return movement


@transaction.atomic
def ignore_movement(movement: Movement, *, note: str, by: Person) -> Movement:
    """Say that a queued movement is no gift, and why. Raises MovementIsSettled."""
    movement = queued(movement)
    movement.note = note
    close(movement, Movement.State.IGNORED, why=Movement.Why.BY_HAND, by=by)
    return movement


@priority("money")
@transaction.atomic
def settle_as_refund(movement: Movement, gift: Gift, *, note: str = "", by: Person) -> Movement:
    """Take back of a gift what went out again.

    Raises MovementIsSettled, NothingLeftToRefund, RefundIsAskedForFirst above what one person takes back of a gift:
    once a second one has approved it, the movement is settled by that refund.
    """
    movement = queued(movement)
    gift = Gift.objects.select_for_update(of=("self",)).select_related("drive").get(pk=gift.pk)
    require(not needs_second_person(gift, -movement.amount), RefundIsAskedForFirst)
    movement.refund = refund_gift(
        gift,
        amount=-movement.amount,
        reason=Refund.Reason.RETURNED,
        note=note,
        by=by,
        refunded_at=moment_on(movement, gift.drive),
        once_key=once_key_of(movement, 0),
    )
    movement.note = note
    close(movement, Movement.State.SETTLED, by=by)
    return movement


@priority("money")
@transaction.atomic
def settle_by_refund(movement: Movement, refund: Refund, *, note: str = "", by: Person) -> Movement:
    """Say that what went out is the money of a refund that was decided before: one to be paid out is paid by it.

    Raises MovementIsSettled, RefundIsSettled when it was called off, RefundIsAnother.
    """
    movement = queued(movement)
    refund = pay_out(refund, paid_at=moment_on(movement, refund.gift.drive))
    fits = refund.reason == Refund.Reason.RETURNED and refund.amount == -movement.amount
    # Whoever settles another movement by it waited for the refund.
    require(fits and not Movement.objects.filter(refund=refund).exists(), RefundIsAnother)
    movement.refund = refund
    movement.note = note
    close(movement, Movement.State.SETTLED, by=by)
    return movement


@priority("money")
@transaction.atomic
def undo_movement(movement: Movement, *, by: Person) -> Movement:
    """Put a movement back into the queue: what it became is corrected in the book, and its pledges are awaited again.

    Raises RefundStands where it was a refund: that is money which went out; GiftWentBack where one of its gifts did,
    or is to: the correction would leave that out, and the transfer settled again would count it a second time.
    """
    movement = Movement.objects.select_for_update().get(pk=movement.pk)
    if movement.is_queued or movement.state == Movement.State.NEW:
        return movement
    require(movement.refund is None, RefundStands)
    new = Gift.objects.filter(came_by__movement=movement, came_by__was_entered_before=False)
    # Who refunds one of them at this moment waits here, or came first and is seen.
    gifts = list(new.select_for_update(of=("self",)).order_by("pk"))
    returned = Refund.objects.filter(gift__in=gifts, reason=Refund.Reason.RETURNED)
    require(not returned.exclude(state=Refund.State.FAILED).exists(), GiftWentBack)
    for became in movement.became.select_related("gift").order_by("pk"):
        if became.was_entered_before:
            became.delete()
        else:
            take_back(became.gift, by=by)
    movement.state, movement.why = Movement.State.QUEUED, Movement.Why.UNDONE
    movement.round += 1
    movement.settled_at = movement.settled_by = None
    movement.save()
    return movement


def queued(movement: Movement) -> Movement:
    movement = Movement.objects.select_for_update().get(pk=movement.pk)
    require(movement.is_queued, MovementIsSettled)
    return movement


def order_of(part: Part) -> tuple[bool, str]:
    return isinstance(part.to, Drive), part.to.reference if isinstance(part.to, Pledge) else ""


def pay(movement: Movement, amount: Money, pledge: Pledge, *, by: Person | None) -> None:
    pledge = Pledge.objects.select_for_update(of=("self",)).select_related("drive").get(pk=pledge.pk)
    # Confirming one that was received would answer with that gift, and this money would be nowhere.
    require(pledge.gift_id is None, PledgeIsSettled)
    gift = confirm_pledge(pledge, amount=amount, occurred_at=moment_on(movement, pledge.drive), by=by)
    MovementGift.objects.create(movement=movement, gift=gift)


def take_back(gift: Gift, *, by: Person) -> None:
    """Correct a gift out of the book, and let its pledge be awaited again for as long as it would have been."""
    left = books.remaining(gift)
    if left:
        refund_gift(gift, amount=left, reason=Refund.Reason.MISTAKE, by=by)
    pledge = Pledge.objects.select_for_update(of=("self",)).select_related("drive").filter(gift=gift).first()
    # The key is free again: the pledge may still be confirmed, and that is another gift.
    Gift.objects.filter(pk=gift.pk).update(once_key=None)
    if pledge is None:
        return
    is_awaited = pledge.expires_at > timezone.now()
    pledge.gift, pledge.confirmed_by = None, None
    pledge.state = Pledge.State.OPEN if is_awaited else Pledge.State.EXPIRED
    pledge.settled_at = None if is_awaited else timezone.now()
    pledge.save()
    if is_awaited:
        totals.promise(pledge)


def moment_on(movement: Movement, drive: Drive) -> datetime:
    """Return noon of the day of booking in the drive's zone, or now if that is still to come."""
    noon = datetime.combine(movement.booked_on, clock(12), tzinfo=drive.zone_info)
    return min(noon, timezone.now())


def once_key_of(movement: Movement, number: int) -> str:
    return f"movement:{movement.pk}:{movement.round}:{number}"


def close(movement: Movement, state: Movement.State, *, why: str = "", by: Person | None = None) -> None:
    movement.state, movement.why = state, why
    movement.settled_at, movement.settled_by = timezone.now(), by
    movement.save()
