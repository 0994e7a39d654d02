"""The book month by month: what moved on each account, what each drive came to, what came after the close.

A month here is one of the publication's calendar, by when things happened (`occurred_at`), whatever month of a drive
they count in: the books show a refund of July in July, and the drive's June is restated.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Entry, Line
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.models.month_close import MonthClose
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import month_after, month_before, month_named

# On PostgreSQL a number is drawn before it is committed; not so many others are booked between the two.
LATE_BY = 10_000
# By account and currency: what it held before, debits and credits, in minor units.
Sums = dict[tuple[str, str], tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class BookMonth:
    """A month of the calendar in one zone: its key ("2021-06"), its first moment, and that of the next."""

    key: str
    begins_at: datetime
    until: datetime

    @property
    def first_on(self) -> date:
        return date.fromisoformat(f"{self.key}-01")


@dataclass(frozen=True, slots=True)
class AccountSum:
    """What an account held before a month and what moved on it, in minor units; credits are counted above zero."""

    account: str
    currency: str
    opening: int
    debits: int
    credits: int

    @property
    def closing(self) -> int:
        return self.opening + self.debits - self.credits


@dataclass(frozen=True, slots=True)
class DriveSum:
    """What a drive had raised: in its own month that ended in this one, or, without months, in this one."""

    drive: int
    title: str
    period_key: str
    currency: str
    goal_minor: int | None
    raised_minor: int


def book_month(key: str, zone: str) -> BookMonth:
    """Return the month of this key. Raises ValueError for anything but a year and a month."""
    first_on = date.fromisoformat(f"{key}-01")
    there = ZoneInfo(zone)
    begins, ends = (
        datetime.combine(day, time.min, tzinfo=there).astimezone(UTC) for day in (first_on, month_after(first_on))
    )
    return BookMonth(f"{first_on:%Y-%m}", begins, ends)


def months_of_book(now: datetime, zone: str) -> list[BookMonth]:
    """Return the months from the first booking's to the present one, the latest first."""
    first = Entry.objects.aggregate(first=Min("occurred_at"))["first"]
    day = (now if first is None else min(first, now)).astimezone(ZoneInfo(zone)).date().replace(day=1)
    last = now.astimezone(ZoneInfo(zone)).date()
    months = []
    while day <= last:
        months.append(book_month(f"{day:%Y-%m}", zone))
        day = month_after(day)
    return months[::-1]


def closes() -> dict[str, MonthClose]:
    """Return the closed months by their key."""
    return {close.month: close for close in MonthClose.objects.select_related("closed_by")}


def is_over(month: BookMonth, now: datetime) -> bool:
    """Tell whether the month is over for the paper and for every drive that counts by months."""
    return now >= max([month.until, *(until for _drive, _key, until in _periods_ending_in(month))])


def account_sums(month: BookMonth) -> list[AccountSum]:
    """Add up every account's lines before and in the month.

    Begins where the latest month closed before it ended, with what was booked into earlier ones since: only the lines
    from then on are read.
    """
    mark, start = highest_entry(), close_before(month)
    return in_order(added(sums_before(month, start, mark), sums_after(month, start, mark)))


def highest_entry() -> int:
    """Return the number of an entry up to which no other is still being booked."""
    highest: int = Entry.objects.aggregate(highest=Max("id"))["highest"] or 0
    return highest - LATE_BY if connection.vendor == "postgresql" else highest


def close_before(month: BookMonth) -> MonthClose | None:
    """Return the latest month closed before this one, from whose figures its own are added up."""
    return MonthClose.objects.filter(until__lte=month.begins_at).order_by("-until").first()


def sums_before(month: BookMonth, start: MonthClose | None, mark: int) -> Sums:
    """Add up, from a close on, the lines of entries up to this one."""
    lines = Line.objects.filter(entry__lte=mark, entry__occurred_at__lt=month.until)
    if start is None:
        return _sums(lines, month, Q(entry__occurred_at__lt=month.begins_at))
    between = Q(entry__occurred_at__lt=month.begins_at)
    since = _sums(lines.filter(entry__occurred_at__gte=start.until), month, between)
    late = _booked_after(start).filter(entry__lte=mark)
    at_close = {(each.account, each.currency): (each.closing, 0, 0) for each in accounts_at_close(start)}
    return added(at_close, since, _sums(late, None, Q(entry__occurred_at__lt=start.until)))


def sums_after(month: BookMonth, start: MonthClose | None, mark: int) -> Sums:
    """Add up the lines of later entries alone: those that may be booked while the earlier ones are added up."""
    lines = Line.objects.filter(entry__gt=mark)
    if start is None:
        return _sums(lines, month, Q(entry__occurred_at__lt=month.begins_at))
    # What was booked before the close is in its figures, unless it happened after that month.
    is_new = Q(entry__occurred_at__gte=start.until) | Q(entry__booked_at__gt=start.closed_at)
    return _sums(lines, month, Q(entry__occurred_at__lt=month.begins_at) & is_new)


def _booked_after(close: MonthClose) -> QuerySet[Line]:
    return Line.objects.filter(entry__gt=_number_at(close), entry__booked_at__gt=close.closed_at)


def _number_at(close: MonthClose) -> int:
    margin = LATE_BY if connection.vendor == "postgresql" else 0
    return (close.highest_entry or 0) - margin


