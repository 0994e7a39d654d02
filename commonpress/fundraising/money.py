"""Money: whole minor units and a currency. Nothing here knows of Django, rates or languages."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Self

from commonpress.fundraising.currencies import CURRENCIES, currency_of

MOST_MAJOR_UNITS = 99_999_999


class MixedCurrencies(ValueError):
    """Two amounts of different currencies were added or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, as in Money(25_00, "EUR"): minor units as ISO 4217 counts them.

    Raises TypeError for anything but an integer, UnknownCurrency for a code that is none.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"Money is made of whole minor units, not of {self.minor!r}.")
        if self.currency not in CURRENCIES:
            object.__setattr__(self, "currency", currency_of(self.currency).code)

    @property
    def exponent(self) -> int:
        return currency_of(self.currency).exponent

    @property
    def major(self) -> Decimal:
        """The amount as people write it: Decimal("25.00") for 2,500 cents."""
        return Decimal(self.minor).scaleb(-self.exponent)

    @property
    def is_whole(self) -> bool:
        return self.minor % 10**self.exponent == 0

    def __add__(self, other: Self) -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Self) -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Self) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Self) -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Self) -> int:
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} do not add up.")
        return other.minor


Fault = Literal[
    "empty", "negative", "not_an_amount", "marks", "cut_off", "zero_in_front", "decimals", "zero", "too_large"
]


class WrongAmount(ValueError):
    """What was typed is not an amount; `fault` says why, and forms put it in words."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


# People type the space or the apostrophe their keyboard has, not the one their language prefers.
ALIKE = (" \u00a0\u202f\u2009", "'\u2019")


def parse_amount(text: str, currency: str, *, decimal: str, group: str, signs: tuple[str, ...] = ()) -> Money:
    """Read an amount above zero, written with this decimal mark and this mark between thousands.

    `signs` may stand before or after it, as may the currency's code. Anything that could be read in
    two ways is refused rather than guessed at: "1,000.00" where the comma is the decimal mark.

    Raises WrongAmount.
    """
    written = without_signs(text, (currency.upper(), *signs))
    if not written:
        raise WrongAmount("empty")
    if written[0] in "-\u2212\u2013":
        raise WrongAmount("negative")
    digits, mark, fraction = parts_of(written, decimal=decimal, group=group)
    exponent = currency_of(currency).exponent
    # "5." may be five, or lack its cents; "01" one, or a tenth without its mark.
    if not digits or (mark and not fraction):
        raise WrongAmount("cut_off" if exponent else "decimals")
    if digits[0] == "0" and digits != "0":
        raise WrongAmount("zero_in_front")
    if len(fraction) > exponent:
        raise WrongAmount("decimals")
    if len(digits) > len(str(MOST_MAJOR_UNITS)):
        raise WrongAmount("too_large")

    minor = int(digits + fraction.ljust(exponent, "0"))
    if minor == 0:
        raise WrongAmount("zero")
    if minor > MOST_MAJOR_UNITS * 10**exponent:
        raise WrongAmount("too_large")
    return Money(minor, currency)


def parts_of(written: str, *, decimal: str, group: str) -> tuple[str, str, str]:
    """Return the figures before the decimal mark, the mark and the figures after it; each may be empty.

    Raises WrongAmount where there is anything else, or where the marks are not in their places.
    """
    groups = next((alike for alike in ALIKE if group in alike), group)
    if re.fullmatch(f"[0-9.,{re.escape(decimal + groups)}]+", written) is None or not re.search("[0-9]", written):
        raise WrongAmount("not_an_amount")
    whole, mark, fraction = written.partition(decimal)
    thousands = re.split(f"[{re.escape(groups)}]", whole)
    well_grouped = len(thousands) == 1 or (
        1 <= len(thousands[0]) <= 3 and all(len(part) == 3 for part in thousands[1:])
    )
    digits = "".join(thousands)
    if not well_grouped or not (digits or "0").isdigit() or not (fraction or "0").isdigit():
        raise WrongAmount("marks")
    return digits, mark, fraction


def without_signs(text: str, signs: tuple[str, ...]) -> str:
    blank = ALIKE[0] + "\t\r\n"
    written = text.strip(blank)
    # "US$" before "$", or "US" is left over.
    for sign in sorted(signs, key=len, reverse=True):
        if written.upper().startswith(sign.upper()):
            return written[len(sign) :].strip(blank)
        if written.upper().endswith(sign.upper()):
            return written[: -len(sign)].strip(blank)
    return written
