"""What an entry says, and the booking of what takes gifts back; gifts.py books what came in. Nobody else writes entries."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from commonpress.database.prepared import stands
from commonpress.fundraising import counting
from commonpress.fundraising.ledger.totals import add_to_meter
from commonpress.fundraising.ledger.writing import write
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Account, Entry
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money

WHERE_IT_LIES = {
    Gift.Source.BANK: Account.BANK,
    Gift.Source.CHEQUE: Account.BANK,
    Gift.Source.CASH: Account.CASH,
    Gift.Source.CRYPTO: Account.CRYPTO,
    Gift.Source.ELSEWHERE: Account.ELSEWHERE,
}
# What of an entry readers gave, or took back.
GIVEN = frozenset({Account.GIFTS, Account.FEE_COVER, Account.REFUNDS})


@dataclass(frozen=True, slots=True)
class Counted:
    """What an entry adds to the meter, in minor units, and the rate it was converted at."""

    currency: str
    meter_minor: int = 0
    matched_minor: int = 0
    gifts: int = 0
    rate: str = ""
    rate_on: date | None = None


def enter_refund(refund: Refund, *, is_last: bool, fee_back: Money | None = None) -> Entry:
    """Book what went back. It lowers the month of the gift, whenever that was; `is_last`: nothing of it is left.

    `fee_back` is what the processor gave back of its fee, below zero where it kept another for the refund.
    """
    gift = refund.gift
    booked = Entry.objects.get(source_key=f"gift:{gift.public_id}")
    by_mistake = refund.reason == Refund.Reason.MISTAKE
    return enter(
        source_key=f"refund:{refund.public_id}",
        kind=Entry.Kind.CORRECTION if by_mistake else Entry.Kind.REFUND,
        occurred_at=refund.refunded_at,
        gift=gift,
        period_key=booked.period_key,
        reverses=booked,
        lines=lines_back(
            booked, refund, fee_back or Money(0, gift.currency), whole=by_mistake and refund.amount == gift.amount
        ),
        counts=counted_back(booked, refund, is_last=is_last),
    )


def enter_failed_refund(refund: Refund, *, failed_at: datetime) -> Entry:
    """Book that what went back came back to us: the month of the gift is as it was before the refund.

    But for its match, where others have used the pool up meanwhile. Whoever calls holds the pool.
    """
    went = Entry.objects.get(source_key=f"refund:{refund.public_id}")
    booked = went.reverses
    assert booked is not None  # a refund's entry always says of which gift's it is
    return enter(
        source_key=f"refund:{refund.public_id}:failed",
        kind=Entry.Kind.REFUND_FAILED,
        occurred_at=failed_at,
        gift=refund.gift,
        period_key=went.period_key,
        # The gift's entry, as of the refund itself: what was taken back of it is the sum of both.
        reverses=booked,
        lines=[(Account(line.account), Money(-line.amount_minor, line.currency)) for line in went.lines.order_by("pk")],
        counts=Counted(
            went.meter_currency,
            -went.meter_minor,
            min(-went.matched_minor, left_in_pool(refund.gift.drive)),
            gifts=booked.gifts - still_counted(booked),
            rate=went.rate,
            rate_on=went.rate_on,
        ),
    )


def lines_back(booked: Entry, refund: Refund, fee_back: Money, *, whole: bool) -> list[tuple[Account, Money]]:
    """Return what takes money back. A gift that never was is undone line by line, its fee too."""
    if whole:
        return [
            (Account(line.account), Money(-line.amount_minor, line.currency)) for line in booked.lines.order_by("pk")
        ]
    given = Account.GIFTS if refund.reason == Refund.Reason.MISTAKE else Account.REFUNDS
    lines = [
        (given, refund.amount),
        (WHERE_IT_LIES[Gift.Source(refund.gift.source)], fee_back - refund.amount),
        (Account.FEES, -fee_back),
    ]
    return [(account, money) for account, money in lines if money]


def hold_pools(*drives: Drive) -> None:
    """Hold the matching pools of these drives until commit, so that nobody else takes from them meanwhile.

    In one order, and before anything else of theirs is written: a transaction that has moved one meter must not wait
    for another's pool. The rows stay free to be pointed at, as every commit of a gift or pledge checks.
    """
    keys = sorted({drive.pk for drive in drives if drive.match_minor is not None})
    if keys:
        list(Drive.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def left_in_pool(drive: Drive) -> int:
    """Return the minor units left in a drive's pool; nothing where it has none. Whoever asks holds it."""
    if drive.match_minor is None:
        return 0
    totals = MeterTotal.objects.filter(drive=drive, currency=drive.currency)
    return drive.match_minor - (totals.aggregate(used=Sum("matched_minor"))["used"] or 0)


