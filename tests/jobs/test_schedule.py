from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonpress.jobs import schedule, task
from commonpress.jobs.models import Clock
from commonpress.jobs.schedule import every
from tests.jobs.work import tick

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

NOW = timezone.now()


@pytest.fixture
def clock(monkeypatch):
    """The schedule of `tick` alone, wound at NOW."""
    monkeypatch.setattr(schedule, "_schedules", {tick.module_path: schedule.Schedule(tick, timedelta(minutes=10))})
    schedule.wind(NOW)
    return Clock.objects.get()


def test_a_schedule_strikes_when_due_and_not_before(clock):
    assert schedule.strike(NOW + timedelta(minutes=9)) == 0
    assert schedule.strike(NOW + timedelta(minutes=10)) == 1
    assert DBTaskResult.objects.get().task_path == "tests.jobs.work.tick"


def test_a_schedule_strikes_once_for_several_workers_and_for_missed_times(clock):
    late = NOW + timedelta(hours=5, minutes=3)

    assert [schedule.strike(late), schedule.strike(late)] == [1, 0]
    clock.refresh_from_db()
    assert clock.due_at == NOW + timedelta(hours=5, minutes=10)


def test_a_schedule_waits_for_its_unfinished_job(clock):
    schedule.strike(NOW + timedelta(minutes=10))

    assert schedule.strike(NOW + timedelta(minutes=20)) == 0
    assert DBTaskResult.objects.count() == 1


def test_winding_again_leaves_the_clock_as_it_is(clock):
    schedule.wind(NOW + timedelta(minutes=5))

    clock.refresh_from_db()
    assert clock.due_at == NOW + timedelta(minutes=10)


def test_every_refuses_a_plain_function_and_no_interval():
    with pytest.raises(TypeError):
        every(minutes=1)(lambda: None)
    with pytest.raises(ValueError):
        every()(task()(tick.func))
