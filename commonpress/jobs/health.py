"""Whether this server can do its work, for whoever watches it: GET /-/health/ready."""

from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from commonpress.database import tables

# A job this late means that no worker runs, or that it cannot keep up.
LATE = timedelta(minutes=10)
_migrated_databases: set[str] = set()

# What else may be wrong here: each returns a sentence, or nothing.
others: list[Callable[[], str]] = []


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database is there and up to date and no job waits too long, else 503 and why."""
    try:
        problems, oldest = problems_now()
    except DatabaseError:
        problems, oldest = ["the database cannot be reached"], None
    problems += [problem for ask in others if (problem := ask())]
    answer = {"ready": not problems, "problems": problems, "oldest_due_job_seconds": oldest}
    return JsonResponse(answer, status=503 if problems else 200, headers={"Cache-Control": "no-store"})


def problems_now() -> tuple[list[str], float | None]:
    if not is_migrated():
        return ["the database is older than this version; run `commonpress migrate`"], None
    oldest = oldest_due_job()
    if oldest is not None and oldest > LATE:
        return ["jobs are not being done"], oldest.total_seconds()
    return [], oldest.total_seconds() if oldest is not None else None


def is_migrated() -> bool:
    """Ask the database until the answer was yes once: it takes half a second, and never becomes no."""
    database = str(connection.settings_dict["NAME"])
    if database not in _migrated_databases:
        if tables.are_behind():
            return False
        _migrated_databases.add(database)
    return True


def oldest_due_job() -> timedelta | None:
    """Return for how long the job that waits longest could have been done."""
    now = timezone.now()
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    since = [
        waiting.filter(run_after__lte=now).order_by("run_after").values_list("run_after", flat=True).first(),
        waiting.filter(run_after=get_date_max()).order_by("enqueued_at").values_list("enqueued_at", flat=True).first(),
    ]
    return max((now - moment for moment in since if moment is not None), default=None)