def counted_back(booked: Entry, refund: Refund, *, is_last: bool) -> Counted:
    """Return what a refund takes out of the meter: the share of what its gift added then, at the rate of then."""
    earlier = booked.reversals.aggregate(meter=Sum("meter_minor"), matched=Sum("matched_minor"))

    def back(whole: int, already: int | None) -> int:
        return -counting.given_back(
            whole, part=refund.amount_minor, of=refund.gift.amount_minor, already=-(already or 0), is_last=is_last
        )

    return Counted(
        booked.meter_currency,
        back(booked.meter_minor, earlier["meter"]),
        back(booked.matched_minor, earlier["matched"]),
        gifts=-still_counted(booked) if is_last else 0,
        rate=booked.rate,
        rate_on=booked.rate_on,
    )


def still_counted(booked: Entry) -> int:
    """Return 1 while a gift counts as one, 0 once all of it was taken back."""
    return booked.gifts + (booked.reversals.aggregate(gifts=Sum("gifts"))["gifts"] or 0)


def enter(
    *,
    source_key: str,
    kind: Entry.Kind,
    occurred_at: datetime,
    gift: Gift,
    period_key: str,
    lines: list[tuple[Account, Money]],
    counts: Counted,
    reverses: Entry | None = None,
) -> Entry:
    """Insert one balanced entry and add it to the meter, once per `source_key`.

    A second call with the same key returns the entry that stands and adds nothing.

    Raises IntegrityError if its lines do not sum to 0 in each currency.
    """
    new = columns(
        source_key=source_key,
        kind=kind,
        occurred_at=occurred_at,
        booked_at=timezone.now(),
        gift=gift,
        key=gift.pk,
        period_key=period_key,
        lines=lines,
        counts=counts,
        reverses=reverses,
    )
    number = write(new, lines)
    if number is None:
        return Entry.objects.get(source_key=source_key)
    entry = Entry(**new)
    stands(entry, number)
    add_to_meter(
        gift.drive,
        period_key,
        counts.currency,
        received_minor=counts.meter_minor,
        matched_minor=counts.matched_minor,
        gifts=counts.gifts,
    )
    return entry


def columns(
    *,
    source_key: str,
    kind: Entry.Kind,
    occurred_at: datetime,
    booked_at: datetime,
    gift: Gift,
    key: int,
    period_key: str,
    lines: list[tuple[Account, Money]],
    counts: Counted,
    reverses: Entry | None = None,
) -> dict[str, Any]:
    """Return what a new entry says, by the names of its columns; how much was given is in its lines.

    `key` is the gift's in the database, which the gift itself may not know yet.
    """
    return {
        "source_key": source_key,
        "kind": kind,
        "occurred_at": occurred_at,
        "booked_at": booked_at,
        "drive_id": gift.drive_id,
        "period_key": period_key,
        "gift_id": key,
        "reverses_id": reverses.pk if reverses else None,
        "currency": gift.currency,
        "amount_minor": -sum(money.minor for account, money in lines if account in GIVEN),
        "meter_currency": counts.currency,
        "meter_minor": counts.meter_minor,
        "matched_minor": counts.matched_minor,
        "gifts": counts.gifts,
        "rate": counts.rate,
        "rate_on": counts.rate_on,
    }
