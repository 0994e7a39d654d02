"""What a gift adds to a meter: net or gross, in the drive's currency, matched from a pool. Pure."""

from fractions import Fraction
from math import floor

from commonpress.fundraising.money import Money


def countable(amount: Money, *, fee: Money, cover: Money, is_net: bool) -> Money:
    """Return what of a gift counts. Gross: all of it. Net: without the fee and what was added to cover it.

    A supporter who added 0.61 for a fee of 0.59 gave the rest whole; a fee above the cover lessens it.
    """
    if not is_net:
        return amount
    return amount - max(fee, cover)


def converted(money: Money, rate: str, currency: str) -> Money:
    """Return the money in another currency, to the nearest minor unit, halves upwards.

    `rate` is how many of the other's major units one of its own is worth, as in "1.10".
    """
    if money.currency == currency:
        return money
    other = Money(0, currency)
    exact = Fraction(money.minor) * Fraction(rate) * Fraction(10) ** (other.exponent - money.exponent)
    return Money(floor(exact + Fraction(1, 2)), currency)


def matched(counted: Money, *, left: int, percent: int) -> int:
    """Return the minor units a pool adds to what counts: so many percent of it, while the pool lasts."""
    return max(0, min(left, counted.minor * percent // 100))


def given_back(whole: int, *, part: int, of: int, already: int, is_last: bool) -> int:
    """Return how much of what a gift added is taken out again, when `part` of the gift's `of` goes back.

    The last refund takes all that earlier ones left, so that no cent stays behind.
    """
    if is_last:
        return whole - already
    return min(whole - already, whole * part // of)
