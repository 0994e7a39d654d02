"""What a payment costs, and what to add to a gift so that all of it arrives. Pure, and exact to the last part."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from commonpress.fundraising.money import MixedCurrencies, Money

A_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Tariff:
    """A share of each payment and a fixed part, as in Tariff(Fraction("0.029"), Money(30, "USD")).

    Raises TypeError for a share that is a float, ValueError unless it is at least 0 and below 1, and the
    fixed part not negative.
    """

    share: Fraction
    fixed: Money

    def __post_init__(self) -> None:
        if type(self.share) is not Fraction:
            raise TypeError(f"A share is an exact fraction, not {self.share!r}.")
        if not 0 <= self.share < 1 or self.fixed.minor < 0:
            raise ValueError(f"{self.share} and {self.fixed} are no tariff.")


def fee_on(payment: Money, tariff: Tariff) -> Money:
    """Return what is kept of a payment, rounded to the nearest minor unit and a half upward."""
    _require_same(payment, tariff)
    return Money(floor(tariff.share * payment.minor + tariff.fixed.minor + A_HALF), payment.currency)


def with_cover(gift: Money, tariff: Tariff, *, step_minor: int = 1) -> Money:
    """Return the least payment of which the whole gift is left after the fee: 10.61 for 10.00 at 2.9 % and 0.30.

    `step_minor` is by how much payments may grow (provider_units.py). What somebody adds is the difference to
    the gift.
    """
    _require_same(gift, tariff)
    # The payment p leaves the gift g where p - floor(share·p + fixed + 1/2) >= g, that is where
    # share·p + fixed + 1/2 < p - g + 1. A larger payment never leaves less, so the first on a step will do.
    least = floor((gift.minor + tariff.fixed.minor - A_HALF) / (1 - tariff.share)) + 1
    return Money(ceil(Fraction(least, step_minor)) * step_minor, gift.currency)


def _require_same(money: Money, tariff: Tariff) -> None:
    if money.currency != tariff.fixed.currency:
        raise MixedCurrencies(f"A tariff in {tariff.fixed.currency} says nothing of {money.currency}.")
