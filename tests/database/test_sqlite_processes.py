import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from commonpress.changes.models import Change
from commonpress.database.sqlite.queue import WaitedTooLong

pytestmark = [
    pytest.mark.commits,
    pytest.mark.skipif("postgresql" in connection.settings_dict["ENGINE"], reason="SQLite's queue"),
]

WRITER = """
import statistics, sys, time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.db import transaction
from commonpress.changes.models import Change
from commonpress.database.sqlite.queue import WaitedTooLong
from commonpress.database.priority import priority
kind = sys.argv[2]
newest = lambda: Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
newest()
print("ready", flush=True)
sys.stdin.readline()
overtaken, until = [], time.monotonic() + 2
while time.monotonic() < until:
    before = newest()
    with priority(kind), transaction.atomic():
        overtaken.append(newest() - before)
        Change.objects.create(key=kind)
    if kind == "money":
        time.sleep(0.01)
print(len(overtaken), statistics.median(overtaken))
"""


def run_writers(*kinds: str) -> list[tuple[int, float]]:
    """Return how many transactions each process made in two seconds, and how many others it usually waited for."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, settings.DATABASES["default"]["NAME"], kind],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for kind in kinds
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    answers = [writer.communicate(timeout=60)[0].split() for writer in writers]
    return [(int(done), float(overtaken)) for done, overtaken in answers]


def test_writers_in_processes_all_get_their_turn():
    results = run_writers("other", "other", "other")

    done = [count for count, _ in results]
    assert Change.objects.count() == sum(done)
    assert min(done) > max(done) / 3, results


def test_money_is_not_starved_by_other_processes():
    money, *others = run_writers("money", "other", "other")

    # The one that was writing when money came, and one that was faster to see the file free.
    assert money[1] <= 2, (money, others)
    assert money[0] > 5, (money, others)
    assert min(done for done, _ in others) > 5, (money, others)


def test_a_process_that_hangs_in_its_transaction_is_not_waited_for_without_end():
    hanging = "import fcntl, sys; room = open(sys.argv[1], 'a'); fcntl.flock(room, fcntl.LOCK_EX); print('ready', flush=True); sys.stdin.read()"
    connection.ensure_connection()
    room = connection.queue.door.paths[0]
    with subprocess.Popen(
        [sys.executable, "-c", hanging, str(room)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "ready\n"

        for _attempt in range(2):
            with pytest.raises(WaitedTooLong):
                connection.queue.take(money=False, seconds=0.05)

        other.communicate("")
    Change.objects.create(key="page:1")
    assert Change.objects.count() == 1


def test_another_process_that_goes_away_leaves_us_our_wal():
    """Given connections here, one of them new, then who else closes the file does not take it for their own."""
    Change.objects.create(key="before")
    wal = Path(f"{settings.DATABASES['default']['NAME']}-wal")
    in_a_thread(Change.objects.count)

    name = str(settings.DATABASES["default"]["NAME"])
    code = "import sqlite3, sys; made = sqlite3.connect(sys.argv[1]); made.execute('SELECT * FROM changes_change'); made.close()"
    subprocess.run([sys.executable, "-c", code, name], check=True)

    assert wal.exists()
    Change.objects.create(key="after")
    assert Change.objects.count() >= 2


def in_a_thread(read) -> None:
    def run() -> None:
        read()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
