"""Charts with their words: what charts.py places, and the sentence and the table that say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from babel.numbers import format_percent
from django.utils.translation import gettext as _

from commonpress.fundraising import charts
from commonpress.fundraising.amounts import amount_text, column_text
from commonpress.fundraising.meter import Meter
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import month_named
from commonpress.fundraising.queries.courses import Day
from commonpress.fundraising.typeset import period_text
from commonpress.lib import formats


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, one sentence that says what it shows, its words in place, and a table of the same figures.

    Bars and shares have their figures beside them, and no table; shares no sentence either.
    """

    drawing: object
    spoken: str
    labels: list[charts.Label]
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    # Words for the line across a drive's course.
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    share: charts.Share
    name: str
    amount: str
    percent: str


@dataclass(frozen=True, slots=True)
class MonthBar:
    """A month's name, the length of its bar, and the sum that stands beside it."""

    name: str
    width: str
    amount: str


def course_chart(meter: Meter, days: list[Day], language: str) -> Chart:
    drive, period = meter.drive, meter.period
    # A drive without an end is drawn up to today.
    length = (period.last_on - days[0].on).days + 1 if drive.kind != Drive.Kind.OPEN else len(days)
    sums = [day.total.minor for day in days]
    drawing = charts.course(
        sums, days=length, goal=meter.goal.minor if meter.goal else None, promised=meter.promised.minor
    )
    last_on = period.last_on if drive.kind != Drive.Kind.OPEN else days[-1].on
    labels = [
        charts.label_at(Fraction(0), formats.short_day(days[0].on, language), y="100%"),
        charts.label_at(Fraction(1), formats.short_day(last_on, language), y="100%"),
    ]
    words = {
        "sum": amount_text(days[-1].total, language),
        "day": formats.day(days[-1].on, language),
        "first": formats.day(days[0].on, language),
        "goal": amount_text(meter.goal, language) if meter.goal else "",
        "promised": amount_text(meter.promised, language),
    }
    spoken = _("From %(first)s to %(day)s: %(sum)s.") % words
    if meter.goal:
        spoken += " " + _("The goal is %(goal)s.") % words
    if meter.promised:
        spoken += " " + _("%(promised)s more is promised.") % words
    before = [None, *(day.total for day in days)]
    rows = [
        (formats.day(day.on, language), column_text(day.total, language))
        for day, earlier in zip(days, before, strict=False)
        if day.total != earlier
    ]
    return Chart(drawing, spoken, labels, (_("Day"), _("Received by then")), rows, words["goal"])


def months_chart(drive: Drive, months: list[tuple[str, Money]], language: str) -> Chart:
    """Return a bar for each month, the latest first."""
    bars = [
        MonthBar(month_said(drive, key, language), width, column_text(total, language))
        for (key, total), width in zip(months, charts.lengths([total.minor for _key, total in months]), strict=True)
    ]
    best = max(range(len(months)), key=lambda place: months[place][1].minor) if months else None
    spoken = (
        _("%(count)s months. Most came in %(month)s: %(sum)s.")
        % {"count": len(months), "month": bars[best].name, "sum": amount_text(months[best][1], language)}
        if best is not None
        else ""
    )
    return Chart(bars[::-1], spoken, [], (_("Month"), _("Received")), [])


def sources_chart(found: list[tuple[Gift.Source, Money]], language: str) -> Chart:
    shares = charts.shares([total.minor for _source, total in found])
    sources = [
        Source(share, str(source.label), column_text(total, language), share_text(share.percent, language))
        for share, (source, total) in zip(shares, found, strict=True)
    ]
    return Chart(sources, "", [], (_("Came as"), _("Received"), _("Share")), [])


def month_said(drive: Drive, key: str, language: str) -> str:
    period = month_named(key, drive.reset_day)
    return period_text(drive, period, language) if period else key


def share_text(percent: Fraction, language: str) -> str:
    return format_percent(round(percent) / 100, format="#,##0\u00a0%", locale=formats.locale_of(language))
