"""Keeps pages ready: one thread that makes those that are wanted, the ones waited for first, the rest by and by."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from enum import Enum, auto
from functools import partial
from math import inf

from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection, connections

from commonpress.changes.listeners import listeners
from commonpress.prerender import publisher
from commonpress.prerender.files import POPULAR, Files
from commonpress.prerender.front import Front
from commonpress.prerender.publisher import Leak
from commonpress.prerender.store import GZIP, SECONDS_BETWEEN, SECONDS_HOT, KeptPage, Store

logger = logging.getLogger("commonpress.prerender")

# More than anybody waits for; what is left out is wanted again at its next request.
LONGEST_QUEUE = 1000
# How long a page that cannot be kept is not tried again.
SECONDS_REFUSED = 60
# A page that has stood so long is compressed well.
SECONDS_UNTIL_TIGHT = 5
# Pages nobody asks for just now are made again so often, and only when nothing else is due.
SECONDS_BETWEEN_LATER = 0.5
LATER = 20_000
# Of those, one that nobody has read for so long is made again by its next reader.
SECONDS_WORTH_MAKING = 60 * 60

# The keeper of this process; none where nothing is served.
running: list["Keeper"] = []

# No page takes more than this part of the room.
LARGEST_SHARE = 8

Maker = Callable[[bytes], KeptPage | None]


class Work(Enum):
    """What is done for a page, in this order: what somebody wants comes first."""

    MAKE_NOW = auto()
    TIGHTEN = auto()
    MAKE_LATER = auto()


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
        self,
        store: Store,
        make: Maker | None = None,
        is_database_away: Callable[[], bool] = is_database_away,
        *,
        files: Files | None = None,
        front: Front | None = None,
    ) -> None:
        self.store = store
        self.files = files
        self.front = front
        self.make = make or partial(publisher.make, store=store)
        self.is_database_away = is_database_away
        self.something_due = threading.Condition()
        self.due: dict[bytes, float] = {}
        # In this order, one after the other; and when each was last read, by the wall clock.
        self.later: dict[bytes, float] = {}
        self.read_before = 0.0
        self.later_at = 0.0
        # Compressed quickly, and when they are to be compressed well if they still stand.
        self.loose: dict[bytes, float] = {}
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
        if self.front is not None:
            self.front.change(keys)
        gone = self.files.change(keys) if self.files is not None else {}
        if gone:
            # Whoever read one of their files between the two lines above is told as well.
            stale = [*stale, *self.store.change(keys)]
        if stale or gone:
            with self.something_due:
                self._make_again(stale)
                # A long discussion has hundreds of pages, and each vote would have all of them made again.
                since = time.time() - SECONDS_WORTH_MAKING
                self._make_later({path: read_at for path, read_at in gone.items() if read_at > since})
                self.something_due.notify()

    def change_everything(self) -> None:
        """Have everything made again: changes may have been missed."""
        stale = self.store.change_everything()
        if self.front is not None:
            self.front.take_out_all()
        if self.files is not None:
            self.files.change_everything()
        with self.something_due:
            self._make_again(stale)
            self.something_due.notify()

    def catch_up(self) -> None:
        """All changes are known here, the database is there: what is fresh is shown, the rest made, popular pages first."""
        self.store.is_cut_off = False
        if self.files is None:
            return
        self.files.catch_up()
        stale = self.files.stale_paths()
        with self.something_due:
            for path in stale[:POPULAR]:
                self.due.setdefault(path, time.monotonic())
            self._make_later({path: self.files.last_read(path) for path in stale[POPULAR:]})
            self.something_due.notify()

    def look_for_database(self) -> None:
        """Have readers get what is there if the database is away."""
        if self.is_database_away():
            self._cut_off()

    def has_file(self, path: bytes) -> bool:
        return self.files is not None and self.files.has(path)

    def _make_again(self, stale: Sequence[KeptPage]) -> None:
        for page in stale:
            if page.path in self.due or len(self.due) < LONGEST_QUEUE:
                self.due.setdefault(page.path, page.began + SECONDS_BETWEEN)
            else:
                self.store.drop(page.path)

    def _make_later(self, read: Mapping[bytes, float]) -> None:
        for path, read_at in read.items():
            if path not in self.due and len(self.later) < LATER:
                self.later[path] = read_at

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
                path, work = self._next()
                if path is None:
                    return
                if work is Work.TIGHTEN:
                    self._tighten(path)
                    continue
                waiting = self._take_waiting(path)
                try:
                    self._build(path, is_asked_for=work is Work.MAKE_NOW)
                finally:
                    self.at_work = b""
                    for future in waiting:
                        future.set_result(None)
        finally:
            connections.close_all()

    def _next(self) -> tuple[bytes | None, Work]:
        """Wait for something to be done for a page; None at the end."""
        with self.something_due:
            while not self.is_stopping:
                now = time.monotonic()
                ready = [path for path, when in self.due.items() if when <= now]
                if ready:
                    self.at_work = min(ready, key=lambda each: (each not in self.waiting, self.due[each]))
                    del self.due[self.at_work]
                    self.later.pop(self.at_work, None)
                    return self.at_work, Work.MAKE_NOW
                loose = next((path for path, when in self.loose.items() if when <= now), None)
                if loose is not None:
                    del self.loose[loose]
                    return loose, Work.TIGHTEN
                later_at = self.later_at if self.later and not self.store.is_cut_off else inf
                if later_at <= now:
                    self.at_work = next(iter(self.later))
                    self.read_before = self.later.pop(self.at_work)
                    self.later_at = now + SECONDS_BETWEEN_LATER
                    return self.at_work, Work.MAKE_LATER
                until = min(min(self.due.values(), default=inf), min(self.loose.values(), default=inf), later_at)
                self.something_due.wait(until - now if until < inf else None)
        return None, Work.MAKE_NOW

    def _take_waiting(self, path: bytes) -> list[Future[None]]:
        with self.something_due:
            # Who has given up waiting has cancelled, and must not be answered.
            return [future for future in self.waiting.pop(path, []) if future.set_running_or_notify_cancel()]

    def _build(self, path: bytes, *, is_asked_for: bool) -> None:
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
            if not is_asked_for:
                # Nor is it read: it neither drives others out of memory nor is made again ahead of its next reader.
                page.read_at = time.monotonic() - max(SECONDS_HOT, time.time() - self.read_before)
                self.store.tighten(page)
            self.store.keep(page, since=since)
            self._put_away(page, since=since)
            self._wait_to_tighten(page)

    def _tighten(self, path: bytes) -> None:
        """Compress a page well and put it away again, if it still stands; if it was made again meanwhile, wait once more."""
        since = self.store.moment
        page = self.store.page_at(path)
        if page is None or page.stale_since is not None or page.is_tight:
            return
        if page.began + SECONDS_UNTIL_TIGHT > time.monotonic():
            self._wait_to_tighten(page)
            return
        self.store.tighten(page)
        self._put_away(page, since=since)

    def _wait_to_tighten(self, page: KeptPage) -> None:
        with self.something_due:
            if GZIP in page.answers and not page.is_tight and len(self.loose) < LONGEST_QUEUE:
                self.loose[page.path] = page.began + SECONDS_UNTIL_TIGHT

    def _put_away(self, page: KeptPage, *, since: int) -> None:
        if page.stale_since is not None:
            with self.something_due:
                self.due.setdefault(page.path, page.began + SECONDS_BETWEEN)
            return
        if self.files is not None:
            self.files.put(page, since=since)
        if self.front is not None:
            self.front.put(page)

    def _carry_on_without(self, path: bytes) -> None:
        """Have readers get what is there until the database is back, and look again in a second."""
        self._cut_off()
        with self.something_due:
            self.due.setdefault(path, time.monotonic() + SECONDS_BETWEEN)

    def _cut_off(self) -> None:
        if not self.store.is_cut_off:
            logger.error("The database is away; kept pages are shown as they are")
        self.store.is_cut_off = True

    def _refuse(self, path: bytes) -> None:
        self.store.drop(path)
        if self.files is not None:
            self.files.remove(path)
        now = time.monotonic()
        if len(self.refused) > LONGEST_QUEUE:
            self.refused = {each: until for each, until in self.refused.items() if until > now}
        self.refused[path] = now + SECONDS_REFUSED

    def _answer_all(self) -> None:
        for path in list(self.waiting):
            for future in self._take_waiting(path):
                future.set_result(None)
