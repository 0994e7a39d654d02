"""The hottest pages as plain files, for a web server that stands in front and sends them itself. No Django.

What is there is fresh: a change takes the files away, and the web server asks us, as it does for all other pages.
Nobody tells us how often a file is read, so each page comes back to us once a minute, to be counted.
"""

import logging
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from heapq import nlargest
from math import inf
from pathlib import Path

from commonpress.changes.keys import with_kinds
from commonpress.prerender.records import write_file
from commonpress.prerender.store import BROTLI, GZIP, PLAIN, KeptPage, Store

logger = logging.getLogger("commonpress.prerender")

MOST = 200
SECONDS_THERE = 60
SECONDS_BETWEEN_LOOKS = 5
# So many readers, with the half of those of the look before, make a page hot.
HOT = 10
# A path that means the same to every server: no dots in front, nothing encoded, nothing empty.
PLAIN_PATH = re.compile(
    r"/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,199}/)*(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,199})?", re.ASCII
)
# The web server knows what a file is by its name.
ENDINGS = {
    "text/html; charset=utf-8": "index.html",
    "application/rss+xml; charset=utf-8": "index.rss",
    "application/atom+xml; charset=utf-8": "index.atom",
}
NAMES = {"application/xml; charset=utf-8": ".xml", "text/plain; charset=utf-8": ".txt"}
ENCODED = {PLAIN: "", GZIP: ".gz", BROTLI: ".br"}
OUR_OWN = {b"content-type", b"content-length", b"etag", b"vary"}


@dataclass
class Placed:
    page: KeptPage
    file: Path


