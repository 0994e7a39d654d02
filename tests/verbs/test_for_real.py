"""The verbs an operator types beside a server, each as a process on a data folder."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

from tests.databases import ROOT
from tests.journeys.papers import migrated_folder

ONCE_KEY = "SELECT name FROM pragma_table_info('fundraising_drive') WHERE name = 'once_key'"
STORIES = "SELECT count(*) FROM newsroom_story"
JOBS = "django_tasks_database_dbtaskresult"
UNFINISHED = f"SELECT id FROM {JOBS} WHERE status IN ('READY', 'RUNNING')"
SET_UP = """
from django.utils import timezone
from commonpress.newsroom.models.publication import Publication
Publication.objects.create(name="The Bugle", set_up_at=timezone.now())
"""
SMALL = ROOT / "tests" / "exchange" / "files" / "small.xml"


def start(verb: str, *arguments: object) -> subprocess.Popen:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("COMMONPRESS_", "DJANGO_"))}
    command = [sys.executable, "-m", "commonpress.cli", verb, *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, env=ours, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def run(verb: str, *arguments: object) -> str:
    """Return what a verb printed that ended well."""
    with start(verb, *arguments) as process:
        said, complained = process.communicate(timeout=300)
    assert process.returncode == 0, complained
    return said


def ask(folder: Path, question: str) -> list:
    with closing(sqlite3.connect(folder / "commonpress.sqlite3")) as database:
        return [value for (value,) in database.execute(question)]


def wait_for(worker: subprocess.Popen, folder: Path, jobs: set[str]) -> None:
    for _look in range(600):
        if jobs.isdisjoint(ask(folder, UNFINISHED)):
            return
        with suppress(subprocess.TimeoutExpired):
            worker.wait(timeout=0.2)
        assert worker.poll() is None, worker.stderr.read()
    raise AssertionError("The worker left jobs undone.")


def test_migrate_brings_an_older_database_up_to_this_version(tmp_path):
    folder = migrated_folder(tmp_path / "data")
    back = "from django.core.management import call_command; call_command('migrate', 'fundraising', '0002')"
    run("shell", "--data", folder, "-c", back)
    assert ask(folder, ONCE_KEY) == []

    run("migrate", "--data", folder)

    assert ask(folder, ONCE_KEY) == ["once_key"]


def test_an_archive_is_brought_in_and_a_worker_does_the_jobs_it_left(tmp_path):
    folder = migrated_folder(tmp_path / "data")
    run("shell", "--data", folder, "-c", SET_UP)

    said = run("import", "wxr", SMALL, "--data", folder)
    left = set(ask(folder, UNFINISHED))
    with start("worker", "--data", folder) as worker:
        told = worker.stdout.readline()
        wait_for(worker, folder, left)
        worker.send_signal(signal.SIGTERM)

    assert said.startswith("Import finished.")
    assert ask(folder, STORIES) == [6]
    assert (told, worker.returncode, len(left) > 0) == ("Waiting for jobs.\n", 0, True)
    assert left <= set(ask(folder, f"SELECT id FROM {JOBS} WHERE status = 'SUCCESSFUL'"))
