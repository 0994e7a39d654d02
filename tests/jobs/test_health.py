from datetime import timedelta

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonpress.jobs import health
from tests.jobs.work import note

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _not_asked_yet(monkeypatch):
    monkeypatch.setattr(health, "_migrated_databases", set())


def ask(rf):
    return health.ready(rf.get("/-/health/ready"))


def test_a_server_with_nothing_to_do_is_ready(rf):
    response = ask(rf)

    assert (response.status_code, response.content) == (
        200,
        b'{"ready": true, "problems": [], "oldest_due_job_seconds": null}',
    )


def test_a_server_whose_jobs_wait_is_not_ready(rf):
    note.enqueue("nowhere", "late")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=11))

    response = ask(rf)

    assert response.status_code == 503
    assert b"jobs are not being done" in response.content


def test_a_job_for_later_is_not_late(rf):
    note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("nowhere", "later")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))

    assert ask(rf).status_code == 200


def test_a_database_behind_this_version_is_not_ready(rf):
    MigrationRecorder.Migration.objects.filter(app="jobs").delete()

    response = ask(rf)

    assert response.status_code == 503
    assert b"commonpress migrate" in response.content


def test_what_else_is_wrong_here_is_told(rf, monkeypatch):
    monkeypatch.setattr(health, "others", [lambda: "", lambda: "the disk is full"])

    answer = ask(rf)

    assert (answer.status_code, b'"problems": ["the disk is full"]' in answer.content) == (503, True)