class Front:
    """Files under `folder`/pages. `headers` are those the web server sends with each; pages with others stay with us."""

    def __init__(self, folder: Path, store: Store, headers: Iterable[tuple[str, str]]) -> None:
        self.folder = folder
        self.pages = folder / "pages"
        self.store = store
        self.headers = {(name.lower().encode(), value.encode()) for name, value in headers}
        self.lock = threading.Lock()
        self.something_due = threading.Event()
        self.there: dict[bytes, Placed] = {}
        # Until when a page is wanted there, made again or not; and to be put there, from when on.
        self.wanted: dict[bytes, float] = {}
        self.due: dict[bytes, float] = {}
        self.second_of: dict[bytes, int] = {}
        self.looked_at = 0.0
        # Files that should be gone and are not.
        self.stuck: set[Path] = set()
        # Files of an earlier process, or of before changes were missed, that are nobody's.
        self.must_empty = False
        self.problem = ""
        self.is_stopping = False
        self.thread = threading.Thread(target=self._run, name="kept-front", daemon=True)

    def open(self) -> None:
        """Take away what the last process left: nobody knows whether it is fresh."""
        self.take_out_all()

    def start(self) -> None:
        self.thread.start()

    def stop(self, *, seconds: float) -> None:
        self.is_stopping = True
        self.something_due.set()
        self.thread.join(seconds)
        self.take_out_all()

    def put(self, page: KeptPage) -> None:
        """Have a page that was made again put back, if it was there."""
        if page.path in self.wanted:
            self.due[page.path] = 0
            self.something_due.set()

    def change(self, keys: Iterable[str]) -> None:
        """Take away the pages that show these keys. The store has marked them already."""
        shown = with_kinds(keys)
        with self.lock:
            for placed in [placed for placed in self.there.values() if not shown.isdisjoint(placed.page.keys)]:
                self._take_out(placed)

    def take_out_all(self) -> None:
        with self.lock:
            self.there.clear()
            self.must_empty = True
            self._empty()
        for each in self.folder.glob(".pages-*"):
            shutil.rmtree(each, ignore_errors=True)

    def _empty(self) -> None:
        try:
            self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
            if self.pages.exists():
                try:
                    # Renamed first, all are gone at once.
                    self.pages.rename(self.folder / f".pages-{secrets.token_hex(8)}")
                except OSError:
                    shutil.rmtree(self.pages)
            self.pages.mkdir(mode=0o755)
        except OSError as error:
            self._fail(error)
        else:
            self.must_empty = False

    def file_of(self, page: KeptPage) -> Path | None:
        """Return under which name a page is put there; None where it is none a web server may send."""
        path = page.path.decode("latin-1")
        lines = {tuple(line.split(b": ", 1)) for line in page.answers[PLAIN].head.split(b"\r\n") if line}
        if PLAIN_PATH.fullmatch(path) is None or {line for line in lines if line[0] not in OUR_OWN} != self.headers:
            return None
        kind = next((line[1].decode() for line in lines if line[0] == b"content-type"), "")
        if path.endswith("/"):
            return self.pages / path[1:] / ENDINGS[kind] if kind in ENDINGS else None
        return self.pages / path[1:] if kind in NAMES and path.endswith(NAMES[kind]) else None

    def _run(self) -> None:
        while not self.is_stopping:
            self.something_due.wait(max(0.0, min(self._next(), SECONDS_BETWEEN_LOOKS)))
            self.something_due.clear()
            if self.is_stopping:
                return
            self._take_out_what_is_over()
            if time.monotonic() >= self.looked_at + SECONDS_BETWEEN_LOOKS:
                self.look()
            try:
                self.put_what_is_due()
            except OSError as error:
                self._fail(error)
            else:
                self._try_again()

    def _try_again(self) -> None:
        with self.lock:
            for file in list(self.stuck):
                self._unlink(file)
            if self.must_empty:
                self._empty()
            if not self.stuck and not self.must_empty:
                self.problem = ""

    def _next(self) -> float:
        """Return in how many seconds something has to be done."""
        now, clock = time.monotonic(), time.time()
        return min(
            min(self.due.values(), default=inf) - now,
            min((placed.page.until for placed in list(self.there.values())), default=inf) - clock,
        )

    def look(self) -> None:
        """Choose the pages that are read most."""
        now, second = time.monotonic(), int(time.time())
        self.looked_at = now
        self.second_of = {path: put for path, put in self.second_of.items() if put >= second}
        self._remove_empty_folders()
        self.wanted = {path: until for path, until in self.wanted.items() if until > now}
        pages = list(self.store.pages.values())
        hot = [page for page in pages if page.reads >= HOT and page.path not in self.wanted]
        for page in nlargest(MOST - len(self.wanted), hot, key=lambda page: page.reads):
            self.wanted[page.path] = now + SECONDS_THERE
            self.due[page.path] = 0
        for page in pages:
            page.reads //= 2
            if page.path in self.wanted:
                # Whoever reads it does so elsewhere; it is made again at once when it changes.
                page.read_at = now

    def _remove_empty_folders(self) -> None:
        # Only here, in the thread that makes folders: none goes between being made and getting its file.
        for folder, _folders, _files in os.walk(self.pages, topdown=False):
            if folder != str(self.pages):
                with suppress(OSError):  # it holds something, or all was taken out meanwhile
                    Path(folder).rmdir()

    def put_what_is_due(self) -> None:
        """Put pages there that are fresh. Raises OSError."""
        now, second = time.monotonic(), int(time.time())
        for path in [path for path, when in list(self.due.items()) if when <= now]:
            if self.is_stopping or self.must_empty:
                return
            del self.due[path]
            page = self.store.page_at(path)
            file = self.file_of(page) if page is not None else None
            if page is None or file is None:
                continue
            if self.second_of.get(path, 0) >= second:
                # nginx tells versions apart by their second and size only.
                self.due[path] = now + 1 - time.time() % 1
                continue
            self._put(page, file, second)

    def _put(self, page: KeptPage, file: Path, second: int) -> None:
        try:
            file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            ready = []
            for encoding, answer in page.answers.items():
                name = file.with_name(f"{file.name}{ENCODED[encoding]}")
                ready.append((name, name.with_name(f".{name.name}.ready")))
                write_file(ready[-1][1], answer.body, mode=0o644, mtime=second)
        except FileNotFoundError:
            self.due[page.path] = time.monotonic() + SECONDS_BETWEEN_LOOKS  # all was taken out meanwhile
            return
        except (FileExistsError, NotADirectoryError):
            return  # one page's path is another's folder: this one stays with us
        with self.lock:
            # A change marks the page first and comes for its file next, so it either finds the file or is seen here.
            if page.path in self.there:
                self._take_out(self.there[page.path])
            is_fresh = page.stale_since is None and self.store.page_at(page.path) is page and page.until > time.time()
            if is_fresh and not self.is_stopping and not self.must_empty:
                # First: whatever gets there is known, and can be taken away, should one of the others fail.
                self.there[page.path] = placed = Placed(page, file)
                self.second_of[page.path] = second
                try:
                    for name, unfinished in reversed(ready):
                        unfinished.rename(name)
                except OSError:
                    self._take_out(placed)
                    raise
            else:
                for _name, unfinished in ready:
                    unfinished.unlink(missing_ok=True)

    def _take_out_what_is_over(self) -> None:
        now, clock = time.monotonic(), time.time()
        with self.lock:
            for path, placed in list(self.there.items()):
                if self.wanted.get(path, 0) <= now or placed.page.until <= clock:
                    self._take_out(placed)

    def _take_out(self, placed: Placed) -> None:
        del self.there[placed.page.path]
        # Each of them is sent by itself, whether or not the others are there.
        for ending in ENCODED.values():
            self._unlink(placed.file.with_name(f"{placed.file.name}{ending}"))

    def _unlink(self, file: Path) -> None:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            self.stuck.add(file)
            self._fail(error)
        else:
            self.stuck.discard(file)

    def _fail(self, error: OSError) -> None:
        if not self.problem:
            logger.error(
                "Pages for the web server in front cannot be put into %s or taken away (%s)",
                self.folder,
                os.strerror(error.errno or 0),
            )
        self.problem = f"pages for the web server in front cannot be written: {error.strerror}"
