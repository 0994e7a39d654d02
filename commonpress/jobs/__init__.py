"""Work that is done after the answer: mail, pictures, upkeep.

    @task(queue="pictures")
    def draw_renditions(photo_pk: int) -> None: ...

    draw_renditions.enqueue(photo.pk)  # inside the transaction of the change

A job is a row of the caller's transaction: rolled back with it, committed with it. It runs
at least once, possibly twice, so it must not mind. Arguments are JSON.
"""

from collections.abc import Callable
from typing import Literal, ParamSpec, TypeVar

from django_tasks import task as django_task
from django_tasks.base import Task

P = ParamSpec("P")
T = TypeVar("T")

Queue = Literal["default", "pictures"]


def task(*, queue: Queue = "default", tries: int = 8) -> Callable[[Callable[P, T]], Task[P, T]]:
    """Make a module-level function a job's work.

    `tries` says how often it may fail before it is given up; the waits between grow from
    seconds to hours. A worker that dies in the middle counts as a failure too.
    """
    return django_task(queue_name=queue, tries=tries)
