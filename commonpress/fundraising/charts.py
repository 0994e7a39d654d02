"""Charts as places on a sheet: numbers in, percentages out, for a template to draw as SVG. Pure.

Across, a place is a percentage of the width, so that a chart is drawn without knowing how wide it is and its
letters keep their size. Upwards, 0 is the top edge and 100 the bottom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place; `anchor` says to which side of it they stand, so that none leaves the sheet."""

    x: str
    y: str
    words: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Box:
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Course:
    """A drive over its days: `received` is a path in a field of 100 by 100; the goal is a line across it."""

    received: str
    promised: Box | None
    goal_y: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, as a piece of one bar. `tone` counts from 1, the largest part's."""

    x: str
    width: str
    tone: int
    percent: Fraction


def course(sums: Sequence[int], *, days: int, goal: int | None, promised: int = 0) -> Course:
    """Return the curve of what had come in by the end of each day so far, of `days` in all.

    It rises in steps, as money comes in days and not in between. What is promised stands above it from today on.
    Sums below zero are drawn at zero.
    """
    days = max(days, len(sums), 1)
    top = max([goal or 0, *(total + promised for total in sums[-1:]), *sums, 1])
    # A little air, or the highest line is cut by the edge.
    scale = Fraction(100) / (top * Fraction(21, 20))

    def height(minor: int) -> str:
        return number(100 - max(minor, 0) * scale)

    path = ["M0 100"]
    standing = 0
    for day, total in enumerate(sums):
        if total != standing:
            path += [f"H{number(Fraction(100 * day, days))}", f"V{height(total)}"]
            standing = total
    today = Fraction(100 * len(sums), days)
    path += [f"H{number(today)}", "V100", "Z"]
    lower, upper = Fraction(max(standing, 0)), Fraction(max(standing, 0) + promised)
    beside = max(100 - today, Fraction(100, days))
    return Course(
        received="".join(path),
        promised=Box(number(100 - beside), number(100 - upper * scale), number(beside), number((upper - lower) * scale))
        if promised > 0
        else None,
        goal_y=height(goal) if goal else None,
    )


def lengths(sums: Sequence[int]) -> list[str]:
    """Return how long the bar of each sum is, the largest filling its line; sums below zero have no length."""
    longest = max([1, *sums])
    return [percent(Fraction(100 * max(each, 0), longest)) for each in sums]


def shares(parts: Sequence[int]) -> list[Share]:
    """Return the parts of a whole side by side, in the order given; parts below zero and nothing have no width."""
    whole = sum(part for part in parts if part > 0)
    drawn = []
    so_far = 0
    for tone, part in enumerate(parts, start=1):
        width = Fraction(100 * max(part, 0), whole) if whole else Fraction(0)
        x = Fraction(100 * so_far, whole) if whole else Fraction(0)
        drawn.append(Share(percent(x), percent(width), tone, width))
        so_far += max(part, 0)
    return drawn


def label_at(place: Fraction, words: str, *, y: str) -> Label:
    """Return words under a place from 0 to 1 across."""
    anchor = "start" if place < Fraction(1, 5) else "end" if place > Fraction(4, 5) else "middle"
    return Label(percent(place * 100), y, words, anchor)


def number(value: Fraction | int) -> str:
    """Return a number as paths have it: at most two decimals, none that say nothing."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def percent(value: Fraction | int) -> str:
    return f"{number(value)}%"
