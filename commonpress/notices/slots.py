"""When somebody is told who does not want to be told at once."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commonpress.notices.models import Pace
from commonpress.notices.sender import sender

# With the first coffee, where the paper is.
DAILY_AT = time(7)


def due_at(pace: Pace, now: datetime) -> datetime:
    """Return when what happens now is told: now, at the next full hour, or at the next seven in the morning."""
    match pace:
        case Pace.HOURLY:
            return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        case Pace.DAILY:
            return next_morning(now, ZoneInfo(sender().zone))
        case _:
            return now


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    local = now.astimezone(zone)
    day = local.date() if local.time() < DAILY_AT else local.date() + timedelta(days=1)
    return datetime.combine(day, DAILY_AT, tzinfo=zone).astimezone(UTC)
