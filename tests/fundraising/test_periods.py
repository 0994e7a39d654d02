from datetime import UTC, date, datetime

import pytest

from commonpress.fundraising.periods import keys_around, month_of


@pytest.mark.parametrize(
    ("zone", "moment", "month"),
    [
        ("America/New_York", "2026-11-01T03:59:59", "2026-10"),
        ("America/New_York", "2026-11-01T04:00:00", "2026-11"),
        ("America/New_York", "2026-12-01T04:59:59", "2026-11"),
        ("America/New_York", "2026-12-01T05:00:00", "2026-12"),
        ("Pacific/Kiritimati", "2021-05-31T10:00:00", "2021-06"),
        ("Pacific/Kiritimati", "2021-05-31T09:59:59", "2021-05"),
        ("Europe/Berlin", "2021-05-31T22:00:00", "2021-06"),
        ("Pacific/Niue", "2021-06-01T10:59:59", "2021-05"),
        ("Pacific/Niue", "2021-06-01T11:00:00", "2021-06"),
    ],
)
def test_a_gift_belongs_to_the_month_it_is_in_the_drives_own_zone(zone, moment, month):
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    assert month_of(at, zone=zone).key == month
    assert month in keys_around(at)


def test_a_month_says_when_the_next_begins():
    june = month_of(datetime(2021, 6, 10, tzinfo=UTC), zone="Europe/Berlin")

    assert (june.first_on, june.last_on) == (date(2021, 6, 1), date(2021, 6, 30))
    assert june.until == datetime(2021, 6, 30, 22, tzinfo=UTC)


def test_a_month_that_begins_on_the_fifteenth_is_named_for_that_day():
    before = month_of(datetime(2021, 1, 14, 23, 59, tzinfo=UTC), zone="UTC", reset_day=15)
    after = month_of(datetime(2021, 1, 15, tzinfo=UTC), zone="UTC", reset_day=15)

    assert (before.key, before.first_on, before.last_on) == ("2020-12", date(2020, 12, 15), date(2021, 1, 14))
    assert (after.key, after.first_on, after.last_on) == ("2021-01", date(2021, 1, 15), date(2021, 2, 14))


@pytest.mark.parametrize("reset_day", [1, 15, 28])
def test_every_moment_of_two_years_is_in_a_month_that_could_be_asked_for(reset_day):
    for ordinal in range(date(2023, 12, 30).toordinal(), date(2026, 1, 3).toordinal()):
        for hour in (0, 11, 23):
            at = datetime.combine(date.fromordinal(ordinal), datetime.min.time(), tzinfo=UTC).replace(hour=hour)
            for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
                month = month_of(at, zone=zone, reset_day=reset_day)
                assert month.key in keys_around(at)
                assert at < month.until
