import time

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from commonpress.jobs.worker import Worker
from tests.jobs.work import draw, note

pytestmark = [pytest.mark.both_databases, pytest.mark.commits]


@pytest.fixture
def notes(tmp_path):
    return tmp_path / "notes"


def test_a_job_enqueued_in_a_transaction_that_is_rolled_back_is_gone(notes, run_jobs):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        note.enqueue(str(notes), "never")
        raise ZeroDivisionError

    assert (run_jobs(), notes.exists()) == (0, False)


def test_a_running_worker_does_jobs_as_soon_as_they_are_committed(notes):
    worker = Worker()
    worker.start()
    with transaction.atomic():
        note.enqueue(str(notes), "light")
        draw.enqueue(str(notes))
    stopped = wait_until_done(2) and worker.stop(seconds=10)

    assert stopped
    assert sorted(notes.read_text().split()) == ["drew", "light"]


def wait_until_done(jobs: int) -> bool:
    for _ in range(200):
        if DBTaskResult.objects.successful().count() == jobs:
            return True
        time.sleep(0.05)
    return False
