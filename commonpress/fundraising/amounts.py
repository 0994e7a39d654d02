"""Amounts as a language writes them, and read back from what people type. Uses Babel, not Django."""

import re
from copy import copy
from decimal import Decimal

from babel.numbers import NumberPattern, get_currency_name, get_currency_symbol, get_decimal_symbol, get_group_symbol

from commonpress.fundraising.money import Money, parse_amount
from commonpress.lib.formats import locale_of

# Signs that stand for more than one currency, in one language or in several. Source: CLDR.
SHARED_SIGNS = {"$", "£", "¥", "￥", "C$", "Br", "K", "L", "Rs", "kr", "kr."}


def read_amount(text: str, currency: str, language: str) -> Money:
    """Read what somebody typed in this language; see `parse_amount`.

    Raises WrongAmount.
    """
    locale = locale_of(language)
    return parse_amount(
        text,
        currency,
        decimal=get_decimal_symbol(locale),
        group=get_group_symbol(locale),
        signs=(get_currency_symbol(currency, locale=locale), get_currency_symbol(currency, locale="en")),
    )


def amount_text(money: Money, language: str) -> str:
    """Return the amount with its sign, cents only where there are any: "$1,360", "12,50 €"."""
    return with_sign(money, language, decimals_of(money))


def column_text(money: Money, language: str) -> str:
    """Return the amount as a column of sums has it, so that they stand figure under figure: "$1,360.00", "12,50 €"."""
    return with_sign(money, language, money.exponent)


def exact_text(money: Money, language: str) -> str:
    """Return the amount as papers for a tax office have it, with all decimals: "€25.00", but "USD 25.00".

    A sign that several currencies share does not say which is meant; their code does.
    """
    sign = get_currency_symbol(money.currency, locale=locale_of(language))
    return with_sign(money, language, money.exponent, as_code=sign in SHARED_SIGNS)


def with_sign(money: Money, language: str, decimals: int, *, as_code: bool = False) -> str:
    locale = locale_of(language)
    pattern = with_decimals(locale.currency_formats["standard"], decimals)
    if as_code:
        # Two of CLDR's signs for "the currency" stand for its code.
        (before, before_minus), (after, after_minus) = pattern.prefix, pattern.suffix
        pattern.prefix = (doubled(before), doubled(before_minus))
        pattern.suffix = (doubled(after), doubled(after_minus))
    text = pattern.apply(money.major, locale, currency=money.currency, currency_digits=False)
    # CLDR asks for a space between letters and figures ("UGX 500"); Babel leaves it out.
    return re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", "\u00a0", text)


def doubled(affix: str) -> str:
    return affix.replace("\u00a4", "\u00a4\u00a4")


def figure_text(money: Money, language: str) -> str:
    """Return the amount without its sign: "1,360", "12,50"."""
    locale = locale_of(language)
    return with_decimals(locale.decimal_formats[None], decimals_of(money)).apply(money.major, locale)


def typed_text(money: Money, language: str) -> str:
    """Return the amount as a form field holds it, so that `read_amount` reads the same back."""
    locale = locale_of(language)
    return f"{money.major:f}".replace(".", get_decimal_symbol(locale))


def currency_words(currency: str, count: Decimal, language: str) -> str:
    """Return what the currency is called when it is counted: "dollars", "Euro".

    In English the noun stands last, and a paper's readers know whose dollars are meant.
    """
    locale = locale_of(language)
    name = get_currency_name(currency, count=count, locale=locale)
    return name.split()[-1].lower() if locale.language == "en" else name


def decimals_of(money: Money) -> int:
    return 0 if money.is_whole else money.exponent


def with_decimals(pattern: NumberPattern, decimals: int) -> NumberPattern:
    # The pattern is shared by everyone who asks Babel for this locale.
    own = copy(pattern)
    own.frac_prec = (decimals, decimals)
    return own
