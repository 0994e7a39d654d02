"""What a drive has come to at a moment: numbers only, no words. Pure but for the drive it is about."""

from dataclasses import dataclass
from fractions import Fraction

from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import Period


@dataclass(frozen=True, slots=True)
class Tick:
    minor: int
    words: str


@dataclass(frozen=True, slots=True)
class Apart:
    """Gifts in a currency for which no rate was known on their day: shown beside the sum, not in it."""

    money: Money
    gifts: int


@dataclass(frozen=True, slots=True)
class Meter:
    drive: Drive
    period: Period
    received: Money
    matched: Money
    promised: Money
    gifts: int
    apart: tuple[Apart, ...] = ()

    @property
    def raised(self) -> Money:
        """What readers gave and what was added to it from a matching pool."""
        return self.received + self.matched

    @property
    def goal(self) -> Money | None:
        return self.drive.goal

    @property
    def share(self) -> Fraction | None:
        """How much of the goal is raised, more than 1 above it; None without a goal."""
        return Fraction(self.raised.minor, self.goal.minor) if self.goal else None

    @property
    def ticks(self) -> list[Tick]:
        """The drive's own ticks, or nothing, half and all of the goal."""
        if self.drive.ticks:
            return [Tick(minor, words) for minor, words in self.drive.ticks]
        if self.goal is None:
            return []
        unit = 10**self.goal.exponent
        half = self.goal.minor // 2
        return [Tick(minor, "") for minor in (0, half - half % unit, self.goal.minor)]

    @property
    def scale_end(self) -> int:
        """The minor units at the right end of the ruler; 0 where there is no ruler."""
        if self.goal is None:
            return 0
        return max(self.goal.minor, *(tick.minor for tick in self.ticks))

    def place(self, minor: int) -> Fraction:
        """Return where on the ruler an amount stands, from 0 to 1."""
        return min(max(Fraction(minor, self.scale_end), Fraction(0)), Fraction(1))
