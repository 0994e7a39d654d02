"""Rates of exchange as the model knows them: exact fractions from one currency's minor unit to another's."""

from datetime import timedelta
from fractions import Fraction

DECIMALS = {"EUR": 2, "USD": 2, "CHF": 2, "JPY": 0, "KWD": 3}
DAYS_GOOD = 7
# A rate that was worked out is kept to so many decimals.
PLACES = 10**10


class Rates:
    def __init__(self):
        self.told = {}

    def tell(self, base, quote, day, rate):
        self.told[base, quote, day] = Fraction(rate)

    def between(self, base, quote, day):
        """Return how many minor units of `quote` one of `base` is worth on a day; None where nobody knows."""
        if base == quote:
            return Fraction(1)
        rate = self.major(base, quote, day)
        return None if rate is None else rate * Fraction(10) ** (DECIMALS[quote] - DECIMALS[base])

    def major(self, base, quote, day):
        direct, reverse = self.latest(base, quote, day), self.latest(quote, base, day)
        if direct is not None:
            return direct
        if reverse is not None:
            return to_places(1 / reverse)
        euro_in_base, euro_in_quote = self.latest("EUR", base, day), self.latest("EUR", quote, day)
        if euro_in_base is None or euro_in_quote is None:
            return None
        return to_places(euro_in_quote / euro_in_base)

    def latest(self, base, quote, day):
        days = (day - timedelta(days=back) for back in range(DAYS_GOOD))
        return next((self.told[base, quote, each] for each in days if (base, quote, each) in self.told), None)


def to_places(rate):
    return Fraction(round(rate * PLACES), PLACES)
