"""Keeps pages ready: one thread that makes those that are wanted, the ones waited for first."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from math import inf

from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection, connections

from commonpress.changes.listeners import listeners
from commonpress.prerender import publisher
from commonpress.prerender.publisher import Leak
from commonpress.prerender.store import SECONDS_BETWEEN, KeptPage, Store

logger = logging.getLogger("commonpress.prerender")

# More than anybody waits for; what is left out is wanted again at its next request.
LONGEST_QUEUE = 1000
# How long a page that cannot be kept is not tried again.
SECONDS_REFUSED = 60

# The keeper of this process; none where nothing is served.
running: list["Keeper"] = []

# No page takes more than this part of the room.
LARGEST_SHARE = 8

Maker = Callable[[bytes], KeptPage | None]


def is_database_away() -> bool:
    """Ask on a new connection: one query that failed says little about the others."""
    try:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM changes_change LIMIT 1")
    except Error:
        return True
    return False


class Keeper:
    def __init__(
        self, store: Store, make: Maker | None = None, is_database_away: Callable[[], bool] = is_database_away
    ) -> None:
        self.store = store
        self.make = make or partial(publisher.make, store=store)
        self.is_database_away = is_database_away
        self.something_due = threading.Condition()
        self.due: dict[bytes, float] = {}
        self.waiting: dict[bytes, list[Future[None]]] = {}
        self.refused: dict[bytes, float] = {}
        self.at_work = b""
        self.is_stopping = False
        self.thread = threading.Thread(target=self._run, name="kept-pages", daemon=True)

    def start(self) -> None:
        running.append(self)
        listeners.append(self.change)
        self.thread.start()

    def stop(self, *, seconds: float) -> None:
        running.remove(self)
        listeners.remove(self.change)
        with self.something_due:
            self.is_stopping = True
            self.something_due.notify()
        self.thread.join(seconds)
        self._answer_all()

    def change(self, keys: Sequence[str]) -> None:
        """Have the pages that show these keys made again, each a moment after it was last made."""
        stale = self.store.change(keys)
        if stale:
            with self.something_due:
                for page in stale:
                    if page.path in self.due or len(self.due) < LONGEST_QUEUE:
                        self.due.setdefault(page.path, page.began + SECONDS_BETWEEN)
                    else:
                        self.store.drop(page.path)
                self.something_due.notify()

    def want(self, path: bytes) -> None:
        """Have a page kept that somebody has read and that said it may be."""
        with self.something_due:
            if len(self.due) < LONGEST_QUEUE and self.refused.get(path, 0) < time.monotonic():
                self.due.setdefault(path, time.monotonic())
                self.something_due.notify()

    def wait_for(self, path: bytes) -> Future[None]:
        """Have a page made before others; the future ends when it is, or when it could not be."""
        future: Future[None] = Future()
        page = self.store.page_at(path)
        with self.something_due:
            self.waiting.setdefault(path, []).append(future)
            self.due.setdefault(path, page.began + SECONDS_BETWEEN if page else 0)
            self.something_due.notify()
        return future

    def is_making(self, path: bytes) -> bool:
        """Say whether a page is made just now, or next."""
        return self.at_work == path or self.due.get(path, inf) <= time.monotonic()

    def wait_until_fresh(self, path: bytes, *, seconds: float) -> None:
        """Wait until a page that is kept is no longer stale; at most so long."""
        page = self.store.page_at(path)
        if self.is_making(path) or (page is not None and page.stale_since is not None):
            with suppress(TimeoutError):
                self.wait_for(path).result(seconds)

    def _run(self) -> None:
        try:
            while True:
                path = self._next()
                if path is None:
                    return
                waiting = self._take_waiting(path)
                try:
                    self._build(path)
                finally:
                    self.at_work = b""
                    for future in waiting:
                        future.set_result(None)
        finally:
            connections.close_all()

    def _next(self) -> bytes | None:
        with self.something_due:
            while not self.is_stopping:
                if not self.due:
                    self.something_due.wait()
                    continue
                now = time.monotonic()
                ready = [path for path, when in self.due.items() if when <= now]
                if ready:
                    path = min(ready, key=lambda each: (each not in self.waiting, self.due[each]))
                    del self.due[path]
                    self.at_work = path
                    return path
                self.something_due.wait(min(self.due.values()) - now)
        return None

    def _take_waiting(self, path: bytes) -> list[Future[None]]:
        with self.something_due:
            # Who has given up waiting has cancelled, and must not be answered.
            return [future for future in self.waiting.pop(path, []) if future.set_running_or_notify_cancel()]

    def _build(self, path: bytes) -> None:
        since = self.store.moment
        try:
            page = self.make(path)
            close_old_connections()
        except Leak as leak:
            logger.error("%s is not kept: %s", path.decode(), leak)  # noqa: TRY400 - the sentence says all
            page = None
        except Exception as error:
            if isinstance(error, InterfaceError | OperationalError) and self.is_database_away():
                self._carry_on_without(path)
                return
            # Its readers get Django's own answer, which says the same to them and to us.
            logger.exception("%s cannot be made", path.decode())
            page = None
        self.store.is_cut_off = False
        if page is None or page.size > self.store.room / LARGEST_SHARE:
            self._refuse(path)
        else:
            self.store.keep(page, since=since)
            kept = self.store.page_at(path)
            if kept is not None and kept.stale_since is not None:
                with self.something_due:
                    self.due.setdefault(path, kept.began + SECONDS_BETWEEN)

    def _carry_on_without(self, path: bytes) -> None:
        """Have readers get what is there until the database is back, and look again in a second."""
        if not self.store.is_cut_off:
            logger.error("The database is away; kept pages are shown as they are")
        self.store.is_cut_off = True
        with self.something_due:
            self.due.setdefault(path, time.monotonic() + SECONDS_BETWEEN)

    def _refuse(self, path: bytes) -> None:
        self.store.drop(path)
        now = time.monotonic()
        if len(self.refused) > LONGEST_QUEUE:
            self.refused = {each: until for each, until in self.refused.items() if until > now}
        self.refused[path] = now + SECONDS_REFUSED

    def _answer_all(self) -> None:
        for path in list(self.waiting):
            for future in self._take_waiting(path):
                future.set_result(None)
