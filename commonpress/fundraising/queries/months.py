"""What readers gave to a drive, period by period. Nothing here reads more of the book than one period's entries."""

from datetime import date, datetime, time
from itertools import groupby

from django.db.models import Case, F, Min, Q, QuerySet, Subquery, Sum, When

from commonpress.fundraising.account import Account, MonthTotal, Restatement, SourceTotal
from commonpress.fundraising.meter import Apart
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Entry
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.models.month_close import MonthClose
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import WHOLE_DRIVE, Period, month_after, month_named
from commonpress.fundraising.queries import spending

MOST_RESTATEMENTS = 500


def visible_drive(slug: str) -> Drive | None:
    return Drive.objects.filter(slug=slug, is_visible=True).first()


def other_drives(drive: Drive | None) -> list[Drive]:
    """Return the drives shown to readers beside this one, the latest first."""
    drives = Drive.objects.filter(is_visible=True).order_by("-created_at", "-pk")
    return list(drives.exclude(pk=drive.pk) if drive else drives)


def account_of(drive: Drive, key: str, now: datetime) -> Account:
    """Return what a period came to, in three queries; all of it zero where nothing was given."""
    totals = list(MeterTotal.objects.filter(drive=drive, period_key=key).order_by("currency"))
    own = next((total for total in totals if total.currency == drive.currency), MeterTotal())
    period = month_named(key, drive.reset_day)
    sources, refunded = _sums(drive, key)
    return Account(
        drive=drive,
        key=key,
        period=period,
        is_present=drive.period_at(now).key == key,
        received=Money(own.received_minor, drive.currency),
        matched=Money(own.matched_minor, drive.currency),
        promised=Money(own.promised_minor, drive.currency),
        gifts=own.gifts,
        sources=sources,
        refunded=refunded,
        apart=[
            Apart(Money(total.received_minor, total.currency), total.gifts)
            for total in totals
            if total.currency != drive.currency and total.gifts
        ],
        restatements=_restatements(drive, key, period) if period else [],
    )


def _counted(drive: Drive, key: str) -> QuerySet[Entry]:
    """Return a period's entries that moved its meter."""
    return Entry.objects.filter(drive=drive, period_key=key, meter_currency=drive.currency)


def _sums(drive: Drive, key: str) -> tuple[list[SourceTotal], Money]:
    """Return what came by each way, the largest first, and what was given back of it all."""
    rows = _counted(drive, key).order_by().values_list("kind", "gift__source")
    minors: dict[str, int] = {}
    gifts: dict[str, int] = {}
    refunded = 0
    for kind, source, minor, number in rows.annotate(minor=Sum("meter_minor"), number=Sum("gifts")):
        gifts[source] = gifts.get(source, 0) + number
        if kind in (Entry.Kind.REFUND, Entry.Kind.REFUND_FAILED):
            refunded -= minor
        else:
            minors[source] = minors.get(source, 0) + minor
    totals = [
        SourceTotal(source, Money(minor, drive.currency), gifts[source])
        for source, minor in sorted(minors.items(), key=lambda row: (-row[1], row[0]))
        if minor
    ]
    return totals, Money(refunded, drive.currency)


def _restatements(drive: Drive, key: str, period: Period) -> list[Restatement]:
    """Return by days what was taken back once the period was over, what of it came back to us, and what came late.

    Late is a gift that was entered after the month was closed; before that, bank and cash box are still being counted.
    """
    there = drive.zone_info
    ended_at = datetime.combine(period.until.date(), time.min, tzinfo=there)
    closed_at = MonthClose.objects.filter(month=key).values("closed_at")
    is_gift = Q(kind=Entry.Kind.GIFT)
    late = (
        _counted(drive, key)
        .filter((is_gift & Q(booked_at__gt=Subquery(closed_at))) | (~is_gift & Q(occurred_at__gte=ended_at)))
        .annotate(at=Case(When(is_gift, then=F("booked_at")), default=F("occurred_at")))
    )
    rows = late.order_by("at", "pk").values_list("at", "kind", "meter_minor")[:MOST_RESTATEMENTS]
    days = groupby(rows, key=lambda row: (row[0].astimezone(there).date(), row[1]))
    found = []
    for (on, kind), of_day in days:
        minors = [abs(minor) for _at, _kind, minor in of_day]
        found.append(Restatement(on, Money(sum(minors), drive.currency), len(minors), kind))
    return found


def months_of(drive: Drive, now: datetime) -> list[MonthTotal]:
    """Return every month from the first with a gift, a promise or spending to the present one, the latest first.

    Two queries. A month in which nothing was given stands there as well.
    """
    present = drive.period_at(now).key
    if present == WHOLE_DRIVE:
        return []
    totals = {total.period_key: total for total in MeterTotal.objects.filter(drive=drive, currency=drive.currency)}
    spent = spending.by_month(drive)
    # A gift entered for a wrong year and taken back leaves a row of nothing behind.
    filled = [key for key, total in totals.items() if total.received_minor or total.promised_minor or total.gifts]
    keys = keys_between(min([present, *filled, *spent]), max([present, *filled, *spent]))
    return [_month(drive, key, totals.get(key) or MeterTotal(), spent.get(key)) for key in reversed(keys)]


def _month(drive: Drive, key: str, total: MeterTotal, spent: int | None) -> MonthTotal:
    return MonthTotal(
        key=key,
        raised=Money(total.received_minor + total.matched_minor, drive.currency),
        promised=Money(total.promised_minor, drive.currency),
        gifts=total.gifts,
        spent=None if spent is None else Money(spent, drive.currency),
    )


def keys_between(first: str, last: str) -> list[str]:
    """Return the keys of all months from one to another."""
    day = date.fromisoformat(f"{first}-01")
    keys = []
    while (key := f"{day:%Y-%m}") <= last:
        keys.append(key)
        day = month_after(day)
    return keys


def span_of(drive: Drive, now: datetime) -> tuple[str, str]:
    """Return the keys of the first and of the present period; two queries."""
    present = drive.period_at(now).key
    if present == WHOLE_DRIVE:
        return present, present
    totals = MeterTotal.objects.filter(drive=drive).aggregate(first=Min("period_key"))
    firsts = [totals["first"], spending.first_month(drive)]
    return min([present, *(key for key in firsts if key is not None)]), present


def has_period(drive: Drive, key: str, now: datetime) -> bool:
    first, present = span_of(drive, now)
    return (key == WHOLE_DRIVE) == (present == WHOLE_DRIVE) and first <= key <= present
