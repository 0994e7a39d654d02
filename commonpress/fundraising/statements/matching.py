"""What a movement is, by its text and its amount: whose pledge it answers, or that a human has to look.

Nothing is ever guessed: a pledge is found by its reference alone, written exactly, or with one slip where no
other open pledge is as near and the amount is the promised one. See docs/algorithms/statements.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from commonpress.fundraising.money import Money
from commonpress.fundraising.statements.spelling import (
    Neighbours,
    attempts_in,
    exact_in,
    is_one_slip,
    shaped_like_references,
)

Outcome = Literal["book", "entered", "queue", "ignore"]
Why = Literal[
    "",
    "went_out",
    "came_back",
    "own_came_back",
    "no_reference",
    "nearly_a_reference",
    "several_references",
    "another_reference",
    "received_already",
    "perhaps_known",
]
# A treasurer who reads the account day by day enters a transfer about when the bank books it.
AROUND = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Promised:
    """A pledge as far as matching asks: `entered` is its gift's amount and day where no statement has shown it yet."""

    reference: str
    amount: Money
    is_open: bool
    is_received: bool
    entered: tuple[Money, date] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a movement. `parts` say which pledge gets how much; for "entered", whose gift it is."""

    outcome: Outcome
    why: Why = ""
    parts: tuple[tuple[str, Money], ...] = ()


class Pledges:
    """The pledges a movement may answer: all that are open, and whichever others its text names."""

    def __init__(self, promised: Iterable[Promised]) -> None:
        self.by_reference = {one.reference: one for one in promised}
        self.neighbours = Neighbours(one.reference for one in self.by_reference.values() if one.is_open)

    def named_in(self, text: str) -> list[Promised]:
        return [self.by_reference[found] for found in sorted(exact_in(text)) if found in self.by_reference]

    def near(self, text: str) -> dict[str, set[str]]:
        """Return open pledges' references that something in the text is one slip away from, with what is."""
        found: dict[str, set[str]] = {}
        for attempt in attempts_in(text):
            for reference in self.neighbours.of(attempt):
                if self.by_reference[reference].is_open:
                    found.setdefault(reference, set()).add(attempt)
        return found

    def receive(self, reference: str) -> None:
        """Count a pledge as received, so that the next movement of the file finds it so."""
        one = self.by_reference[reference]
        self.by_reference[reference] = replace(one, is_open=False, is_received=True, entered=None)


def decide(*, text: str, amount: Money, booked_on: date, is_return: bool, pledges: Pledges) -> Decision:
    """Say what becomes of one movement."""
    named = pledges.named_in(text)
    if amount.minor < 0:
        gave = [one for one in named if one.is_received]
        return Decision("queue", "came_back") if is_return or gave else Decision("ignore", "went_out")
    if is_return:
        return Decision("queue", "own_came_back")
    if len(named) > 1:
        return split_between(named, amount)
    if len(named) == 1:
        return answer_to(named[0], text, amount, booked_on, pledges)
    return corrected(text, amount, pledges)


def answer_to(one: Promised, text: str, amount: Money, booked_on: date, pledges: Pledges) -> Decision:
    """Book what came on the one pledge that is named: less or more than was promised, or in another currency."""
    if one.is_received:
        return repeated(one, amount, booked_on)
    # Another sum may be meant for two, of which one is miswritten.
    others = others_in(text, one, pledges) if amount != one.amount else []
    if len(others) == 1 and others[0] in pledges.by_reference:
        return split_between([one, pledges.by_reference[others[0]]], amount)
    if others:
        return Decision("queue", "another_reference")
    return Decision("book", parts=((one.reference, amount),))


def repeated(one: Promised, amount: Money, booked_on: date) -> Decision:
    """Tell money that a treasurer entered by hand from a second transfer with the same reference."""
    if one.entered is not None:
        entered, on = one.entered
        if entered == amount and abs(on - booked_on) <= AROUND:
            return Decision("entered", parts=((one.reference, amount),))
    return Decision("queue", "received_already")


def others_in(text: str, one: Promised, pledges: Pledges) -> list[str]:
    """Return what beside this reference may be another: open ones a slip away, else whatever is shaped like one."""
    near = [
        other
        for other, attempts in pledges.near(text).items()
        if other != one.reference and any(not overlaps(attempt, one.reference) for attempt in attempts)
    ]
    return near or [shape for shape in shaped_like_references(text) if not overlaps(shape, one.reference)]


def overlaps(attempt: str, reference: str) -> bool:
    """Tell whether an attempt is the exact reference itself, or a part or a shift of it."""
    return attempt == reference or attempt in reference or is_one_slip(attempt, reference)


def split_between(named: list[Promised], amount: Money) -> Decision:
    """Give each pledge what was promised where that is, to the cent, what came."""
    if any(one.is_received for one in named):
        return Decision("queue", "received_already")
    currencies = {amount.currency, *(one.amount.currency for one in named)}
    if len(currencies) > 1 or sum(one.amount.minor for one in named) != amount.minor:
        return Decision("queue", "several_references")
    return Decision("book", parts=tuple((one.reference, one.amount) for one in named))


def corrected(text: str, amount: Money, pledges: Pledges) -> Decision:
    """Put one slip right where only one open pledge can be meant and its amount says the same."""
    near = pledges.near(text)
    if not near:
        return Decision("queue", "no_reference")
    meant = [pledges.by_reference[reference] for reference in sorted(near)]
    if len(meant) == 1 and meant[0].amount == amount:
        return Decision("book", parts=((meant[0].reference, amount),))
    return Decision("queue", "nearly_a_reference")
