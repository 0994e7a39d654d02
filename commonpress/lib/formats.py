"""Dates and times as the publication's language writes them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time


def day(on: date, language: str) -> str:
    """Return a date in full, as in "3 June 2021"."""
    return format_date(on, format="long", locale=locale_of(language))


def weekday(on: date, language: str) -> str:
    """Return a date in full with its day of the week, as in "Thursday, 3 June 2021"."""
    return format_date(on, format="full", locale=locale_of(language))


def short_day(on: date, language: str) -> str:
    """Return day and month for a narrow column, as in "3 Jun"."""
    return format_skeleton("MMMd", on, locale=locale_of(language))


def month(on: date, language: str) -> str:
    """Return month and year, as in "June 2021"."""
    return format_skeleton("yMMMM", on, locale=locale_of(language))


def moment(at: datetime, zone: str, language: str) -> str:
    """Return date and time in the publication's zone, as in "3 June 2021, 17:05"."""
    return f"{day(at.astimezone(ZoneInfo(zone)).date(), language)}, {clock(at, zone, language)}"


def clock(at: datetime, zone: str, language: str) -> str:
    """Return the time of day in the publication's zone, as in "17:05"."""
    return format_time(at, format="short", tzinfo=ZoneInfo(zone), locale=locale_of(language))


def locale_of(language: str) -> Locale:
    """Return Babel's locale for a language code such as "de" or "en-gb".

    Raises UnknownLocaleError or ValueError for one it has no data of.
    """
    return Locale.parse(language, sep="-")