def _sums(lines: QuerySet[Line], month: BookMonth | None, opens: Q) -> Sums:
    inside = Q(pk=None)
    if month is not None:
        inside = Q(entry__occurred_at__gte=month.begins_at, entry__occurred_at__lt=month.until)
    rows = lines.values("account", "currency").annotate(
        known=Count("pk", filter=opens | inside),
        opening=Coalesce(Sum("amount_minor", filter=opens), 0),
        debits=Coalesce(Sum("amount_minor", filter=inside & Q(amount_minor__gt=0)), 0),
        credits=Coalesce(Sum("amount_minor", filter=inside & Q(amount_minor__lt=0)), 0),
    )
    return {
        (row["account"], row["currency"]): (row["opening"], row["debits"], -row["credits"])
        for row in rows
        if row["known"]
    }


def added(*parts: Sums) -> Sums:
    total: Sums = {}
    for part in parts:
        for key, sums in part.items():
            opening, debits, credits_ = total.get(key, (0, 0, 0))
            total[key] = (opening + sums[0], debits + sums[1], credits_ + sums[2])
    return total


def in_order(sums: Sums) -> list[AccountSum]:
    return [AccountSum(*key, *sums[key]) for key in sorted(sums)]


def drive_sums(month: BookMonth) -> list[DriveSum]:
    """Return what each drive that has something to show for the month came to."""
    keys = {drive.pk: key for drive, key, _until in _periods_ending_in(month)}
    totals = {
        (total.drive_id, total.period_key): total.received_minor + total.matched_minor
        for total in MeterTotal.objects.filter(
            drive__in=keys, period_key__in=set(keys.values()), currency=F("drive__currency")
        )
    }
    moved = _received_in(month)
    sums = []
    for drive in Drive.objects.order_by("pk"):
        key = keys.get(drive.pk, "")
        received = totals.get((drive.pk, key)) if key else moved.get(drive.pk)
        if received is not None:
            sums.append(DriveSum(drive.pk, drive.title, key or month.key, drive.currency, drive.goal_minor, received))
    return sums


def frozen(sums: list[AccountSum] | list[DriveSum]) -> list[dict[str, Any]]:
    """Return sums as a closed month keeps them."""
    return [asdict(each) for each in sums]


def accounts_at_close(close: MonthClose) -> list[AccountSum]:
    return [AccountSum(**each) for each in close.accounts]


def drives_at_close(close: MonthClose) -> list[DriveSum]:
    return [DriveSum(**each) for each in close.drives]


def month_of_close(close: MonthClose) -> BookMonth:
    return BookMonth(close.month, close.begins_at, close.until)


@dataclass(frozen=True, slots=True)
class Restated:
    """A drive's figure as a month closed with it, and as the book has it now."""

    title: str
    at_close: Money
    now: Money


def restatements(close: MonthClose) -> list[Restated]:
    """Return the drives whose figure for a closed month is another one now."""
    before = {(each.drive, each.period_key): each for each in drives_at_close(close)}
    after = {(each.drive, each.period_key): each for each in drive_sums(month_of_close(close))}
    found = []
    for key in before | after:
        sums = after.get(key) or before[key]
        was = before[key].raised_minor if key in before else 0
        is_now = after[key].raised_minor if key in after else 0
        if was != is_now:
            found.append(Restated(sums.title, Money(was, sums.currency), Money(is_now, sums.currency)))
    return found


def moved_since(close: MonthClose, sums: list[AccountSum]) -> list[AccountSum]:
    """Return what was booked into a closed month since, account by account, by the sums it has now."""
    before = {(each.account, each.currency): each for each in accounts_at_close(close)}
    found = []
    for after in sums:
        was = before.get((after.account, after.currency))
        debits, credits_ = (was.debits, was.credits) if was else (0, 0)
        if (debits, credits_) != (after.debits, after.credits):
            found.append(AccountSum(after.account, after.currency, 0, after.debits - debits, after.credits - credits_))
    return found


def booked_since(close: MonthClose) -> QuerySet[Entry]:
    """Return what was booked after the close and moved it: what happened in the month, or counts in a drive's."""
    happened = Q(occurred_at__gte=close.begins_at, occurred_at__lt=close.until)
    counts = Q()
    for each in drives_at_close(close):
        counts |= Q(drive=each.drive, period_key=each.period_key)
    late = Entry.objects.filter(happened | counts, pk__gt=_number_at(close), booked_at__gt=close.closed_at)
    return late.select_related("drive", "gift").order_by("id")


def last_bookings(count: int) -> QuerySet[Entry]:
    return Entry.objects.select_related("drive", "gift").order_by("-id")[:count]


def _periods_ending_in(month: BookMonth) -> Iterator[tuple[Drive, str, datetime]]:
    """Yield each drive with months, and the key and the end of the one that ends in this month or with it."""
    for drive in Drive.objects.filter(kind=Drive.Kind.MONTH):
        first_on = month.first_on if drive.reset_day == 1 else month_before(month.first_on, 1)
        period = month_named(f"{first_on:%Y-%m}", drive.reset_day)
        assert period is not None
        until = datetime.combine(period.until.date(), time.min, tzinfo=drive.zone_info).astimezone(UTC)
        yield drive, period.key, until


def _received_in(month: BookMonth) -> dict[int, int]:
    """Return what the drives without months raised in this one, by the book."""
    rows = (
        Entry.objects.filter(
            drive__kind__in=[Drive.Kind.DATES, Drive.Kind.OPEN],
            meter_currency=F("drive__currency"),
            occurred_at__gte=month.begins_at,
            occurred_at__lt=month.until,
        )
        .values("drive")
        .annotate(total=Sum(F("meter_minor") + F("matched_minor")))
    )
    return {row["drive"]: row["total"] for row in rows}
