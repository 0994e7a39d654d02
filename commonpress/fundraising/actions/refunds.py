"""What becomes of a refund that was still to be paid out, and of one that did not arrive."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from commonpress.database.priority import priority
from commonpress.fundraising.actions.badges import review_after_refund
from commonpress.fundraising.errors import CorrectionStands, RefundIsSettled, SumIsReplaced
from commonpress.fundraising.ledger import booking
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.gift_elsewhere import GiftElsewhere
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.queries import books
from commonpress.fundraising.tasks import correct_receipt, take_correction_back
from commonpress.lib.refusals import require


@priority("money")
@transaction.atomic
def pay_out(refund: Refund, *, paid_at: datetime | None = None) -> Refund:
    """Book a refund that was still to be paid out, now that the money has left. Twice is once.

    Raises RefundIsSettled when it was called off.
    """
    refund = _locked(refund)
    if refund.state == Refund.State.DONE:
        return refund
    require(refund.is_pending, RefundIsSettled)
    is_last = refund.amount == books.remaining_in_book(refund.gift)
    refund.state = Refund.State.DONE
    refund.refunded_at = paid_at or timezone.now()
    refund.save(update_fields=["state", "refunded_at"])
    booking.enter_refund(refund, is_last=is_last)
    if refund.gift.supporter_id is not None:
        correct_receipt.enqueue(refund.pk)
    return refund


@priority("money")
@transaction.atomic
def fail_refund(refund: Refund, *, failed_at: datetime | None = None) -> Refund:
    """Note that the money did not reach the giver: it is ours again, and a compensating entry says so. Twice is once.

    One that never left is called off without an entry. The gift's month stands as before the refund.

    Raises CorrectionStands for what was entered by mistake: it never came, and nothing of it left. Raises SumIsReplaced
    for a refund of a month's sum after which another was typed: it would count beside that one.
    """
    # What a pool had added is added again: pools are held before gifts.
    booking.hold_pools(refund.gift.drive)
    refund = _locked(refund)
    require(refund.reason == Refund.Reason.RETURNED, CorrectionStands)
    if refund.state == Refund.State.FAILED:
        return refund
    require(not GiftElsewhere.objects.filter(gift=refund.gift).exclude(replaced_at=None).exists(), SumIsReplaced)
    was_booked = refund.state == Refund.State.DONE
    refund.state = Refund.State.FAILED
    refund.failed_at = failed_at or timezone.now()
    refund.save(update_fields=["state", "failed_at"])
    if was_booked:
        booking.enter_failed_refund(refund, failed_at=refund.failed_at)
    review_after_refund(refund.gift.supporter)
    if refund.gift.supporter_id is not None:
        take_correction_back.enqueue(refund.pk)
    return refund


def _locked(refund: Refund) -> Refund:
    # The gift first, as everywhere: who refunds more of it waits here.
    gift = Gift.objects.select_for_update(of=("self",)).select_related("drive").get(pk=refund.gift_id)
    refund = Refund.objects.select_for_update().get(pk=refund.pk)
    refund.gift = gift
    return refund
