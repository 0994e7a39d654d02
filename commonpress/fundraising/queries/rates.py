"""What currencies were worth in each other."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from commonpress.fundraising.models.fx_rate import FxRate

DAYS_GOOD = 7
HUB = "EUR"
PLACES = Decimal("0.0000000001")


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of one currency's units another is worth, as text that is kept with the booking, and of which day."""

    rate: str
    day: date


def rate_between(base: str, quote: str, day: date) -> Rate | None:
    """Return the rate of that day or the last known before it, a week old at most; None where there is none.

    A rate typed for the two goes before its reverse, and both before one by way of the euro, which is how the
    European Central Bank's are published.
    """
    direct = _latest(base, quote, day)
    if direct is not None:
        return Rate(f"{direct.rate.normalize():f}", direct.day)
    reverse = _latest(quote, base, day)
    if reverse is not None:
        return _quotient(Decimal(1), reverse.rate, reverse.day)
    of_base, of_quote = _latest(HUB, base, day), _latest(HUB, quote, day)
    if of_base is None or of_quote is None:
        return None
    return _quotient(of_quote.rate, of_base.rate, min(of_base.day, of_quote.day))


def _quotient(over: Decimal, under: Decimal, day: date) -> Rate:
    return Rate(f"{(over / under).quantize(PLACES, rounding=ROUND_HALF_EVEN).normalize():f}", day)


def _latest(base: str, quote: str, day: date) -> FxRate | None:
    known = FxRate.objects.filter(base=base, quote=quote, day__lte=day, day__gt=day - timedelta(days=DAYS_GOOD))
    return known.order_by("-day").first()
