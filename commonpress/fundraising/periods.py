"""Which stretch of time a moment belongs to, in a drive's own zone. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

WHOLE_DRIVE = "all"


@dataclass(frozen=True, slots=True)
class Period:
    """A month of a drive: its key ("2021-06"), its first and last day, and the moment the next begins."""

    key: str
    first_on: date
    last_on: date
    until: datetime


def month_of(moment: datetime, *, zone: str, reset_day: int = 1) -> Period:
    """Return the month this moment belongs to; a month that begins on the 15th is named for that 15th.

    `reset_day` is 1 to 28, so that every month has one.
    """
    return _month_with(moment.astimezone(ZoneInfo(zone)).date(), zone, reset_day)


@lru_cache(maxsize=1_000)
def _month_with(today: date, zone: str, reset_day: int) -> Period:
    first_on = today.replace(day=reset_day) if today.day >= reset_day else month_before(today, reset_day)
    next_first_on = month_after(first_on)
    return Period(
        key=f"{first_on:%Y-%m}",
        first_on=first_on,
        last_on=next_first_on - timedelta(days=1),
        until=datetime.combine(next_first_on, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC),
    )


def next_midnight(moment: datetime, *, zone: str) -> datetime:
    """Return when the next day begins there."""
    there = ZoneInfo(zone)
    tomorrow = moment.astimezone(there).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, tzinfo=there).astimezone(UTC)


def keys_around(moment: datetime) -> list[str]:
    """Return every period key that some zone and reset day may give this moment."""
    month = moment.astimezone(UTC).date().replace(day=1)
    before = month_before(month, 1)
    return [WHOLE_DRIVE, *(f"{day:%Y-%m}" for day in (month_before(before, 1), before, month, month_after(month)))]


def month_after(day: date) -> date:
    return day.replace(year=day.year + 1, month=1) if day.month == 12 else day.replace(month=day.month + 1)


def month_before(day: date, reset_day: int) -> date:
    last_of_month_before = day.replace(day=1) - timedelta(days=1)
    return last_of_month_before.replace(day=reset_day)


def month_named(key: str, reset_day: int) -> Period | None:
    """Return the month with this key as a drive's own calendar has it; None for a drive without months."""
    if key == WHOLE_DRIVE:
        return None
    first_on = date.fromisoformat(f"{key}-01").replace(day=reset_day)
    next_first_on = month_after(first_on)
    until = datetime.combine(next_first_on, time.min, tzinfo=UTC)
    return Period(key=key, first_on=first_on, last_on=next_first_on - timedelta(days=1), until=until)
