import time
from collections.abc import Callable
from unittest.mock import Mock

import pytest
from django.db import InterfaceError, transaction
from django_tasks_db.models import DBTaskResult

from commonpress.jobs import worker as worker_module
from commonpress.jobs.models import Lease
from commonpress.jobs.worker import Worker
from tests.jobs.work import draw, go_on_until_stopped, note

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


def test_a_long_job_gives_way_to_the_end_of_its_worker_and_is_offered_again_as_if_it_had_not_begun(notes):
    job = go_on_until_stopped.enqueue(str(notes))
    for _ in range(2):
        worker = Worker(["pictures"])
        worker.start()
        begun = wait_until(lambda: DBTaskResult.objects.get(pk=job.id).status == "RUNNING" and notes.exists())

        assert (begun, worker.stop(seconds=10)) == (True, True)

    given_back = DBTaskResult.objects.get(pk=job.id)
    assert (given_back.status, given_back.traceback) == ("READY", "")
    assert notes.read_text().split() == ["began", "began"]
    assert given_back in DBTaskResult.objects.ready()
    assert Lease.objects.get(job=given_back).attempts == 0


def wait_until_done(jobs: int) -> bool:
    return wait_until(lambda: DBTaskResult.objects.successful().count() == jobs)


def wait_until(holds: Callable[[], bool]) -> bool:
    for _ in range(200):
        if holds():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("error", [InterfaceError("connection already closed"), OSError("no locks left")])
def test_lanes_and_keeper_outlive_whatever_goes_wrong_once(notes, monkeypatch, caplog, error):
    monkeypatch.setattr(worker_module, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(worker_module, "claim", failing_once(error, worker_module.claim))
    monkeypatch.setattr(worker_module, "take_back_abandoned", failing_once(error, kept := Mock()))
    worker = Worker(["default"])

    worker.start()
    note.enqueue(str(notes), "after")
    stopped = wait_until_done(1) and wait_until(lambda: kept.called) and worker.stop(seconds=10)

    assert stopped
    assert notes.read_text() == "after\n"
    assert len([record for record in caplog.records if record.exc_info]) == 2


def failing_once(error, otherwise):
    calls = []

    def stand_in(*args, **kwargs):
        calls.append(args)
        if len(calls) == 1:
            raise error
        return otherwise(*args, **kwargs)

    return stand_in
