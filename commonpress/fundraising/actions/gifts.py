from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.database.priority import priority
from commonpress.fundraising import ledger, queries
from commonpress.fundraising.actions.badges import review_after_refund
from commonpress.fundraising.actions.supporters import Giver, is_meant, supporter_for
from commonpress.fundraising.errors import NothingLeftToRefund, SentAlready, WrongCurrency
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

    Raises SentAlready when another gift stands under the key.
    """
    require(amount.currency == drive.currency, WrongCurrency)
    gift = Gift(
        drive=drive,
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
    if once_key is not None and (standing := Gift.objects.filter(once_key=once_key).first()):
        require(says_the_same(standing, gift, supporter), SentAlready(standing.amount))
        return standing
    try:
        with transaction.atomic():
            # Only now: a form sent twice must not leave a second supporter behind.
            gift.supporter = supporter_for(supporter) if isinstance(supporter, Giver) else supporter
            gift.save(force_insert=True)
    except IntegrityError:
        if once_key is None:
            raise
        standing = Gift.objects.get(once_key=once_key)
        require(says_the_same(standing, gift, supporter), SentAlready(standing.amount))
        return standing
    ledger.enter_gift(gift)
    if gift.supporter is not None and gift.supporter.email:
        thank_for_gift.enqueue(gift.pk)
    return gift


def says_the_same(standing: Gift, sent: Gift, supporter: Supporter | Giver | None) -> bool:
    """Tell whether a gift sent under a used key is the one that stands.

    By its day: a form of today means the moment it is sent at, which is a later one the second time.
    """
    names = ("drive_id", "amount_minor", "currency", "source", "is_anonymous", "message", "note")
    zone = sent.drive.zone_info
    return (
        all(getattr(standing, name) == getattr(sent, name) for name in names)
        and standing.occurred_at.astimezone(zone).date() == sent.occurred_at.astimezone(zone).date()
        and is_meant(standing, supporter)
    )


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

    Raises NothingLeftToRefund when more is asked for than earlier refunds left, SentAlready when another
    refund stands under the key.
    """
    # Two people may refund at once; the second waits here and then sees what the first left.
    gift = Gift.objects.select_for_update().get(pk=gift.pk)
    if once_key is not None and (standing := Refund.objects.filter(once_key=once_key).first()):
        sent = (gift.pk, amount, reason, note)
        is_same = sent == (standing.gift_id, standing.amount, standing.reason, standing.note)
        require(is_same, SentAlready(standing.amount))
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
    review_after_refund(gift.supporter)
    return refund
