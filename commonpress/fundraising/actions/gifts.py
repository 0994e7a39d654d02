from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.database.burst import burst
from commonpress.database.gathered import gathered
from commonpress.database.prepared import Row, columns_of, insert_once, stands
from commonpress.database.priority import priority
from commonpress.fundraising.actions.badges import review_after_refund
from commonpress.fundraising.actions.milestones import reach_milestones
from commonpress.fundraising.actions.supporters import Giver, is_meant, supporter_for
from commonpress.fundraising.currencies import EndedCurrency, require_valid
from commonpress.fundraising.errors import CurrencyHasEnded, NothingLeftToRefund, SentAlready, WrongCurrency
from commonpress.fundraising.ledger import booking
from commonpress.fundraising.ledger.gifts import enter_gifts
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books
from commonpress.fundraising.tasks import correct_receipt, thank_for_gift
from commonpress.lib.refusals import require


@priority("money")
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
    fee: Money | None = None,
    cover: Money | None = None,
    pays_match: bool = False,
    entered_by: Person | None = None,
    once_key: str | None = None,
) -> Gift:
    """Enter money received in the book, once per `once_key`, and count it in the month of `occurred_at`.

    A form sent twice, or by sixteen hands at once, gives one gift: the unique key decides which came
    first, and the others get the gift it wrote. `fee` is what was kept by whoever passed the money on, `cover` what of
    the amount was added for that. Another currency than the drive's is counted at the rate of its day.

    Raises SentAlready when another gift stands under the key, CurrencyHasEnded for money that was none any more.
    """
    occurred_at = occurred_at or timezone.now()
    require_current(amount.currency, on=occurred_at.astimezone(drive.zone_info).date())
    require(all(part is None or part.currency == amount.currency for part in (fee, cover)), WrongCurrency)
    gift = Gift(
        drive=drive,
        supporter_id=supporter.pk if isinstance(supporter, Supporter) else None,
        amount_minor=amount.minor,
        currency=amount.currency,
        fee_minor=fee.minor if fee else 0,
        cover_minor=cover.minor if cover else 0,
        pays_match=pays_match,
        source=source,
        is_anonymous=is_anonymous,
        message=message,
        note=note,
        occurred_at=occurred_at,
        entered_by_id=entered_by.pk if entered_by else None,
        once_key=once_key,
    )
    recorded = _record(Sent(gift, columns_of(gift), supporter))
    if recorded is None:
        standing = Gift.objects.get(once_key=once_key)
        require(says_the_same(standing, gift, supporter), SentAlready(standing.amount))
        return standing
    stands(gift, recorded.key)
    if recorded.supporter is not None:
        gift.supporter = recorded.supporter
    return gift


@dataclass(frozen=True, slots=True)
class Sent:
    """A gift as it was sent, its columns by name, and whose it is. The gift is not saved, and nobody writes to it."""

    gift: Gift
    columns: Row
    supporter: Supporter | Giver | None


@dataclass(frozen=True, slots=True)
class Recorded:
    key: int
    supporter: Supporter | None


def _meter_of(sent: Sent) -> Hashable:
    """Return what two gifts have in common that move one row of the meter, by drives that were read as the same.

    Other currencies by the day, since a rate is known or not. Whoever moves two rows holds one while waiting for the other.
    """
    drive, currency, at = sent.gift.drive, sent.gift.currency, sent.gift.occurred_at
    when = drive.period_at(at).key if currency == drive.currency else at.astimezone(drive.zone_info).date()
    return drive.pk, currency, when, drive.counts, drive.goal_minor, drive.match_minor, drive.match_percent


@gathered(by=_meter_of)
def _record(several: Sequence[Sent]) -> list[Recorded | None]:
    """Record gifts of one drive; those whose key is used are None."""
    keys = insert_once(Gift, [sent.columns for sent in several], "once_key", known_by="public_id")
    # Only of new ones: a form sent twice must not leave a second supporter behind.
    recorded = [
        Recorded(key, _supporter(key, sent)) if (key := keys.get(sent.gift.public_id)) is not None else None
        for sent in several
    ]
    new = {done.key: sent.gift for done, sent in zip(recorded, several, strict=True) if done is not None}
    drive = several[0].gift.drive
    for raised in enter_gifts(drive, new):
        if raised.currency == drive.currency:
            by = raised.received_minor + raised.matched_minor
            reach_milestones(drive, raised.period_key, by=by, total=raised.total_minor)
    for done in recorded:
        if done is not None and done.supporter is not None and done.supporter.email:
            thank_for_gift.enqueue(done.key)
    return recorded


def _supporter(key: int, sent: Sent) -> Supporter | None:
    if not isinstance(sent.supporter, Giver):
        return sent.supporter
    supporter = supporter_for(sent.supporter)
    Gift.objects.filter(pk=key).update(supporter=supporter)
    return supporter


def require_current(code: str, *, on: date) -> None:
    try:
        require_valid(code, on=on)
    except EndedCurrency as ended:
        raise CurrencyHasEnded(ended.code, ended.successor) from None


def says_the_same(standing: Gift, sent: Gift, supporter: Supporter | Giver | None) -> bool:
    """Tell whether a gift sent under a used key is the one that stands.

    By its day: a form of today means the moment it is sent at, which is a later one the second time.
    """
    names = (
        "drive_id",
        "amount_minor",
        "currency",
        "fee_minor",
        "cover_minor",
        "pays_match",
        "source",
        "is_anonymous",
        "message",
        "note",
    )
    zone = sent.drive.zone_info
    return (
        all(getattr(standing, name) == getattr(sent, name) for name in names)
        and standing.occurred_at.astimezone(zone).date() == sent.occurred_at.astimezone(zone).date()
        and is_meant(standing, supporter)
    )


@priority("money")
@burst
def refund_gift(
    gift: Gift,
    *,
    amount: Money,
    reason: Refund.Reason = Refund.Reason.RETURNED,
    note: str = "",
    by: Person | None = None,
    refunded_at: datetime | None = None,
    is_paid_out: bool = True,
    fee_back: Money | None = None,
    once_key: str | None = None,
) -> Refund:
    """Take back a gift or a part of it, by a reversing entry; the gift's month is restated.

    One that is still to be paid out is kept for the giver, and enters the book with `pay_out`. Whether one
    person may do this alone is asked by `take_back`, which the desk calls. `fee_back`, of one that is paid out, is
    what came back of the gift's fee, below zero where the refund cost another.

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
    left = books.remaining(gift)
    require(all(part.currency == gift.currency for part in (amount, fee_back or amount)), WrongCurrency)
    require(0 < amount.minor <= left.minor, NothingLeftToRefund)
    is_last = amount == books.remaining_in_book(gift)
    refund = Refund.objects.create(
        gift=gift,
        amount_minor=amount.minor,
        reason=reason,
        note=note,
        refunded_at=refunded_at or timezone.now(),
        refunded_by=by,
        state=Refund.State.DONE if is_paid_out else Refund.State.PENDING,
        once_key=once_key,
    )
    if is_paid_out:
        booking.enter_refund(refund, is_last=is_last, fee_back=fee_back)
        if gift.supporter_id is not None:
            correct_receipt.enqueue(refund.pk)
    review_after_refund(gift.supporter)
    return refund
