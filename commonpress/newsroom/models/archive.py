"""Stories by month: of everything, a desk, a tag or a byline. Lists end; there is no page 2."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q
from django.http import Http404
from django.utils import timezone

from commonpress.newsroom.models.story import Story, StoryQuerySet

NEWEST = 30


@dataclass(frozen=True)
class YearLink:
    year: int
    address: str
    is_current: bool


@dataclass(frozen=True)
class MonthLink:
    first_day: dt.date
    address: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Archive:
    """What an archive page shows.

    `stories` are the month's, newest first, as cards; without a month the newest 30 of the year, or of all.
    `period` is the month's first day, or None. `years` goes back to the first story's, newest first;
    `months` are those of `year` that have stories, in the order of the calendar. `earlier` and `later` are the
    neighbouring months of the same year that have stories, or None.
    """

    stories: list[Story]
    year: int | None
    period: dt.date | None
    years: list[YearLink]
    months: list[MonthLink]
    earlier: MonthLink | None
    later: MonthLink | None


def archive_of(stories: StoryQuerySet, *, base: str, year: int | None = None, month: int | None = None) -> Archive:
    """Return the archive of `stories` (published ones) for a year, a month, or their newest.

    `base` is the address before the year, as in "/" or "/tag/water/". Days begin at midnight of the
    current time zone, which is the publication's. Costs six queries, however many stories there are.

    Raises Http404 for a year or month without stories.
    """
    asked = _between(stories, year, month)
    listed = asked.newest_first().cards()
    shown = list(listed if month is not None else listed[:NEWEST])
    if not shown and year is not None:
        raise Http404
    years = _years(stories, base, year)
    months_of = year or (years[0].year if years else None)
    months = _months(stories, base, months_of, month if year else None) if months_of else []
    here = next((place for place, link in enumerate(months) if link.is_current), None)
    return Archive(
        stories=shown,
        year=year,
        period=dt.date(year, month, 1) if year and month else None,
        years=years,
        months=months,
        earlier=months[here - 1] if here else None,
        later=months[here + 1] if here is not None and here + 1 < len(months) else None,
    )


def _between(stories: StoryQuerySet, year: int | None, month: int | None) -> StoryQuerySet:
    if year is None:
        return stories
    try:
        first = dt.date(year, 1 if month is None else month, 1)
        end = dt.date(year + 1, 1, 1) if month is None else _next_month(first)
        return stories.filter(first_public_at__gte=midnight(first), first_public_at__lt=midnight(end))
    except (ValueError, OverflowError):  # month 13, year 0 or 9999
        raise Http404 from None


def _years(stories: StoryQuerySet, base: str, current: int | None) -> list[YearLink]:
    ends = stories.order_by().aggregate(first=Min("first_public_at"), last=Max("first_public_at"))
    if ends["first"] is None:
        return []
    first, last = (timezone.localtime(ends[end]).year for end in ("first", "last"))
    return [YearLink(year, f"{base}{year:04}/", year == current) for year in range(last, first - 1, -1)]


def _months(stories: StoryQuerySet, base: str, year: int, current: int | None) -> list[MonthLink]:
    """Count by twelve ranges in one query: cutting each date to its month would call into Python per row on SQLite."""
    days = {month: dt.date(year, month, 1) for month in range(1, 13)}
    counts = (
        _between(stories, year, None)
        .order_by()
        .aggregate(
            **{
                f"month_{month}": Count(
                    "pk",
                    filter=Q(first_public_at__gte=midnight(day), first_public_at__lt=midnight(_next_month(day))),
                )
                for month, day in days.items()
            }
        )
    )
    return [
        MonthLink(day, f"{base}{year:04}/{month:02}/", counts[f"month_{month}"], month == current)
        for month, day in days.items()
        if counts[f"month_{month}"]
    ]


def _next_month(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1)


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=timezone.get_current_timezone())
