"""Hears of what other processes have changed, and tells it here.

SQLite: one PRAGMA, some microseconds, tells 40 times a second whether anybody has committed; only then are
the new rows read. Writers take turns, so their numbers are in the order of the commits. On PostgreSQL they
are not (a number is drawn long before its commit, and whoever remembers the last one seen would miss the
slow), so there each commit calls its keys out (NOTIFY), and a listener that was cut off takes everything for
changed.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.db import Error, connection, connections

from commonpress.changes.listeners import CHANNEL, tell, told
from commonpress.changes.models import Change

logger = logging.getLogger("commonpress.changes")

LOOK_SECONDS = 0.025
AGAIN_SECONDS = 1.0


class Watch:
    """A thread that looks until it is stopped. `lost` is called when changes may have been missed."""

    def __init__(self, lost: Callable[[], None]) -> None:
        self.lost = lost
        self.stopping = threading.Event()
        self.last = 0
        self.is_away = False
        self.thread = threading.Thread(target=self._run, name="changes", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self, *, seconds: float) -> None:
        self.stopping.set()
        self.thread.join(seconds)

    def _run(self) -> None:
        try:
            while not self.stopping.is_set():
                try:
                    self._look_or_listen()
                except Error:
                    if not self.is_away:
                        logger.exception(
                            "Changes cannot be read; kept pages stay as they are until the database is back"
                        )
                    self.is_away = True
                    connection.close()
                    self.stopping.wait(AGAIN_SECONDS)
        finally:
            connections.close_all()

    def _look_or_listen(self) -> None:
        if connection.vendor == "postgresql":
            self._listen()
        else:
            self._look()

    def _look(self) -> None:
        if not self.last:
            self.last = newest()
            self.lost()
        version = None
        while not self.stopping.wait(LOOK_SECONDS):
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA data_version")
                found = cursor.fetchone()
            if found != version:
                self._read_on()
                version = found
            self.is_away = False

    def _read_on(self) -> None:
        keys = []
        for pk, key in Change.objects.filter(pk__gt=self.last).order_by("pk").values_list("pk", "key"):
            self.last = pk
            if is_news(pk):
                keys.append(key)
        if keys:
            tell(list(dict.fromkeys(keys)))

    def _listen(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        self.lost()
        self.is_away = False
        listening: Any = connection.connection
        while not self.stopping.is_set():
            with connection.wrap_database_errors:
                notices = list(listening.notifies(timeout=LOOK_SECONDS * 10, stop_after=1))
            for notice in notices:
                number, _, key = notice.payload.partition(" ")
                if is_news(int(number)):
                    tell([key])


def is_news(number: int) -> bool:
    """Say whether a change is another process's, or one of ours that did not get through at its commit."""
    return number not in told


def newest() -> int:
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
