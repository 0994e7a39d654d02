"""Kept pages as files, behind those in memory: for more pages than fit, and for the next start. No Django.

One file a page, written under another name, made sure of (fsync) and renamed, by a thread of its own: neither
readers nor whoever makes pages wait for the disk. A change takes a page's file away. How far that has got is
written down (the mark): whoever starts later applies what was changed since, as if there had been no pause.
"""

import fcntl
import json
import logging
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import blake2b
from heapq import nlargest
from pathlib import Path

from commonpress.changes.keys import with_kinds
from commonpress.prerender.records import Record, bytes_of, read_page, read_record, sync_folder, write_file
from commonpress.prerender.store import KeptPage, Store

logger = logging.getLogger("commonpress.prerender")

# A page that changes all the time is written at most so often.
SECONDS_BETWEEN_WRITES = 10
SECONDS_BETWEEN_MARKS = 5
SECONDS_UNTIL_TRIED_AGAIN = 10
# Pages on their way to the disk; one that finds no room is in memory only until it is made again.
LONGEST_QUEUE = 200
# The first to be made again after a start.
POPULAR = 200
PAUSE = 0.2
MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Mark:
    """The newest change that has been applied to what is kept; where numbers say nothing, only its time counts."""

    number: int
    at: str


class Files:
    """The files of the pages in a store: at most `room` bytes.

    `stamp` names the version of everything pages are made by; those made by another are stale. `mark_now` tells
    how far changes are known here.
    """

    def __init__(
        self, folder: Path, store: Store, *, room: int, stamp: str, mark_now: Callable[[], Mark | None]
    ) -> None:
        self.folder = folder
        self.store = store
        self.room = room
        self.stamp = stamp
        self.mark_now = mark_now
        self.lock = threading.Lock()
        self.something_due = threading.Event()
        self.records: dict[bytes, Record] = {}
        self.by_key: dict[str, set[Record]] = defaultdict(set)
        self.size = 0
        self.edition = secrets.token_hex(8)
        self.mark: Mark | None = None
        self.popular: list[bytes] = []
        # Until what was changed during the pause is known, nothing of it is fresh.
        self.is_caught_up = False
        self.due: dict[bytes, float] = {}
        self.written: dict[bytes, float] = {}
        self.to_remove: set[bytes] = set()
        self.marked: tuple[Mark | None, str] = (None, "")
        self.marked_at = 0.0
        self.tried_at = 0.0
        # One sentence for whoever watches the server, or nothing.
        self.problem = ""
        self.is_stopping = False
        self.thread = threading.Thread(target=self._run, name="kept-files", daemon=True)
        self.is_open = False

    # Starting and stopping.

    def open(self) -> None:
        """Read what the last process left; nothing of it is fresh before `catch_up`."""
        if not self.room:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A POSIX lock: a child that was forked meanwhile does not hold it.
            self.held = (self.folder / "lock").open("w")
            fcntl.lockf(self.held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._read_mark()
            self._read_records()
        except BlockingIOError:
            logger.warning("Another process keeps its pages in %s; this one keeps its own in memory only", self.folder)
            return
        except OSError as error:
            self._fail(error)
            return
        self.is_open = True

    def start(self) -> None:
        if self.is_open:
            self.thread.start()

    def stop(self, *, seconds: float) -> None:
        """Write what waits, and how far changes are known."""
        self.is_stopping = True
        self.something_due.set()
        if self.thread.is_alive():
            self.thread.join(seconds)
        if self.is_open and not self.thread.is_alive():
            self.held.close()

    def catch_up(self) -> None:
        """Everything changed since the mark has been told: what is left is fresh, unless it is of another edition."""
        self.is_caught_up = True

    # Asked and told by other threads.

    def has(self, path: bytes) -> bool:
        return path in self.records

    def read(self, path: bytes) -> None:
        """Bring a page back into memory, as stale as it is. May wait for the disk."""
        since = self.store.moment
        with self.lock:
            record = self.records.get(path)
            # Its parts are held by nobody once memory has let it go.
            page = replace(record.page, parts=()) if record is not None and record.page is not None else None
        if record is None:
            return
        if page is None:
            page = read_page(self.file_of(path), path)
        if page is None:
            self.remove(path)
            return
        record.read_at = time.time()
        page.read_at = time.monotonic()
        if not self.is_fresh(record):
            page.stale_since = page.read_at
        self.store.bring_back(page, since=since)

    def is_fresh(self, record: Record) -> bool:
        return self.is_caught_up and record.edition == self.edition

    def put(self, page: KeptPage, *, since: int) -> None:
        """Have a page written, now or, where it was written a moment ago, a little later.

        Its making began at the store's moment `since`.
        """
        if not self.is_open:
            return
        with self.lock:
            # A change marks the page first and comes here next, so it either finds the record or is seen here.
            # One that memory had no room for is marked by nobody.
            if page.stale_since is not None or self.store.has_changed_since(since, page.keys):
                return
            if len(self.due) >= LONGEST_QUEUE and page.path not in self.due:
                return
            self._forget(page.path)
            read_at = time.time() - (time.monotonic() - page.read_at)
            self._know(Record(page.path, page.keys, page.size, self.edition, read_at, page))
            now = time.monotonic()
            self.due.setdefault(page.path, max(now, self.written.get(page.path, 0) + SECONDS_BETWEEN_WRITES))
        self.something_due.set()

    def remove(self, path: bytes) -> None:
        with self.lock:
            self._take_away([path])
        self.something_due.set()

    def change(self, keys: Iterable[str]) -> dict[bytes, float]:
        """Take away the pages that show these keys: nothing removed comes back. Return when each was last read."""
        with self.lock:
            found = {record for key in with_kinds(keys) for record in self.by_key.get(key, ())}
            read = {record.path: self._last_read(record) for record in found}
            self._take_away(read)
        if found:
            self.something_due.set()
        return read

    def last_read(self, path: bytes) -> float:
        """Return when the page at a path was last read (the wall clock's time); now, where nothing is known of it."""
        record = self.records.get(path)
        return time.time() if record is None else self._last_read(record)

    def change_everything(self) -> None:
        """Changes may have been missed: all pages are stale, and are only shown where nothing better can be made."""
        with self.lock:
            self.edition = secrets.token_hex(8)
        self.something_due.set()

    def stale_paths(self) -> list[bytes]:
        """Return the paths of the pages that have to be made again: first those that were read most, in that order."""
        with self.lock:
            stale = [record for record in self.records.values() if not self.is_fresh(record)]
            first = [path for path in self.popular if not self._is_fresh_at(path)]
        stale.sort(key=lambda record: -record.read_at)
        return list(dict.fromkeys([*first, *(record.path for record in stale)]))

    def _is_fresh_at(self, path: bytes) -> bool:
        record = self.records.get(path)
        return record is not None and self.is_fresh(record)

    def file_of(self, path: bytes) -> Path:
        return self.folder / f"{blake2b(path, digest_size=20).hexdigest()}.page"

    # Bookkeeping, under the lock.

    def _know(self, record: Record) -> None:
        self.records[record.path] = record
        self.size += record.size
        for key in record.keys:
            self.by_key[key].add(record)
        if self.size > self.room:
            self._make_room()

    def _forget(self, path: bytes) -> None:
        record = self.records.pop(path, None)
        if record is None:
            return
        self.size -= record.size
        for key in record.keys:
            shown_on = self.by_key[key]
            shown_on.discard(record)
            if not shown_on:
                del self.by_key[key]

    def _take_away(self, paths: Collection[bytes]) -> None:
        for path in paths:
            # One without a record has no file, or one that waits to be removed already.
            if path in self.records:
                self.to_remove.add(path)
            self._forget(path)
            self.due.pop(path, None)

    def _make_room(self) -> None:
        # A tenth at once, so that full files are not sorted for each new one.
        for record in sorted(self.records.values(), key=self._last_read):
            if self.size <= self.room * 0.9:
                return
            self._take_away([record.path])

    def _note_reads(self) -> None:
        """Note when pages in memory were read, which lets them go without asking."""
        with self.lock:
            for page in list(self.store.pages.values()):
                record = self.records.get(page.path)
                if record is not None:
                    record.read_at = self._last_read(record)

    def _last_read(self, record: Record) -> float:
        page = self.store.page_at(record.path)
        return record.read_at if page is None else time.time() - (time.monotonic() - page.read_at)

    # The thread that writes.

    def _run(self) -> None:
        is_last = False
        while not is_last:
            self.something_due.wait(PAUSE if self.due else SECONDS_BETWEEN_MARKS)
            self.something_due.clear()
            is_last = self.is_stopping
            if is_last or not self.problem or time.monotonic() > self.tried_at + SECONDS_UNTIL_TRIED_AGAIN:
                self._write()
            else:
                time.sleep(PAUSE)

    def _write(self) -> None:
        self.tried_at = time.monotonic()
        self._note_reads()
        # Read first: all that is told up to here is in `to_remove` already.
        mark, edition = self.mark_now(), self.edition
        try:
            self._remove_files()
            if mark is not None and self.is_caught_up and self._is_mark_due(mark, edition):
                self._write_mark(mark, edition)
            self._write_pages()
        except OSError as error:
            self._fail(error)
        else:
            if self.problem:
                logger.warning("Kept pages can be written again")
            self.problem = ""

    def _fail(self, error: OSError) -> None:
        if not self.problem:
            logger.error(
                "Kept pages cannot be written to %s (%s); they are kept in memory only", self.folder, error.strerror
            )
        self.problem = f"kept pages cannot be written: {error.strerror}"

    def _remove_files(self) -> None:
        with self.lock:
            paths = list(self.to_remove)
        for path in paths:
            self.file_of(path).unlink(missing_ok=True)
            with self.lock:
                self.to_remove.discard(path)
        if paths:
            sync_folder(self.folder)

    def _write_pages(self) -> None:
        now = time.monotonic()
        with self.lock:
            paths = [path for path, when in self.due.items() if when <= now or self.is_stopping]
        for path in paths:
            with self.lock:
                record = self.records.get(path)
                # One that changed meanwhile is removed first, then the new one written.
                page = record.page if record is not None and path not in self.to_remove else None
            if record is None or page is None:
                continue
            write_file(self.file_of(path), bytes_of(page, record.edition))
            with self.lock:
                self._note_written(path)
                if self.records.get(path) is record:
                    record.page = None
                    self.due.pop(path, None)
        if paths:
            sync_folder(self.folder)

    def _note_written(self, path: bytes) -> None:
        if len(self.written) > MOST_REMEMBERED:
            self.written.clear()
        self.written[path] = time.monotonic()

    def _is_mark_due(self, mark: Mark, edition: str) -> bool:
        if self.is_stopping:
            return True
        is_news = self.marked != (mark, edition)
        return is_news and (time.monotonic() - self.marked_at > SECONDS_BETWEEN_MARKS or self.marked[1] != edition)

    def _write_mark(self, mark: Mark, edition: str) -> None:
        popular = nlargest(POPULAR, list(self.store.pages.values()), key=lambda page: page.reads)
        words = {
            "stamp": self.stamp,
            "edition": edition,
            **asdict(mark),
            "popular": [page.path.decode("latin-1") for page in popular],
        }
        write_file(self.folder / "mark.json", json.dumps(words).encode())
        sync_folder(self.folder)
        self.marked, self.marked_at = (mark, edition), time.monotonic()

    # What the last process left.

    def _read_mark(self) -> None:
        try:
            words = json.loads((self.folder / "mark.json").read_bytes())
            mark = Mark(int(words["number"]), datetime.fromisoformat(words["at"]).isoformat())
            popular = [str(path).encode("latin-1") for path in words["popular"]]
            stamp, edition = str(words["stamp"]), str(words["edition"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return
        self.mark, self.popular, self.marked = mark, popular, (mark, edition)
        if stamp == self.stamp:
            self.edition = edition

    def _read_records(self) -> None:
        for file in self.folder.iterdir():
            if file.name.endswith(".unfinished"):
                file.unlink()
            elif file.name.endswith(".page"):
                record = read_record(file)
                if record is None or self.file_of(record.path) != file:
                    file.unlink()
                else:
                    self._know(record)
