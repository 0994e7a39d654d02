"""Kept pages in memory, ready to be sent, and what has happened to them since. No Django.

Whoever asks and whoever keeps are different threads; each look-up is one step of a dict, everything that
changes the store holds its lock.
"""

import threading
import time
import zlib
from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count

import brotli

from commonpress.changes.keys import every
from commonpress.prerender.parts import Part

DEFAULT_BYTES = 64 * 1024 * 1024
# A page that is read all the time is made at most so often; until then readers get the last one.
SECONDS_BETWEEN = 0.9
# Whether a page is worth making again before somebody asks.
SECONDS_HOT = 60
# So many changed keys are remembered for pages that are being made.
REMEMBERED = 10_000
SMALL = 200  # bytes; less is not worth compressing
# Levels of gzip and brotli. 200 kB take 1.9 ms, or 7.4 ms for what is a sixth smaller.
QUICKLY, TIGHTLY = (1, 1), (6, 5)

OF_A_BODY = {"content-type", "content-length", "content-encoding"}
PLAIN, GZIP, BROTLI = b"", b"gzip", b"br"


@dataclass(frozen=True)
class Answer:
    """One encoding of a page: its headers after the status line and the date, and its body."""

    head: bytes
    body: bytes


@dataclass(eq=False)
class KeptPage:
    """A page as everybody gets it. Times are the monotonic clock's, `until` is the wall clock's."""

    path: bytes
    keys: frozenset[str]
    answers: dict[bytes, Answer]
    not_modified: bytes
    etag: bytes  # without the W/: the same page in another encoding is no other page
    size: int
    until: float
    began: float
    read_at: float
    reads: int = 0
    parts: tuple[Part, ...] = ()
    stale_since: float | None = None
    is_tight: bool = False

    def may_be_shown(self, now: float) -> bool:
        """Say whether readers get this one: it is fresh, or was made so shortly ago that the next has to wait."""
        if self.until <= time.time():
            return False
        if self.stale_since is None:
            return True
        return now - self.began < SECONDS_BETWEEN


def make_page(
    path: bytes,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    *,
    keys: Collection[str],
    until: float | None,
    began: float,
    parts: Collection[Part] = (),
    before: KeptPage | None = None,
) -> KeptPage:
    """Make the ready answers of a page: as it is, gzip and brotli, and the one that says it has not changed.

    Those of the page `before` are taken when nothing about it is new; else it is compressed quickly.
    """
    etag = f'"{sha256(body).hexdigest()[:24]}"'
    shared = [(name.lower(), value) for name, value in headers]
    shared += [("etag", f"W/{etag}"), ("vary", "Accept-Encoding")]
    lines = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in shared)
    unchanging = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in shared if name not in OF_A_BODY)
    plain = answer(lines, body)
    if before is not None and before.answers[PLAIN] == plain:
        answers, is_tight = before.answers, before.is_tight
    else:
        answers, is_tight = {PLAIN: plain} | compressed(lines, body, QUICKLY), False
    return KeptPage(
        path=path,
        keys=frozenset(keys),
        answers=answers,
        not_modified=unchanging + b"\r\n",
        etag=etag.encode(),
        size=size_of(answers) + 2000 + 200 * len(set(keys)),
        until=float("inf") if until is None else until,
        began=began,
        read_at=time.monotonic(),
        parts=tuple(parts),
        is_tight=is_tight,
    )


def tightened(page: KeptPage) -> dict[bytes, Answer]:
    """Return a page's answers, compressed as well as is worth it for one that stands."""
    plain = page.answers[PLAIN]
    lines = plain.head.rpartition(b"content-length: ")[0]
    return {PLAIN: plain} | compressed(lines, plain.body, TIGHTLY)


def compressed(lines: bytes, body: bytes, levels: tuple[int, int]) -> dict[bytes, Answer]:
    if len(body) <= SMALL:
        return {}
    gzip = zlib.compressobj(levels[0], zlib.DEFLATED, 31)
    return {
        GZIP: answer(lines + b"content-encoding: gzip\r\n", gzip.compress(body) + gzip.flush()),
        BROTLI: answer(lines + b"content-encoding: br\r\n", brotli.compress(body, quality=levels[1])),
    }


def size_of(answers: Mapping[bytes, Answer]) -> int:
    return sum(len(each.head) + len(each.body) for each in answers.values())


def answer(lines: bytes, body: bytes) -> Answer:
    return Answer(head=lines + b"content-length: %d\r\n\r\n" % len(body), body=body)


