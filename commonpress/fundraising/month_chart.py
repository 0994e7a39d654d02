"""Months as bars on one scale, drawn without knowing how wide the page is: across in percentages, upwards in pixels."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from commonpress.fundraising.account import MonthTotal
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.money import Money
from commonpress.lib import formats

MOST_BARS = 24
FEWEST_BARS = 3
# The baseline lies so far below the top of the drawing; above the tallest bar stands its figure.
BASELINE = 136
TALLEST = 108
BAR_SHARE = 0.62


@dataclass(frozen=True, slots=True)
class Bar:
    """`x`, `width`, `middle` are percentages; the rest pixels. `lighter_*` is the part promised, on top of the bar."""

    x: str
    width: str
    middle: str
    y: int
    height: int
    lighter_y: int
    lighter_height: int
    spent_y: int | None
    letter: str
    year: str
    figure: str
    anchor: str


@dataclass(frozen=True, slots=True)
class MonthChart:
    bars: list[Bar]
    goal_y: int | None
    has_spending: bool


def chart_of(months: list[MonthTotal], goal: Money | None, language: str) -> MonthChart | None:
    """Return the latest months as bars, the earliest first; None where there are too few to compare.

    `months` begin with the latest.
    """
    shown = months[:MOST_BARS][::-1]
    if len(shown) < FEWEST_BARS:
        return None
    most = max(
        1,
        goal.minor if goal else 0,
        *(month.raised.minor + month.promised.minor for month in shown),
        *(month.spent.minor for month in shown if month.spent),
    )
    named = with_figures(shown)
    return MonthChart(
        bars=[
            bar(month, place, len(shown), most, language, has_figure=place in named)
            for place, month in enumerate(shown)
        ],
        goal_y=BASELINE - pixels(goal.minor, most) if goal else None,
        has_spending=any(month.spent for month in shown),
    )


def bar(month: MonthTotal, place: int, many: int, most: int, language: str, *, has_figure: bool) -> Bar:
    step = 100 / many
    left = step * (place + (1 - BAR_SHARE) / 2)
    height = pixels(month.raised.minor, most)
    both = pixels(month.raised.minor + month.promised.minor, most)
    first_on = date.fromisoformat(f"{month.key}-01")
    middle = left + step * BAR_SHARE / 2
    return Bar(
        x=percentage(left),
        width=percentage(step * BAR_SHARE),
        middle=percentage(middle),
        y=BASELINE - height,
        height=height,
        lighter_y=BASELINE - both,
        lighter_height=both - height,
        spent_y=BASELINE - pixels(month.spent.minor, most) if month.spent else None,
        letter=format_date(first_on, "LLLLL", locale=formats.locale_of(language)),
        year=str(first_on.year) if place == 0 or first_on.month == 1 else "",
        figure=amount_text(month.raised, language) if has_figure else "",
        anchor="start" if middle < 10 else "end" if middle > 90 else "middle",
    )


def with_figures(months: list[MonthTotal]) -> set[int]:
    """Return the places of the bars that get their figure: the tallest, and the latest where there is room for both."""
    tallest = max(range(len(months)), key=lambda place: months[place].raised.minor)
    latest = len(months) - 1
    has_room = (latest - tallest) / len(months) >= 0.3
    return {tallest, latest} if has_room else {tallest}


def pixels(minor: int, most: int) -> int:
    """Return how tall a sum is drawn, at least a hair where there is any."""
    return max(round(TALLEST * max(0, minor) / most), 1 if minor > 0 else 0)


def percentage(share: float) -> str:
    return f"{share:.2f}%"
