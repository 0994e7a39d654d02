"""Who works on which job: claimed by compare-and-swap, so that looking for work only reads."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from traceback import format_exception
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from commonpress.jobs.models import Lease

LEASE = timedelta(seconds=60)
USUAL_TRIES = 8


@dataclass(frozen=True)
class Claim:
    job: DBTaskResult
    owner: str
    attempt: int


def claim(queues: Sequence[str], owner: str, *, lease: timedelta = LEASE) -> Claim | None:
    """Take the next due job of these queues, or return None without having written anything."""
    for job in DBTaskResult.objects.ready().filter(queue_name__in=queues)[:5]:
        with transaction.atomic():
            now = timezone.now()
            taken = DBTaskResult.objects.filter(pk=job.pk, status=TaskResultStatus.READY).update(
                status=TaskResultStatus.RUNNING, started_at=now, worker_ids=[*job.worker_ids, owner]
            )
            if taken:
                held, _ = Lease.objects.get_or_create(job=job)
                held.owner, held.until, held.attempts = owner, now + lease, held.attempts + 1
                held.save()
        if taken:
            job.refresh_from_db()
            return Claim(job, owner, held.attempts)
    return None


def renew(owners: Sequence[str], *, lease: timedelta = LEASE) -> None:
    Lease.objects.filter(owner__in=owners, until__isnull=False).update(until=timezone.now() + lease)


def finish(done: Claim, result: Any) -> bool:
    """Record success; False when the lease was lost meanwhile and the job is someone else's."""
    return _settle(done, status=TaskResultStatus.SUCCESSFUL, return_value=result, traceback="", exception_class_path="")


def fail(failed: Claim, error: BaseException, *, tries: int) -> bool:
    """Record a failure: try again later, or give the job up after `tries` attempts.

    Returns whether it will be tried again.
    """
    cause = {
        "exception_class_path": f"{type(error).__module__}.{type(error).__qualname__}",
        "traceback": "".join(format_exception(error)),
    }
    if failed.attempt >= tries:
        _settle(failed, status=TaskResultStatus.FAILED, **cause)
        return False
    _settle(failed, status=TaskResultStatus.READY, run_after=timezone.now() + wait_before(failed.attempt + 1), **cause)
    return True


def put_back(given_up: Claim) -> None:
    """Offer a job again at once, as if it had not been begun."""
    with transaction.atomic():
        if _settle(given_up, status=TaskResultStatus.READY):
            Lease.objects.filter(job_id=given_up.job.pk).update(attempts=F("attempts") - 1)


def _settle(settled: Claim, *, status: TaskResultStatus, **fields: Any) -> bool:
    with transaction.atomic():
        still_ours = Lease.objects.filter(job_id=settled.job.pk, owner=settled.owner, until__isnull=False).update(
            until=None
        )
        if still_ours:
            if status != TaskResultStatus.READY:
                fields["finished_at"] = timezone.now()
            DBTaskResult.objects.filter(pk=settled.job.pk).update(status=status, **fields)
    return bool(still_ours)


def wait_before(attempt: int) -> timedelta:
    """Return the pause before the second, third, ... attempt: 5 s, 10 s, 20 s ... at most 2 h, and a random tenth more."""
    seconds = min(5 * 2 ** (attempt - 2), 7200)
    return timedelta(seconds=seconds * (1 + random.random() / 10))  # noqa: S311 - spreads retries, hides nothing


def take_back_abandoned() -> int:
    """Offer again what dead workers left behind, and return how many jobs that were.

    A job that killed its worker as often as it may fail is given up.
    """
    now = timezone.now()
    taken_back = 0
    for held in Lease.objects.filter(until__lt=now).select_related("job"):
        with transaction.atomic():
            freed = Lease.objects.filter(pk=held.pk, owner=held.owner, until=held.until).update(until=None)
            if not freed:
                continue
            job = DBTaskResult.objects.filter(pk=held.pk)
            if held.attempts < tries_of(held.job):
                job.update(status=TaskResultStatus.READY, run_after=now)
            else:
                report = f"The worker died {held.attempts} times while it ran this job."
                job.update(status=TaskResultStatus.FAILED, finished_at=now, traceback=report)
            taken_back += 1
    return taken_back


def tries_of(job: DBTaskResult) -> int:
    """Return how often a job may fail; one whose code is gone gets the usual number."""
    try:
        return int(job.task.tries)
    except ImportError:
        return USUAL_TRIES
