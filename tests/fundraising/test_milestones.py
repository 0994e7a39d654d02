from datetime import UTC, datetime

import pytest

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.effects import drives as drive_effects
from commonpress.fundraising.models.milestone import Milestone
from commonpress.fundraising.money import Money
from commonpress.notices.models import Letter
from tests.factories.accounts import make_person
from tests.factories.fundraising import make_drive, make_gift

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def reached(drive):
    return list(drive.milestones.order_by("period_key", "percent").values_list("period_key", "percent"))


def announced():
    return [letter.subject for letter in Letter.objects.filter(kind="milestone_reached").order_by("pk")]


def test_each_quarter_of_the_goal_is_noted_by_the_gift_that_reached_it():
    drive = make_drive(goal_minor=100_00)

    make_gift(drive, 24_99)
    before = reached(drive)
    make_gift(drive, 1)
    make_gift(drive, 60_00)

    assert before == []
    assert reached(drive) == [("2021-06", 25), ("2021-06", 50), ("2021-06", 75)]


def test_a_gift_that_passes_several_is_announced_once_by_the_highest(run_jobs):
    make_person("", Role.TREASURER)
    drive = make_drive(title="Lamps", goal_minor=100_00)

    make_gift(drive, 80_00)
    run_jobs()

    assert announced() == ["“Lamps” is at 75 %"]


def test_a_milestone_reached_again_after_a_refund_is_not_announced_again(run_jobs):
    make_person("", Role.TREASURER)
    drive = make_drive(title="Lamps", goal_minor=100_00)
    gift = make_gift(drive, 30_00)
    refund_gift(gift, amount=Money(10_00, "EUR"))

    make_gift(drive, 10_00)
    run_jobs()

    assert reached(drive) == [("2021-06", 25)]
    assert announced() == ["“Lamps” is at 25 %"]


def test_the_next_month_has_milestones_of_its_own():
    drive = make_drive(goal_minor=100_00)

    make_gift(drive, 50_00)
    make_gift(drive, 30_00, occurred_at=datetime(2021, 7, 1, 12, tzinfo=UTC))

    assert reached(drive) == [("2021-06", 25), ("2021-06", 50), ("2021-07", 25)]


def test_what_a_pool_adds_counts_towards_the_goal():
    drive = make_drive(goal_minor=100_00, match_minor=50_00)

    make_gift(drive, 25_00)

    assert reached(drive) == [("2021-06", 25), ("2021-06", 50)]


def test_without_a_goal_there_is_nothing_to_reach():
    drive = make_drive(goal_minor=None)

    make_gift(drive, 1_000_00)

    assert not Milestone.objects.exists()


def test_the_letter_goes_once_whatever_runs_twice():
    treasurer = make_person("", Role.TREASURER)
    drive = make_drive(goal_minor=100_00)
    make_gift(drive, 100_00)

    for _ in range(2):
        drive_effects.milestone_reached(drive.pk, "2021-06", 100)

    letters = Letter.objects.filter(kind="milestone_reached")
    assert [letter.to for letter in letters] == [treasurer.email]
    assert "In June 2021, 100 % of €100 is reached." in letters[0].text
