"""django-tasks' interface on django-tasks-db's table, with our own worker behind it.

Wagtail's jobs come this way too.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task, TaskResult
from django_tasks_db import DatabaseBackend

from commonpress.jobs.bell import ring


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task[Any, Any]):
    tries: int = 8


class DatabaseJobs(DatabaseBackend):
    task_class = Job

    def enqueue(self, task: Job, args: Any, kwargs: Any) -> TaskResult[Any]:
        """Write the job's row in the caller's transaction and wake its lane after commit."""
        result: TaskResult[Any] = super().enqueue(task, args, kwargs)
        if task.run_after is None or task.run_after <= timezone.now():
            transaction.on_commit(lambda: ring(task.queue_name))
        return result
