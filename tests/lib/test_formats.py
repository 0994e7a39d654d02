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
    ],
)
def test_dates_read_as_the_language_writes_them(locale, day, month):
    assert formats.day(JUNE, locale) == day
    assert formats.month(JUNE, locale) == month


def test_a_moment_is_told_in_the_publications_zone():
    assert formats.moment(LATE, "Europe/Berlin", "de") == "1. Juli 2021, 00:30"
    assert formats.moment(LATE, "America/New_York", "en-gb") == "30 June 2021, 18:30"
    assert formats.clock(LATE, "Europe/Berlin", "de") == "00:30"
