"""Books gifts, one or as many as came together, by the same rules and in the same number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.utils import timezone

from commonpress.changes.changed import changed
from commonpress.fundraising import counting
from commonpress.fundraising.ledger.booking import Counted, columns, counted, hold_pools, left_in_pool, lines_in
from commonpress.fundraising.ledger.totals import add_unsaid
from commonpress.fundraising.ledger.writing import write_all
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Entry
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries.rates import rate_between


@dataclass(slots=True)
class Raised:
    """What a period of a drive gained in one currency, in minor units, and what it has raised with that."""

    drive: Drive
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


def enter_gifts(gifts: Sequence[Gift]) -> list[Raised]:
    """Book gifts that are saved and not booked yet: their rows, then the meters.

    Inside the caller's transaction. The database checks each entry against its lines as it does any other. Raises
    IntegrityError if one of them is booked already; then none is.
    """
    if not gifts:
        return []
    pools, rate_of = HeldPools([gift.drive for gift in gifts]), cache(rate_between)
    raised: dict[tuple[int, str, str], Raised] = {}
    entries, lines, booked_at = [], [], timezone.now()
    for gift in gifts:
        drive, period_key = gift.drive, gift.drive.period_at(gift.occurred_at).key
        counts = counted(gift, rate_of=rate_of, match=pools.match)
        lines.append(lines_in(gift))
        entries.append(
            columns(
                source_key=f"gift:{gift.public_id}",
                kind=Entry.Kind.GIFT,
                occurred_at=gift.occurred_at,
                booked_at=booked_at,
                gift=gift,
                period_key=period_key,
                lines=lines[-1],
                counts=counts,
            )
        )
        raised.setdefault((drive.pk, period_key, counts.currency), Raised(drive, period_key, counts.currency)).add(
            counts
        )
    write_all(entries, lines)
    # Said first: from the addition to the commit a row is held, and everybody else who books waits for it.
    changed(*sorted({each.drive.key for each in raised.values()}))
    in_one_order = [raised[key] for key in sorted(raised)]
    for each in in_one_order:
        each.total_minor = add_unsaid(
            each.drive,
            each.period_key,
            each.currency,
            received_minor=each.received_minor,
            matched_minor=each.matched_minor,
            gifts=each.gifts,
        )
    return in_one_order


class HeldPools:
    """Matching pools, held until commit and counted down here: what was booked before is asked for once."""

    def __init__(self, drives: Sequence[Drive]) -> None:
        of_drives = {drive.pk: drive for drive in drives}
        hold_pools(*of_drives.values())
        self.left = {key: left_in_pool(drive) for key, drive in of_drives.items()}

    def match(self, drive: Drive, money: Money) -> int:
        added = counting.matched(money, left=self.left[drive.pk], percent=drive.match_percent)
        self.left[drive.pk] -= added
        return added
