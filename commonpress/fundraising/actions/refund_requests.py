"""Above a drive's limit nobody refunds alone: one asks, another decides."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.database.priority import priority
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.errors import (
    NeedsAnotherPerson,
    NothingLeftToRefund,
    RequestIsDecided,
    SentAlready,
    WaitsADay,
    WrongCurrency,
)
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.refund_request import RefundRequest
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books, refunds
from commonpress.fundraising.tasks import tell_of_refund_asked_for
from commonpress.lib.refusals import require

A_DAY = timedelta(hours=24)


@priority("money")
@transaction.atomic
def take_back(
    gift: Gift,
    *,
    amount: Money,
    by: Person,
    reason: Refund.Reason = Refund.Reason.RETURNED,
    note: str = "",
    is_paid_out: bool = True,
    once_key: str | None = None,
) -> Refund | RefundRequest:
    """Refund within the drive's limit, or else ask the others who keep the books, once per `once_key`.

    Where there are no others, who asked may go on alone after 24 hours.

    Raises what `refund_gift` raises.
    """
    # Two may refund at once: what each may do alone is what the first left of the limit.
    gift = Gift.objects.select_for_update(of=("self",)).select_related("drive").get(pk=gift.pk)
    if once_key is not None and (standing := RefundRequest.objects.filter(once_key=once_key).first()):
        sent = (gift.pk, amount, reason, note)
        is_same = sent == (standing.gift_id, standing.amount, standing.reason, standing.note)
        require(is_same, SentAlready(standing.amount))
        return standing
    require(amount.currency == gift.currency, WrongCurrency)
    is_known = once_key is not None and Refund.objects.filter(once_key=once_key).exists()
    if is_known or not refunds.needs_second_person(gift, amount):
        return refund_gift(
            gift, amount=amount, reason=reason, note=note, by=by, is_paid_out=is_paid_out, once_key=once_key
        )
    require(0 < amount.minor <= books.remaining(gift).minor, NothingLeftToRefund)
    now = timezone.now()
    request = RefundRequest.objects.create(
        gift=gift,
        amount_minor=amount.minor,
        reason=reason,
        note=note,
        is_paid_out=is_paid_out,
        asked_at=now,
        asked_by=by,
        waits_until=None if refunds.other_bookkeepers(by) else now + A_DAY,
        once_key=once_key,
    )
    tell_of_refund_asked_for.enqueue(request.pk)
    return request


@priority("money")
@transaction.atomic
def approve_refund(request: RefundRequest, *, by: Person) -> Refund:
    """Refund what was asked for, in the same transaction.

    Raises NeedsAnotherPerson or WaitsADay when it was `by` who asked, RequestIsDecided for the second of two at
    once, NothingLeftToRefund when the gift was refunded meanwhile; the request then stays open.
    """
    request = _locked(request)
    require(request.is_open, RequestIsDecided)
    if request.asked_by_id == by.pk:
        require(request.waits_until is not None, NeedsAnotherPerson)
        require(request.waits_until is not None and request.waits_until <= timezone.now(), WaitsADay)
    request.refund = refund_gift(
        request.gift,
        amount=request.amount,
        reason=Refund.Reason(request.reason),
        note=request.note,
        by=request.asked_by,
        is_paid_out=request.is_paid_out,
    )
    return _decided(request, RefundRequest.State.APPROVED, by).refund  # type: ignore[return-value]  # it was set above


@priority("money")
@transaction.atomic
def refuse_refund(request: RefundRequest, *, by: Person) -> RefundRequest:
    """Say no to a refund, or withdraw what one asked for oneself. Raises RequestIsDecided."""
    request = _locked(request)
    require(request.is_open, RequestIsDecided)
    is_own = request.asked_by_id == by.pk
    return _decided(request, RefundRequest.State.WITHDRAWN if is_own else RefundRequest.State.REFUSED, by)


def _locked(request: RefundRequest) -> RefundRequest:
    found = RefundRequest.objects.select_for_update(of=("self",)).select_related("gift", "asked_by")
    return found.get(pk=request.pk)


def _decided(request: RefundRequest, state: RefundRequest.State, by: Person) -> RefundRequest:
    request.state = state
    request.decided_at = timezone.now()
    request.decided_by = by
    request.save()
    return request
