"""What another process changes is known here."""

import os
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.db import connection, transaction

from commonpress.changes.changed import changed
from commonpress.changes.listeners import listeners
from commonpress.changes.watch import Watch

pytestmark = [pytest.mark.commits, pytest.mark.both_databases]

ELSEWHERE = """
import os, sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.db import transaction
from commonpress.changes.changed import changed
with transaction.atomic():
    changed(*sys.argv[2:])
"""


class Ear:
    """Hears of changes, and of having missed some."""

    def __init__(self):
        self.keys = []
        self.was_lost = threading.Event()

    def hear(self, keys):
        self.keys += keys

    def has_heard(self, key, *, seconds=10):
        deadline = time.monotonic() + seconds
        while key not in self.keys and time.monotonic() < deadline:
            time.sleep(0.01)
        return key in self.keys


@pytest.fixture
def ear(fresh_database):
    ear = Ear()
    listeners.append(ear.hear)
    watch = Watch(lost=ear.was_lost.set)
    watch.start()
    assert ear.was_lost.wait(10)
    yield ear
    watch.stop(seconds=10)
    listeners.remove(ear.hear)


def change_elsewhere(*keys):
    name = str(settings.DATABASES["default"]["NAME"])
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "tests.settings")}
    subprocess.run([sys.executable, "-c", ELSEWHERE, name, *keys], check=True, env=environment)


def test_a_commit_of_another_process_is_heard(ear):
    change_elsewhere("page:7", "front")

    assert ear.has_heard("front")
    assert sorted(ear.keys) == ["front", "page:7"]


def test_a_commit_of_this_process_is_heard_at_once_and_once(ear):
    with transaction.atomic():
        changed("page:8")

    assert ear.keys == ["page:8"]
    change_elsewhere("page:9")
    assert ear.has_heard("page:9")
    assert ear.keys == ["page:8", "page:9"]


def test_what_is_rolled_back_never_was(ear):
    with transaction.atomic():
        changed("page:8")
        transaction.set_rollback(True)

    change_elsewhere("page:9")
    assert ear.has_heard("page:9")
    assert ear.keys == ["page:9"]


def test_a_slow_commit_is_not_missed_by_who_has_seen_a_later_one(ear):
    """Numbers are drawn before the commit; on PostgreSQL a later number may be there first."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's writers take turns: no number is drawn before the commit of the one before.")
    drawn, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            changed("page:slow")
            drawn.set()
            assert go_on.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    listeners.remove(ear.hear)
    thread.start()
    assert drawn.wait(10)
    listeners.append(ear.hear)
    change_elsewhere("page:quick")
    assert ear.has_heard("page:quick")

    go_on.set()

    thread.join(10)
    assert ear.has_heard("page:slow")
