import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django_tasks_db.models import DBTaskResult

from tests.jobs.work import wait_for_the_second_time

WORKER = """
import sys, time
from datetime import timedelta
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from commonpress.jobs.worker import Worker
Worker(lease=timedelta(seconds=2)).start()
time.sleep(60)
"""


@pytest.mark.commits
def test_a_job_survives_the_kill_of_its_worker(tmp_path):
    notes = tmp_path / "notes"
    wait_for_the_second_time.enqueue(str(notes))

    first = start_worker()
    until(notes.exists)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert DBTaskResult.objects.get().status == "RUNNING"

    second = start_worker()
    until(lambda: DBTaskResult.objects.get().status == "SUCCESSFUL")
    second.kill()
    second.wait()

    assert notes.read_text() == f"attempt by {first.pid}\nattempt by {second.pid}\n"


def start_worker() -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, settings.DATABASES["default"]["NAME"]],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )


def until(happened, *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)
