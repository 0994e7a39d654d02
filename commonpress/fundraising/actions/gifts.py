from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.database.priority import priority
from commonpress.fundraising import ledger, queries
from commonpress.fundraising.actions.supporters import Giver, supporter_for
from commonpress.fundraising.errors import NothingLeftToRefund, WrongCurrency
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.tasks import thank_for_gift
from commonpress.lib.refusals import require


@priority("money")
@transaction.atomic
def record_gift(
    drive: Drive,
    *,
    amount: Money,
    source: Gift.Source,
    occurred_at: datetime | None = None,
    supporter: Supporter | Giver | None = None,
    is_anonymous: bool = True,
    message: str = "",
    note: str = "",
    entered_by: Person | None = None,
    once_key: str | None = None,
) -> Gift:
    """Enter money received in the book, once per `once_key`, and count it in the month of `occurred_at`.

    A form sent twice, or by sixteen hands at once, gives one gift: the unique key decides which came
    first, and the others get the gift it wrote.
    """
    require(amount.currency == drive.currency, WrongCurrency)
    if once_key is not None and (standing := Gift.objects.filter(once_key=once_key).first()):
        return standing
    try:
        with transaction.atomic():
            # Only now: a form sent twice must not leave a second supporter behind.
            if isinstance(supporter, Giver):
                supporter = supporter_for(supporter)
            gift = Gift.objects.create(
                drive=drive,
                supporter=supporter,
                amount_minor=amount.minor,
                currency=amount.currency,
                source=source,
                is_anonymous=is_anonymous,
                message=message,
                note=note,
                occurred_at=occurred_at or timezone.now(),
                entered_by=entered_by,
                once_key=once_key,
            )
    except IntegrityError:
        if once_key is None:
            raise
        return Gift.objects.get(once_key=once_key)
    ledger.enter_gift(gift)
    if supporter is not None and supporter.email:
        thank_for_gift.enqueue(gift.pk)
    return gift


@priority("money")
@transaction.atomic
def refund_gift(
    gift: Gift,
    *,
    amount: Money,
    reason: Refund.Reason = Refund.Reason.RETURNED,
    note: str = "",
    by: Person | None = None,
    refunded_at: datetime | None = None,
    once_key: str | None = None,
) -> Refund:
    """Take back a gift or a part of it, by a reversing entry; the gift's month is restated.

    Raises NothingLeftToRefund when more is asked for than earlier refunds left.
    """
    # Two people may refund at once; the second waits here and then sees what the first left.
    gift = Gift.objects.select_for_update().get(pk=gift.pk)
    if once_key is not None and (standing := Refund.objects.filter(once_key=once_key).first()):
        return standing
    left = queries.remaining(gift)
    require(amount.currency == gift.currency, WrongCurrency)
    require(0 < amount.minor <= left.minor, NothingLeftToRefund)
    refund = Refund.objects.create(
        gift=gift,
        amount_minor=amount.minor,
        reason=reason,
        note=note,
        refunded_at=refunded_at or timezone.now(),
        refunded_by=by,
        once_key=once_key,
    )
    ledger.enter_refund(refund, is_last=amount == left)
    return refund
