"""The book's entries in the order of their days, as journals.py writes them down."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from commonpress.fundraising.journals import Booking, Counted, Leg
from commonpress.fundraising.models.entry import Account, Entry

AT_ONCE = 2000
ACCOUNTS: tuple[str, ...] = tuple(Account.values)


def bookings(zone: str, *, begins_at: datetime | None = None, until: datetime | None = None) -> Iterator[Booking]:
    """Yield what happened from one moment to before another, however much it is, a few thousand at a time in memory."""
    entries = Entry.objects.select_related("drive", "reverses").prefetch_related("lines").order_by("occurred_at", "id")
    if begins_at is not None:
        entries = entries.filter(occurred_at__gte=begins_at)
    if until is not None:
        entries = entries.filter(occurred_at__lt=until)
    there = ZoneInfo(zone)
    for entry in entries.iterator(chunk_size=AT_ONCE):
        yield Booking(
            number=entry.pk,
            day=entry.occurred_at.astimezone(there).date(),
            booked_at=entry.booked_at,
            kind=entry.kind,
            source_key=entry.source_key,
            drive=entry.drive.slug if entry.drive else "",
            period=entry.period_key,
            reverses=entry.reverses.source_key if entry.reverses else "",
            counted=Counted(entry.meter_minor, entry.meter_currency, entry.matched_minor, entry.rate),
            legs=tuple(
                Leg(line.account, line.amount_minor, line.currency)
                for line in sorted(entry.lines.all(), key=lambda line: line.pk)
            ),
        )
