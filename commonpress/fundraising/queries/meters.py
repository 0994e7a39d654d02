"""What drives have come to, read without the book."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from commonpress.changes.shown import shows
from commonpress.database.prepared import Prepared
from commonpress.fundraising.meter import Apart, Meter
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import keys_around, next_midnight


def current_drive() -> Drive | None:
    return Drive.objects.filter(is_current=True, is_visible=True).first()


def current_meter(now: datetime) -> Meter | None:
    """Return the meter of the drive shown on every page, in one query.

    Which month counts follows from the drive's zone, so each month that could be asked for is
    joined: at most five rows a currency, however long the book.
    """
    # Another drive may become the current one.
    shows("drive:*")
    found = _meter_of(_current.rows(*keys_around(now)), now)
    if found is not None:
        shows(until=next_midnight(now, zone=found.drive.zone))
    return found


def shown_meter(slug: str, now: datetime) -> Meter | None:
    """Return the meter of a drive that readers are shown; None where there is none of that slug."""
    drive = Drive.objects.filter(slug=slug, is_visible=True).first()
    if drive is None:
        return None
    shows(until=next_midnight(now, zone=drive.zone))
    return meter(drive, now)


def meter(drive: Drive, now: datetime) -> Meter:
    """Return the drive's meter at this moment, in one query that never reads the book."""
    found = _meter_of(_by_key.rows(*keys_around(now), drive.pk), now)
    if found is None:
        raise Drive.DoesNotExist
    return found


def _with_totals(drives: QuerySet[Drive]) -> QuerySet[Any]:
    """Return drives once for each of their totals of the periods that are asked for."""
    any_moment = datetime.now(tz=UTC)
    return drives.annotate(
        total=FilteredRelation("totals", condition=Q(totals__period_key__in=keys_around(any_moment))),
    ).annotate(
        total_period=F("total__period_key"),
        total_currency=F("total__currency"),
        total_received=F("total__received_minor"),
        total_matched=F("total__matched_minor"),
        total_promised=F("total__promised_minor"),
        total_gifts=F("total__gifts"),
    )


# The periods that are asked for, and for one drive its key.


_current = Prepared(lambda: _with_totals(Drive.objects.filter(is_current=True, is_visible=True)))
_by_key = Prepared(lambda: _with_totals(Drive.objects.filter(pk=0)))


def _meter_of(rows: list[Any], now: datetime) -> Meter | None:
    if not rows:
        return None
    drive = rows[0]
    period = drive.period_at(now)
    now_counted = [row for row in rows if row.total_period == period.key]
    own = next((row for row in now_counted if row.total_currency == drive.currency), None)
    return Meter(
        drive=drive,
        period=period,
        received=Money(own.total_received if own else 0, drive.currency),
        matched=Money(own.total_matched if own else 0, drive.currency),
        promised=Money(own.total_promised if own else 0, drive.currency),
        gifts=own.total_gifts if own else 0,
        apart=tuple(
            Apart(Money(row.total_received, row.total_currency), row.total_gifts)
            for row in now_counted
            if row.total_currency != drive.currency and row.total_gifts
        ),
    )
