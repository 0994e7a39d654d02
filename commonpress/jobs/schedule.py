"""What the clock starts.

    @every(minutes=1)
    @task()
    def publish_what_is_due() -> None: ...

stands in a package's `schedules.py`, which is imported at start.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from commonpress.jobs.models import Clock

T = TypeVar("T", bound=Task[Any, Any])


class Schedule:
    def __init__(self, task: Task[Any, Any], interval: timedelta) -> None:
        self.task = task
        self.interval = interval


_schedules: dict[str, Schedule] = {}


def every(*, minutes: float = 0, hours: float = 0, days: float = 0) -> Callable[[T], T]:
    """Start a task again and again. Missed times are not made up for: one run is enough."""
    interval = timedelta(minutes=minutes, hours=hours, days=days)
    if interval <= timedelta(0):
        raise ValueError("every() needs minutes, hours or days.")

    def register(task: T) -> T:
        if not isinstance(task, Task):
            raise TypeError("@every stands above @task().")
        _schedules[task.module_path] = Schedule(task, interval)
        return task

    return register


def wind(now: datetime | None = None) -> None:
    """Give each schedule its clock; a new one strikes after its first interval."""
    now = now or timezone.now()
    known = set(Clock.objects.values_list("task_path", flat=True))
    Clock.objects.bulk_create(
        [
            Clock(task_path=path, due_at=now + schedule.interval)
            for path, schedule in _schedules.items()
            if path not in known
        ],
        ignore_conflicts=True,
    )


def strike(now: datetime | None = None) -> int:
    """Enqueue what is due and return how many jobs that made.

    Reads until something is due. Of several workers, the one whose update moves the clock on
    enqueues; a job still waiting or running from last time is not joined by another.
    """
    now = now or timezone.now()
    struck = 0
    for clock in list(Clock.objects.filter(due_at__lte=now, task_path__in=_schedules)):
        schedule = _schedules[clock.task_path]
        with transaction.atomic():
            moved = Clock.objects.filter(task_path=clock.task_path, due_at=clock.due_at).update(
                due_at=next_due(clock.due_at, schedule.interval, now)
            )
            if moved and not is_under_way(clock.task_path):
                schedule.task.enqueue()
                struck += 1
    return struck


def next_due(due_at: datetime, interval: timedelta, now: datetime) -> datetime:
    """Keep the rhythm of the first time, however late this one is."""
    missed = (now - due_at) // interval
    return due_at + (missed + 1) * interval


def is_under_way(task_path: str) -> bool:
    return DBTaskResult.objects.filter(
        task_path=task_path, status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    ).exists()
