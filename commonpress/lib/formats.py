"""Dates, times, numbers and amounts as the publication's language writes them."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, get_currency_precision


def day(on: date, locale: str) -> str:
    """Return a date in full, as in "3 June 2021"."""
    return format_date(on, format="long", locale=_locale(locale))


def weekday(on: date, locale: str) -> str:
    """Return a date in full with its day of the week, as in "Thursday, 3 June 2021"."""
    return format_date(on, format="full", locale=_locale(locale))


def short_day(on: date, locale: str) -> str:
    """Return day and month for a narrow column, as in "3 Jun"."""
    return format_skeleton("MMMd", on, locale=_locale(locale))


def month(on: date, locale: str) -> str:
    """Return month and year, as in "June 2021"."""
    return format_skeleton("yMMMM", on, locale=_locale(locale))


def moment(at: datetime, zone: str, locale: str) -> str:
    """Return date and time in the publication's zone, as in "3 June 2021, 17:05"."""
    return f"{day(at.astimezone(ZoneInfo(zone)).date(), locale)}, {clock(at, zone, locale)}"


def clock(at: datetime, zone: str, locale: str) -> str:
    """Return the time of day in the publication's zone, as in "17:05"."""
    return format_time(at, format="short", tzinfo=ZoneInfo(zone), locale=_locale(locale))


def number(value: int, locale: str) -> str:
    return format_decimal(value, locale=_locale(locale))


def money(minor: int, currency: str, locale: str) -> str:
    """Return an amount of minor units; whole amounts without the zeros, as in "$1,360"."""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    whole = amount == amount.to_integral_value()
    pattern = _locale(locale).currency_formats["standard"].pattern
    return format_currency(
        amount,
        currency,
        format=pattern.replace(".00", "") if whole else pattern,
        locale=_locale(locale),
        currency_digits=not whole,
    )


def _locale(code: str) -> Locale:
    """Return Babel's locale for a language code such as "de" or "pt-br"; English for one it has no data of."""
    try:
        return Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
