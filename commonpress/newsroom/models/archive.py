"""Stories by month: of everything, a desk, a tag or a byline.

Lists end, and the calendar beside them leads on; only a month, which has nothing finer, is cut into pages.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
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

    `stories` are 30 at most, newest first, as cards: a page of the month's; without a month the newest of the year,
    or of all. `period` is the month's first day, or None. `years` are those that have stories, newest first;
    `months` are those of `year` that have stories, in the order of the calendar. `earlier` and `later` are the
    neighbouring months of the same year that have stories, or None; `newer` and `older` are the addresses of the
    neighbouring pages of the same month, or empty.
    """

    stories: list[Story]
    year: int | None
    period: dt.date | None
    years: list[YearLink]
    months: list[MonthLink]
    earlier: MonthLink | None
    later: MonthLink | None
    newer: str = ""
    older: str = ""


def archive_of(
    stories: StoryQuerySet, *, base: str, year: int | None = None, month: int | None = None, page: int = 1
) -> Archive:
    """Return the archive of `stories` (published ones) for a year, a month, or their newest.

    `base` is the address before the year, as in "/" or "/tag/water/"; `page` is the month's, from 1; further ones
    have addresses of their own, as in "/2026/05/page/2/". Days begin at
    midnight of the current time zone, which is the publication's. However many stories there are, it costs five
    queries and one more for each year that has some.

    Raises Http404 for a year, a month or a month's page without stories.
    """
    listed = _between(stories, year, month).newest_first().cards()
    begin = (page - 1) * NEWEST if month is not None else 0
    # One more than is shown tells whether there is more.
    found = list(listed[begin : begin + NEWEST + 1])
    if not found and year is not None:
        raise Http404
    years = _years(stories, base, year)
    months_of = year or (years[0].year if years else None)
    months = _months(stories, base, months_of, month if year else None) if months_of else []
    newer, older = _pages_beside(f"{base}{year:04}/{month:02}/", page, len(found)) if year and month else ("", "")
    here = next((place for place, link in enumerate(months) if link.is_current), None)
    return Archive(
        stories=found[:NEWEST],
        year=year,
        period=dt.date(year, month, 1) if year and month else None,
        years=years,
        months=months,
        earlier=months[here - 1] if here else None,
        later=months[here + 1] if here is not None and here + 1 < len(months) else None,
        newer=newer,
        older=older,
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


def _pages_beside(month: str, page: int, found: int) -> tuple[str, str]:
    """Return the addresses of the month's newer and older page, empty where there is none."""
    newer = f"{month}page/{page - 1}/" if page > 2 else month
    return newer if page > 1 else "", f"{month}page/{page + 1}/" if found > NEWEST else ""


def _years(stories: StoryQuerySet, base: str, current: int | None) -> list[YearLink]:
    """Step from the newest story of one year to the newest before it: each step is one look into an index."""
    links = []
    dates = stories.order_by("-first_public_at").values_list("first_public_at", flat=True)
    newest = dates.first()
    while newest is not None:
        year = timezone.localtime(newest).year
        links.append(YearLink(year, f"{base}{year:04}/", year == current))
        newest = dates.filter(first_public_at__lt=midnight(dt.date(year, 1, 1))).first()
    return links


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
