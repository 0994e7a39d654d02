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

# A book as it was before entries said what they count: a gift of 10, of which all went back in two parts, and one of 5.
OLD_BOOK = """
from django.core.management import call_command
call_command("migrate", "fundraising", "0003", verbosity=0)
from django.db import connection
connection.connection.executescript('''
BEGIN;
INSERT INTO fundraising_drive (id, title, slug, kind, currency, zone, reset_day, ticks, suggestions, purpose, above_goal,
  is_visible, is_current, created_at) VALUES (1, 'Lamps', 'lamps', 'month', 'EUR', 'UTC', 1, '[]', '[]', '', '', 1, 1, '2021-06-01');
INSERT INTO fundraising_gift (id, public_id, drive_id, amount_minor, currency, source, is_anonymous, message, note, occurred_at,
  entered_at) VALUES (1, 'A', 1, 1000, 'EUR', 'bank', 1, '', '', '2021-06-10', '2021-06-10'),
  (2, 'B', 1, 500, 'EUR', 'cash', 1, '', '', '2021-06-10', '2021-06-10');
INSERT INTO fundraising_line (entry_id, account, amount_minor, currency) VALUES
  (1, 'asset:bank', 1000, 'EUR'), (1, 'income:gifts', -1000, 'EUR'), (2, 'contra:refunds', 400, 'EUR'), (2, 'asset:bank', -400, 'EUR'),
  (3, 'contra:refunds', 600, 'EUR'), (3, 'asset:bank', -600, 'EUR'), (4, 'asset:cash', 500, 'EUR'), (4, 'income:gifts', -500, 'EUR');
INSERT INTO fundraising_entry (id, source_key, kind, occurred_at, booked_at, drive_id, period_key, gift_id, reverses_id) VALUES
  (1, 'gift:A', 'gift', '2021-06-10', '2021-06-10', 1, '2021-06', 1, NULL),
  (2, 'refund:1', 'refund', '2021-06-11', '2021-06-11', 1, '2021-06', 1, 1),
  (3, 'refund:2', 'refund', '2021-06-12', '2021-06-12', 1, '2021-06', 1, 1),
  (4, 'gift:B', 'gift', '2021-06-10', '2021-06-10', 1, '2021-06', 2, NULL);
COMMIT;
''')
"""
COUNTED = (
    "SELECT currency || amount_minor || ' ' || meter_currency || meter_minor || ' ' || gifts FROM fundraising_entry"
)
GUARDS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'fundraising_%' ORDER BY name"
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


def test_migrate_brings_an_older_database_and_its_book_up_to_this_version(tmp_path):
    folder = tmp_path / "data"
    run("shell", "--data", folder, "-c", OLD_BOOK)

    run("migrate", "--data", folder)

    assert ask(folder, COUNTED) == ["EUR1000 EUR1000 1", "EUR-400 EUR-400 0", "EUR-600 EUR-600 -1", "EUR500 EUR500 1"]
    assert ask(folder, GUARDS) == ask(migrated_folder(tmp_path / "new"), GUARDS)


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
