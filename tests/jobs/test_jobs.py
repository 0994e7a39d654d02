from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonpress.jobs import claims
from commonpress.jobs.claims import claim, finish, take_back_abandoned
from commonpress.jobs.models import Lease
from commonpress.jobs.worker import run
from tests.jobs.work import draw, note, stumble

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def notes(tmp_path):
    return tmp_path / "notes"


def test_a_job_runs_with_what_it_was_given(notes, run_jobs):
    note.enqueue(str(notes), word="paper")

    done = run_jobs()

    assert (done, notes.read_text()) == (1, "paper\n")
    assert DBTaskResult.objects.get().task_result.return_value == "paper"


def test_a_job_does_not_run_before_it_is_asked_to(notes):
    note.enqueue(str(notes), "early")

    assert not notes.exists()


def test_only_one_worker_gets_a_job(notes):
    note.enqueue(str(notes), "once")

    first = claim(["default"], "first")
    second = claim(["default"], "second")

    assert (first.owner, second) == ("first", None)


def test_a_lane_takes_only_its_own_jobs(notes):
    draw.enqueue(str(notes))

    assert claim(["default"], "light") is None
    assert claim(["pictures"], "heavy").job.task_path == "tests.jobs.work.draw"


def test_looking_for_work_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        claim(["default"], "idle")

    assert queries[0]["sql"].startswith("SELECT")


def test_a_failing_job_is_tried_again_later_and_then_given_up(notes, caplog):
    stumble.enqueue(str(notes))

    run(claim(["default"], "first"))

    job = DBTaskResult.objects.get()
    assert job.status == "READY"
    assert timedelta(seconds=4) < job.run_after - timezone.now() < timedelta(seconds=6)
    assert claim(["default"], "too early") is None

    DBTaskResult.objects.update(run_after=timezone.now())
    run(claim(["default"], "second"))

    job.refresh_from_db()
    assert (job.status, notes.read_text()) == ("FAILED", "stumbled\nstumbled\n")
    assert "the ground was wet" in job.traceback


def test_a_failing_job_fails_the_test_that_runs_it(notes, run_jobs):
    stumble.enqueue(str(notes))

    with pytest.raises(ValueError, match="wet"):
        run_jobs()


@pytest.mark.parametrize(("attempt", "seconds"), [(2, 5), (3, 10), (4, 20), (8, 320), (30, 7200)])
def test_the_wait_before_an_attempt_doubles_up_to_two_hours(attempt, seconds):
    wait = claims.wait_before(attempt).total_seconds()

    assert seconds <= wait <= seconds * 1.1


def test_a_job_whose_worker_died_is_offered_again_after_its_lease(notes):
    note.enqueue(str(notes), "twice")
    claim(["default"], "dead")

    assert take_back_abandoned() == 0
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert take_back_abandoned() == 1

    again = claim(["default"], "alive")
    assert (again.owner, again.attempt) == ("alive", 2)


def test_a_worker_that_lost_its_lease_does_not_report_success(notes):
    note.enqueue(str(notes), "twice")
    slow = claim(["default"], "slow")
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    take_back_abandoned()
    quick = claim(["default"], "quick")

    assert finish(slow, "late") is False
    assert finish(quick, "in time") is True
    assert DBTaskResult.objects.get().return_value == "in time"


def test_a_job_that_keeps_killing_its_worker_is_given_up(notes):
    stumble.enqueue(str(notes))
    for _ in range(2):
        claim(["default"], "doomed")
        Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
        take_back_abandoned()

    job = DBTaskResult.objects.get()
    assert (job.status, job.traceback) == ("FAILED", "The worker died 2 times while it ran this job.")
