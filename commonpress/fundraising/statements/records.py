"""Movements as a bank reports them, the same from every kind of file."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from commonpress.fundraising.money import Money

Format = Literal["camt", "mt940", "csv"]

MOST_BYTES = 5_000_000
MOST_MOVEMENTS = 20_000
LONGEST_NAME, LONGEST_TEXT, LONGEST_BANK_ID = 140, 1_000, 80


@dataclass(frozen=True, slots=True)
class Payer:
    """Who sent or received it. Of their account only a keyed hash and the last four characters are kept."""

    name: str = ""
    mark: str = ""
    last4: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """One booked movement: `amount` is above zero for what came in, below for what went out.

    `bank_id` is the bank's own name for it, empty where it gives none. `is_return`: an earlier movement
    of the other direction comes back. `ordinal` counts movements of the same day, amount and words within
    the file, from 0. `line` is where it stands in the file.
    """

    account: str
    booked_on: date
    amount: Money
    payer: Payer
    text: str
    bank_id: str
    is_return: bool
    ordinal: int
    line: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"booked_on": self.booked_on.isoformat()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Reported":
        return cls(
            **kept
            | {
                "booked_on": date.fromisoformat(kept["booked_on"]),
                "amount": Money(**kept["amount"]),
                "payer": Payer(**kept["payer"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """All movements of one file, in its order. `account` is as the bank writes it, empty where no row says."""

    format: Format
    account: str
    movements: tuple[Reported, ...]

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day something was booked on."""
        days = [movement.booked_on for movement in self.movements]
        return min(days), max(days)
