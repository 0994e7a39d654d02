"""What a payment provider counts an amount in, which is not always what ISO 4217 says. Pure.

Each provider has a table of its own: where it counts with other decimals than the standard, and where it
takes only every tenth or hundredth of its units. Nothing is asked of anybody while people give. Which
currencies an account may charge in is for its provider to say; here stands how they are counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from commonpress.fundraising.currencies import require_valid
from commonpress.fundraising.money import Money

Provider = Literal["stripe"]


@dataclass(frozen=True, slots=True)
class Table:
    """How a provider differs from ISO 4217; all currencies in none of these are counted as it says.

    `steps` is by how many of its own units an amount may grow.
    """

    exponents: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()


TABLES: Mapping[Provider, Table] = {
    # Source: docs.stripe.com/currencies, "Zero-decimal currencies", "Three-decimal currencies" and "Special cases".
    # HUF and TWD are whole in payouts alone, and charged in hundredths like others; nothing here pays out.
    "stripe": Table(
        # The ariary is five iraimbilanja to everybody but ISO, which gives it hundredths. The Icelandic krona and the
        # Ugandan shilling had two decimals when others began to count on them, and keep them there.
        exponents={"MGA": 0, "ISK": 2, "UGX": 2},
        steps={"ISK": 100, "UGX": 100, **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 10)},
        # Three decimals by ISO, and in none of its lists: nobody says whether it counts three or two.
        unknown=frozenset({"IQD", "LYD"}),
    ),
}


class UntoldUnits(ValueError):
    """The provider does not say how it counts this currency."""


class UnsendableAmount(ValueError):
    """No amount that the provider can take comes near, or what it told is a part of the smallest unit there is."""


def to_provider(money: Money, provider: Provider, *, on: date) -> int:
    """Return an amount above zero in the provider's units, on the day it is asked for.

    What the provider cannot take is left out and never rounded up, so that nobody is charged more than they
    said: 5.124 dinars are sent as 5120. Show people `sendable`, which is what they will be charged.

    Raises EndedCurrency, UntoldUnits, and UnsendableAmount where nothing is left to send.
    """
    return _units_of(sendable(money, provider, on=on), provider)


def from_provider(units: int, code: str, provider: Provider, *, on: date) -> Money:
    """Return what the provider means by so many of its units, on the day it was paid. The code is in either case.

    Raises UnknownCurrency, EndedCurrency, UntoldUnits, and UnsendableAmount for a part of the smallest unit.
    """
    currency = require_valid(code, on=on)
    one = Money(1, currency.code)
    scale = _exponent(currency.code, provider) - one.exponent
    if scale <= 0:
        return Money(units * 10**-scale, currency.code)
    if units % 10**scale:
        raise UnsendableAmount(f"{units} is no whole number of {currency.code}'s smallest unit.")
    return Money(units // 10**scale, currency.code)


def sendable(money: Money, provider: Provider, *, on: date) -> Money:
    """Return the largest amount not above this one that the provider can take.

    Raises EndedCurrency, UntoldUnits, and UnsendableAmount where that is nothing.
    """
    require_valid(money.currency, on=on)
    step = step_minor(money.currency, provider)
    if money.minor < step:
        raise UnsendableAmount(f"{money.major} {money.currency} is less than {provider} can take.")
    return Money(money.minor - money.minor % step, money.currency)


def step_minor(code: str, provider: Provider) -> int:
    """Return by how many minor units, as ISO 4217 counts them, what the provider takes may grow.

    Raises UntoldUnits.
    """
    scale = _exponent(code, provider) - Money(1, code).exponent
    step = TABLES[provider].steps.get(code, 1)
    return step * 10**-scale if scale < 0 else max(1, step // 10**scale)


def _units_of(money: Money, provider: Provider) -> int:
    scale = _exponent(money.currency, provider) - money.exponent
    return money.minor * 10**scale if scale >= 0 else money.minor // 10**-scale


def _exponent(code: str, provider: Provider) -> int:
    table = TABLES[provider]
    if code in table.unknown:
        raise UntoldUnits(f"{provider} does not say how it counts {code}.")
    return table.exponents.get(code, Money(1, code).exponent)
