from datetime import UTC, date, datetime

import pytest

from commonpress.lib import formats

JUNE = date(2021, 6, 3)
LATE = datetime(2021, 6, 30, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "day", "month"),
    [
        ("en", "June 3, 2021", "June 2021"),
        ("en-gb", "3 June 2021", "June 2021"),
        ("de", "3. Juni 2021", "Juni 2021"),
        ("pl", "3 czerwca 2021", "czerwiec 2021"),
        ("xx", "June 3, 2021", "June 2021"),
    ],
)
def test_dates_read_as_the_language_writes_them(locale, day, month):
    assert formats.day(JUNE, locale) == day
    assert formats.month(JUNE, locale) == month


def test_a_moment_is_told_in_the_publications_zone():
    assert formats.moment(LATE, "Europe/Berlin", "de") == "1. Juli 2021, 00:30"
    assert formats.moment(LATE, "America/New_York", "en-gb") == "30 June 2021, 18:30"
    assert formats.clock(LATE, "Europe/Berlin", "de") == "00:30"


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "shown"),
    [
        (136000, "USD", "en", "$1,360"),
        (136050, "EUR", "en", "€1,360.50"),
        (5, "EUR", "en", "€0.05"),
        (0, "EUR", "de", "0\xa0€"),
        (-250000, "EUR", "de", "-2.500\xa0€"),
        (136050, "EUR", "de", "1.360,50\xa0€"),
        (500, "JPY", "en", "¥500"),
        (1500, "KWD", "en", "KWD1.500"),
    ],
)
def test_amounts_are_exact_and_whole_ones_short(minor, currency, locale, shown):
    assert formats.money(minor, currency, locale) == shown
