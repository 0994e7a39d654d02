"""Hears of what other processes have changed, and tells it here.

SQLite: one PRAGMA, some microseconds, tells 40 times a second whether anybody has committed; only then are
the new rows read. Writers take turns, so their numbers are in the order of the commits. On PostgreSQL they
are not (a number is drawn long before its commit, and whoever remembers the last one seen would miss the
slow), so there each commit calls its keys out (NOTIFY), and a listener that was cut off takes everything for
changed.

Whoever knows how far an earlier process had read (a mark) is told what was changed since, as if it had gone on.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, connection, connections
from django.utils import timezone

from commonpress.changes.listeners import CHANNEL, tell, told
from commonpress.changes.models import Change
from commonpress.database.prepared import Prepared

logger = logging.getLogger("commonpress.changes")

LOOK_SECONDS = 0.025
AGAIN_SECONDS = 1.0


# Asked up to 40 times a second.
_after = Prepared(lambda: Change.objects.filter(pk__gt=0).order_by("pk"))
# A transaction may draw a number, or write its time, so long before it commits.
LONGEST_TRANSACTION = timedelta(hours=1)


def nothing() -> None: ...


class Watch:
    """A thread that looks until it is stopped.

    `lost` is called when changes may have been missed, `caught_up` once everything changed so far has been told, and
    `away` each time the database cannot be asked.
    """

    def __init__(
        self, lost: Callable[[], None], *, caught_up: Callable[[], None] = nothing, away: Callable[[], None] = nothing
    ) -> None:
        self.lost = lost
        self.caught_up = caught_up
        self.away = away
        self.stopping = threading.Event()
        # The change up to which everyone here has been told, and when it was made.
        self.last = 0
        self.last_at: datetime | None = None
        # As an earlier process left it; the number is 0 on PostgreSQL.
        self.mark: tuple[int, datetime] | None = None
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
                    self.away()
                    self.stopping.wait(AGAIN_SECONDS)
        finally:
            connections.close_all()

    def _look_or_listen(self) -> None:
        if connection.vendor == "postgresql":
            self._listen()
        else:
            self._look()

    def _look(self) -> None:
        self._begin()
        version = None
        while True:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA data_version")
                found = cursor.fetchone()
            if found != version:
                self._read_on()
                if version is None:
                    self.caught_up()
                version = found
            self.is_away = False
            if self.stopping.wait(LOOK_SECONDS):
                return

    def _begin(self) -> None:
        """Go on from the mark if that change still stands as it was; else it is another database, or rows are gone."""
        if self.last_at is not None:
            self.mark = (self.last, self.last_at)
        if self.mark is not None and Change.objects.filter(pk=self.mark[0], at=self.mark[1]).exists():
            self.last, self.last_at = self.mark
            return
        newest = Change.objects.order_by("-pk").first()
        self.last, self.last_at = (newest.pk, newest.at) if newest else (0, timezone.now())
        self.lost()

    def _read_on(self) -> None:
        keys = []
        last, last_at = self.last, self.last_at
        for change in _after.rows(last):
            last, last_at = change.pk, change.at
            if is_news(change.pk):
                keys.append(change.key)
        if keys:
            tell(list(dict.fromkeys(keys)))
        # After the word to stop those who were to be told may be gone; whoever starts next tells it again.
        if not self.stopping.is_set():
            self.last, self.last_at = last, last_at

    def _listen(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        self._tell_since()
        self.lost()
        self.caught_up()
        self.is_away = False
        listening: Any = connection.connection
        while not self.stopping.is_set():
            with connection.wrap_database_errors:
                notices = list(listening.notifies(timeout=LOOK_SECONDS * 10, stop_after=1))
            for notice in notices:
                number, _, key = notice.payload.partition(" ")
                if is_news(int(number)):
                    tell([key])
            # To the minute: the mark is written to the disk whenever it moves.
            self.last_at = timezone.now().replace(second=0, microsecond=0)

    def _tell_since(self) -> None:
        """Tell what was changed while nobody listened: too much rather than too little."""
        since = self.last_at or (self.mark[1] if self.mark is not None else None)
        if since is not None:
            rows = Change.objects.filter(at__gte=since - LONGEST_TRANSACTION)
            tell(list(rows.values_list("key", flat=True).distinct()))


def is_news(number: int) -> bool:
    """Say whether a change is another process's, or one of ours that did not get through at its commit."""
    return number not in told
