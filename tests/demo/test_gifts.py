import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction

from commonpress.demo.gifts import load_drive, load_gifts
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books, courses, meters

DUBLIN = ZoneInfo("Europe/Dublin")
NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)


def booked(now, seed="tide"):
    with time_machine.travel(now, tick=False):
        return load_gifts(load_drive(), now, seed)


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize(
    "now",
    [
        NOW,
        dt.datetime(2026, 12, 1, 0, 5, tzinfo=DUBLIN),
        dt.datetime(2027, 7, 1, 0, 5, tzinfo=DUBLIN),  # 30 June in UTC
        dt.datetime(2027, 3, 31, 23, 59, tzinfo=DUBLIN),
    ],
)
def test_the_meter_stands_at_1360_of_5000_with_all_gifts_of_the_month_before_now(now):
    booked(now)

    drive = Drive.objects.get()
    meter = meters.meter(drive, now)
    begins = now.astimezone(DUBLIN).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    mine = [gift.occurred_at for gift in Gift.objects.all() if gift.occurred_at >= begins]
    assert meter.received == Money(1_360_00, "EUR")
    assert books.received_by_book(drive, meter.period.key) == Money(1_360_00, "EUR")
    assert drive.goal == Money(5_000_00, "EUR")
    assert [minor for minor, _ in drive.ticks] == [0, 2_500_00, 5_000_00]
    assert len(mine) == meter.gifts
    assert max(mine) <= now


@pytest.mark.django_db
@pytest.mark.both_databases
def test_a_start_in_a_later_month_books_that_months_gifts_once():
    booked(NOW)
    before = Gift.objects.count()
    later = dt.datetime(2026, 12, 3, 9, 0, tzinfo=dt.UTC)

    first, again = booked(later), booked(later + dt.timedelta(hours=1))

    drive = Drive.objects.get()
    assert (first, again) == (Gift.objects.count() - before, 0)
    assert first > 10
    assert meters.meter(drive, later).received == Money(1_360_00, "EUR")
    assert meters.meter(drive, NOW).received == Money(1_360_00, "EUR")


@pytest.mark.django_db
def test_the_months_before_are_closed_with_figures_of_their_own():
    booked(NOW)

    raised = {month: money.minor for month, money in courses.by_months(Drive.objects.get())}

    assert raised == {
        "2026-11": 1_360_00,
        "2026-10": 5_085_00,
        "2026-09": 4_310_00,
        "2026-08": 3_270_00,
        "2026-07": 4_120_00,
        "2026-06": 3_640_00,
    }


@pytest.mark.django_db
def test_the_meter_shows_the_open_pledges_in_the_lighter_tone():
    booked(NOW)

    assert Pledge.objects.filter(state=Pledge.State.OPEN).count() == 2
    assert meters.meter(Drive.objects.get(), NOW).promised == Money(75_00, "EUR")


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_gifts_and_another_seed_others():
    given = []
    for seed in ("tide", "tide", "ebb"):
        with transaction.atomic():
            booked(NOW, seed)
            given.append(
                list(Gift.objects.order_by("occurred_at").values_list("amount_minor", "occurred_at", "message"))
            )
            transaction.set_rollback(True)

    assert given[0] == given[1]
    assert given[0] != given[2]
