"""Books gifts, one or as many as came together, by the same rules and in the same number of statements."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils import timezone

from commonpress.changes.changed import changed
from commonpress.fundraising import counting
from commonpress.fundraising.ledger.booking import WHERE_IT_LIES, Counted, columns, hold_pools, left_in_pool
from commonpress.fundraising.ledger.totals import add_unsaid
from commonpress.fundraising.ledger.writing import write_all
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Account, Entry
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries.rates import Rate, rate_between

RateOf = Callable[[str, str, date], Rate | None]
Match = Callable[[Drive, Money], int]


@dataclass(slots=True)
class Raised:
    """What a drive's period gained in one currency, in minor units, and what it has raised with that."""

    period_key: str
    currency: str
    received_minor: int = 0
    matched_minor: int = 0
    gifts: int = 0
    total_minor: int = 0

    def add(self, counts: Counted) -> None:
        self.received_minor += counts.meter_minor
        self.matched_minor += counts.matched_minor
        self.gifts += counts.gifts


def enter_gifts(drive: Drive, gifts: Mapping[int, Gift]) -> list[Raised]:
    """Book gifts of one drive that are in the database, under these keys, and not booked yet: their rows, then the meters.

    Inside the caller's transaction. The database checks each entry against its lines as it does any other. Raises
    IntegrityError if one of them is booked already; then none is.
    """
    if not gifts:
        return []
    pool, rate_of = HeldPool(drive), cache(rate_between)
    raised: dict[tuple[str, str], Raised] = {}
    entries, lines, booked_at = [], [], timezone.now()
    for key, gift in gifts.items():
        period_key = drive.period_at(gift.occurred_at).key
        counts = counted(gift, rate_of=rate_of, match=pool.match)
        lines.append(lines_in(gift))
        entries.append(
            columns(
                source_key=f"gift:{gift.public_id}",
                kind=Entry.Kind.GIFT,
                occurred_at=gift.occurred_at,
                booked_at=booked_at,
                gift=gift,
                key=key,
                period_key=period_key,
                lines=lines[-1],
                counts=counts,
            )
        )
        where = period_key, counts.currency
        raised.setdefault(where, Raised(*where)).add(counts)
    write_all(entries, lines)
    # Said first: from the addition to the commit a row is held, and everybody else who books waits for it.
    changed(drive.key)
    in_one_order = [raised[where] for where in sorted(raised)]
    for each in in_one_order:
        each.total_minor = add_unsaid(
            drive,
            each.period_key,
            each.currency,
            received_minor=each.received_minor,
            matched_minor=each.matched_minor,
            gifts=each.gifts,
        )
    return in_one_order


def lines_in(gift: Gift) -> list[tuple[Account, Money]]:
    """Return what books a gift that was received."""
    lines = [
        (WHERE_IT_LIES[Gift.Source(gift.source)], gift.amount_minor - gift.fee_minor),
        (Account.FEES, gift.fee_minor),
        (Account.GIFTS, gift.cover_minor - gift.amount_minor),
        (Account.FEE_COVER, -gift.cover_minor),
    ]
    return [(account, Money(minor, gift.currency)) for account, minor in lines if minor]


def counted(gift: Gift, *, rate_of: RateOf, match: Match) -> Counted:
    """Return what a gift adds to its drive's meter, converted at the rate of its day and matched from a pool that is held.

    Without a rate it is counted by itself, in its own currency, where the meter says so.
    """
    drive = gift.drive
    if gift.pays_match:
        return Counted(drive.currency)
    own = counting.countable(gift.amount, fee=gift.fee, cover=gift.cover, is_net=drive.counts == Drive.Counts.NET)
    if own.currency == drive.currency:
        return Counted(drive.currency, own.minor, match(drive, own), gifts=1)
    rate = rate_of(own.currency, drive.currency, gift.occurred_at.astimezone(drive.zone_info).date())
    if rate is None:
        return Counted(own.currency, own.minor, gifts=1)
    there = counting.converted(own, rate.rate, drive.currency)
    return Counted(drive.currency, there.minor, match(drive, there), gifts=1, rate=rate.rate, rate_on=rate.day)


class HeldPool:
    """A drive's matching pool, held until commit and counted down here: what was booked before is asked for once."""

    def __init__(self, drive: Drive) -> None:
        hold_pools(drive)
        self.left = left_in_pool(drive)

    def match(self, drive: Drive, money: Money) -> int:
        added = counting.matched(money, left=self.left, percent=drive.match_percent)
        self.left -= added
        return added
