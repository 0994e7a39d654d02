"""Upkeep of the jobs themselves."""

from datetime import timedelta

from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from commonpress.jobs import task
from commonpress.jobs.schedule import every

KEPT_AFTER_SUCCESS = timedelta(days=2)
KEPT_AFTER_FAILURE = timedelta(days=30)


@every(hours=1)
@task()
def prune_jobs() -> None:
    """Forget finished jobs: what went well soon, what went wrong when someone had time to look."""
    now = timezone.now()
    done = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEPT_AFTER_SUCCESS)
    done.delete()
    given_up = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__lt=now - KEPT_AFTER_FAILURE)
    given_up.delete()
