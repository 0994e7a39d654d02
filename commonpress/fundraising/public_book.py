"""The book as anybody may read it: one line a booking, without names, each bound to the one before. Pure.

The hash of a line is SHA-256 over the hash before it and the line's own text, as hexadecimal letters, a comma between
them. The first line is bound to 64 zeros. Whoever has the lines can work the hashes out again; whoever noted the last
one on a day can tell whether anything before it was rewritten since.
"""

from hashlib import sha256
from typing import NamedTuple

from commonpress.fundraising.currencies import currency_of

COLUMNS = (
    "number",
    "day",
    "kind",
    "drive",
    "period",
    "currency",
    "amount",
    "counted_in",
    "counted",
    "matched",
    "gifts",
    "rate",
    "reverses",
)
BEGINNING = "0" * 64


class PublicEntry(NamedTuple):
    """A booking without its names. Amounts are minor units; `day` is the day it happened, by UTC."""

    number: int
    day: str
    kind: str
    drive: str
    period: str
    currency: str
    amount: int
    counted_in: str
    counted: int
    matched: int
    gifts: int
    rate: str
    reverses: int | None

    @property
    def line(self) -> str:
        """The line as it stands in the readers' file: no field of it can hold a comma or a quote."""
        return (
            f"{self.number},{self.day},{self.kind},{self.drive},{self.period},"
            f"{self.currency},{figures(self.amount, self.currency)},"
            f"{self.counted_in},{figures(self.counted, self.counted_in)},{figures(self.matched, self.counted_in)},"
            f"{self.gifts},{self.rate},{self.reverses or ''}"
        )


def figures(minor: int, currency: str) -> str:
    """Return an amount in major units as programs write it: "-12.50", "500" for a currency without decimals."""
    exponent = currency_of(currency).exponent
    if exponent == 0:
        return str(minor)
    digits = f"{abs(minor):0{exponent + 1}d}"
    return f"{'-' if minor < 0 else ''}{digits[:-exponent]}.{digits[-exponent:]}"


def bound(before: str, line: str) -> str:
    """Return the hash of a line that follows the one with the hash `before`."""
    return sha256(f"{before},{line}".encode()).hexdigest()
