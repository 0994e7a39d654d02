"""How a drive came to what it has: by days, by months, by the ways money came."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncDate

from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Entry
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import Period

# An open drive may run for years; its course shows the last of them.
MOST_DAYS = 366
MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    total: Money


def by_days(drive: Drive, period: Period, now: datetime) -> list[Day]:
    """Return what the period had come to at the end of each of its days so far, in the drive's zone.

    What moved before its first day stands in the first, what moved after its last in the last: a gift that came
    early, a refund of the month after.
    """
    last = min(now.astimezone(drive.zone_info).date(), period.last_on)
    first = max(min(period.first_on, last), last - timedelta(days=MOST_DAYS - 1))
    moved = dict.fromkeys((first + timedelta(days=count) for count in range((last - first).days + 1)), 0)
    rows = (
        _counted(drive, period)
        .annotate(day=TruncDate("occurred_at", tzinfo=drive.zone_info))
        .values("day")
        .annotate(total=Sum(F("meter_minor") + F("matched_minor")))
        .order_by("day")
    )
    for row in rows:
        moved[min(max(row["day"], first), last)] += row["total"]
    sums = accumulate(moved.values())
    return [Day(on, Money(total, drive.currency)) for on, total in zip(moved, sums, strict=True)]


def by_months(drive: Drive) -> list[tuple[str, Money]]:
    """Return the drive's months and what each came to, the earliest of at most three years first."""
    totals = MeterTotal.objects.filter(drive=drive, currency=drive.currency).order_by("-period_key")[:MOST_MONTHS]
    return [
        (total.period_key, Money(total.received_minor + total.matched_minor, drive.currency))
        for total in reversed(totals)
    ]


def by_sources(drive: Drive, period: Period) -> list[tuple[Gift.Source, Money]]:
    """Return what readers gave by each way and did not get back, the largest first; not what a pool added."""
    rows = _counted(drive, period).values("gift__source").annotate(total=Sum("meter_minor"))
    found = [(Gift.Source(row["gift__source"]), Money(row["total"], drive.currency)) for row in rows]
    return sorted((pair for pair in found if pair[1]), key=lambda pair: -pair[1].minor)


def _counted(drive: Drive, period: Period) -> QuerySet[Entry]:
    return Entry.objects.filter(drive=drive, period_key=period.key, meter_currency=drive.currency)