@dataclass(eq=False)
class Store:
    """At most `room` bytes of pages; those not read for longest give way."""

    room: int = DEFAULT_BYTES
    pages: dict[bytes, KeptPage] = field(default_factory=dict)
    by_key: dict[str, set[KeptPage]] = field(default_factory=lambda: defaultdict(set))
    # What the pages are joined of, by its place; the newest where pages still hold older ones.
    parts: dict[Hashable, Part] = field(default_factory=dict)
    size: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        # While the database is away the last pages are better than none.
        self.is_cut_off = False
        self.moments = count(1)
        self.moment = 0
        self.everything_changed = 0
        self.recent: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)

    def page_at(self, path: bytes) -> KeptPage | None:
        """Return the page kept under exactly this path, stale or not."""
        return self.pages.get(path)

    def part(self, place: Hashable) -> Part | None:
        """Return what a kept page holds at this place, if nothing it shows has changed."""
        # Behind the lock, so that a change whose moment was read here has made its parts stale as well.
        with self.lock:
            part = self.parts.get(place)
        return part if part is not None and part.still_stands else None

    def is_kept(self, path: bytes) -> bool:
        return path in self.pages

    def shown_at(self, path: bytes) -> KeptPage | None:
        """Return the page readers get under exactly this path, and note that it was read."""
        page = self.pages.get(path)
        if page is None:
            return None
        page.read_at = now = time.monotonic()
        page.reads += 1
        return page if page.may_be_shown(now) or self.is_cut_off else None

    def keep(self, page: KeptPage, *, since: int) -> None:
        """Keep a page whose making began at the moment `since`; it is stale already if what it shows changed meanwhile."""
        with self.lock:
            before = self.pages.get(page.path)
            for part in page.parts:
                self._hold(part)
            if before is not None:
                page.read_at, page.reads = before.read_at, before.reads
                self._drop(before)
            self._put(page, since)

    def bring_back(self, page: KeptPage, *, since: int) -> None:
        """Keep a page that was read from its file since the moment `since`, unless a newer one is there by now."""
        with self.lock:
            if page.path not in self.pages:
                self._put(page, since)

    def _put(self, page: KeptPage, since: int) -> None:
        if self._changed_since(since, page.keys):
            page.stale_since = time.monotonic()
        self.pages[page.path] = page
        self.size += page.size
        for key in page.keys:
            self.by_key[key].add(page)
        if self.size > self.room:
            self._make_room()

    def tighten(self, page: KeptPage) -> None:
        """Compress a page well. Takes its time, and no lock while it does."""
        answers = tightened(page)
        with self.lock:
            grown = size_of(answers) - size_of(page.answers)
            page.answers, page.is_tight = answers, True
            page.size += grown
            if self.pages.get(page.path) is page:
                self.size += grown

    def drop(self, path: bytes) -> None:
        with self.lock:
            page = self.pages.get(path)
            if page is not None:
                self._drop(page)

    def change(self, keys: Iterable[str]) -> list[KeptPage]:
        """Make the pages that show these keys stale, and return those; what nobody read of late is dropped."""
        now = time.monotonic()
        stale = []
        with self.lock:
            for key in keys:
                self.moment = next(self.moments)
                self.recent.append((self.moment, key))
                for page in [*self.by_key.get(key, ()), *self.by_key.get(every(key), ())]:
                    for part in page.parts:
                        part.is_stale = part.is_stale or part.shows(key)
                    page.stale_since = page.stale_since or now
                    if now - page.read_at > SECONDS_HOT:
                        self._drop(page)
                    else:
                        stale.append(page)
        return list(dict.fromkeys(stale))

    def change_everything(self) -> list[KeptPage]:
        """Changes may have been missed: make all pages stale, and return those somebody has read of late."""
        now = time.monotonic()
        with self.lock:
            self.moment = self.everything_changed = next(self.moments)
            for page in self.pages.values():
                page.stale_since = page.stale_since or now
                for part in page.parts:
                    part.is_stale = True
            return [page for page in self.pages.values() if now - page.read_at <= SECONDS_HOT]

    def has_changed_since(self, moment: int, keys: frozenset[str]) -> bool:
        """Say whether one of these keys may have changed since a moment."""
        with self.lock:
            return self._changed_since(moment, keys)

    def _hold(self, part: Part) -> None:
        if part.pages == 0:
            # Drawn just now, or let go by the last page that held it while this one was made.
            part.is_stale = part.is_stale or self._changed_since(part.since, part.keys)
            self.size += part.size
        part.pages += 1
        self.parts[part.place] = part

    def _let_go(self, part: Part) -> None:
        part.pages -= 1
        if part.pages == 0:
            self.size -= part.size
            if self.parts.get(part.place) is part:
                del self.parts[part.place]

    def _changed_since(self, moment: int, keys: frozenset[str]) -> bool:
        if self.everything_changed > moment:
            return True
        if self.recent and self.recent[0][0] > moment + 1 and len(self.recent) == REMEMBERED:
            return True
        for then, key in reversed(self.recent):
            if then <= moment:
                return False
            if key in keys or every(key) in keys:
                return True
        return False

    def _drop(self, page: KeptPage) -> None:
        if self.pages.get(page.path) is page:
            del self.pages[page.path]
            self.size -= page.size
            for part in page.parts:
                self._let_go(part)
        for key in page.keys:
            shown_on = self.by_key.get(key)
            if shown_on is not None:
                shown_on.discard(page)
                if not shown_on:
                    del self.by_key[key]

    def _make_room(self) -> None:
        # A tenth at once, so that a full store does not sort its pages for each new one.
        for page in sorted(self.pages.values(), key=lambda page: page.read_at):
            if self.size <= self.room * 0.9:
                return
            self._drop(page)
