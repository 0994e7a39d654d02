"""What one period of a drive came to: numbers only, no words."""

from dataclasses import dataclass
from datetime import date

from commonpress.fundraising.meter import Apart
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import Period


@dataclass(frozen=True, slots=True)
class Restatement:
    """What changed the sum of a period after its end: so much was taken back on a day, of so many gifts.

    By Entry.Kind. Of refunds that failed: so much came back to us. Of gifts: so much was entered after the month was
    closed.
    """

    on: date
    amount: Money
    refunds: int
    kind: str


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """A period in the list of all of them. `spent` is None where readers were told of no spending."""

    key: str
    raised: Money
    promised: Money
    gifts: int
    spent: Money | None


@dataclass(frozen=True, slots=True)
class SourceTotal:
    """What came one way, less what had been entered by mistake; by Gift.Source."""

    source: str
    money: Money
    gifts: int


@dataclass(frozen=True, slots=True)
class Account:
    """The sources, what was given back and what a pool added come to what was raised: the sum on the meter."""

    drive: Drive
    key: str
    # None for a drive without months.
    period: Period | None
    is_present: bool
    received: Money
    matched: Money
    promised: Money
    gifts: int
    sources: list[SourceTotal]
    refunded: Money
    # Gifts in currencies that could not be converted: not in the sums.
    apart: list[Apart]
    restatements: list[Restatement]

    @property
    def raised(self) -> Money:
        return self.received + self.matched
