"""A thread that makes figures again when something they show has changed, and says what is another now.

All it knows reaches it through one queue, in order: a change that commits while figures are made is read after them,
and has them made once more. So nothing between two makings is missed.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Protocol

from django.db import Error, close_old_connections, connections

from commonpress.changes.keys import with_kinds
from commonpress.changes.listeners import listeners
from commonpress.live.figures import Figures, beginning, difference, written

logger = logging.getLogger("commonpress.live")

# Whatever happens in a thread, its readers are told once a second.
SECONDS_BETWEEN = 1.0
SECONDS_UNTIL_AGAIN = 1.0


@dataclass(frozen=True)
class Made:
    """Figures as they were just made: the keys they show, and until when (the wall clock's time) they hold."""

    figures: Figures
    keys: frozenset[str]
    until: float


@dataclass(frozen=True)
class News:
    """What listeners to an address are told, and what who begins to listen from now on is."""

    told: bytes
    beginning: bytes


@dataclass
class Watched:
    made: Made
    at: float


class CannotBeMade(Exception):
    """Whether there are figures is not known at the moment."""


class Listeners(Protocol):
    """Who is told, in the ticker's thread and in the order things happened."""

    def opened(self, address: str, beginning: bytes) -> None:
        """An address is watched, and this is what who begins to listen is told."""

    def tell(self, address: str, news: News) -> None: ...

    def gone(self, address: str) -> None:
        """There is nothing at an address, or nothing any more."""

    def failed(self, address: str) -> None:
        """It cannot be said whether there is anything at an address that was to be opened."""


class Ticker:
    """`make` returns the figures at an address, None where there are none."""

    def __init__(self, make: Callable[[str], Made | None], to: Listeners) -> None:
        self.make = make
        self.to = to
        self.heard: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.watched: dict[str, Watched] = {}
        self.due: dict[str, float] = {}
        self.is_stopping = False
        self.thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self) -> None:
        listeners.append(self.change)
        self.thread.start()

    def stop(self, *, seconds: float) -> None:
        listeners.remove(self.change)
        self.heard.put(self._stop)
        self.thread.join(seconds)

    def change(self, keys: Sequence[str]) -> None:
        self.heard.put(lambda: self._change(keys))

    def open(self, address: str) -> None:
        self.heard.put(lambda: self._open(address))

    def close(self, address: str) -> None:
        self.heard.put(lambda: self._close(address))

    def look_at_all(self) -> None:
        """Make everything again: changes may have been missed."""
        self.heard.put(lambda: self.due.update(dict.fromkeys(self.watched, 0.0)))

    # In the thread.

    def _run(self) -> None:
        try:
            while not self.is_stopping:
                try:
                    self.heard.get(timeout=self._seconds_left())()
                except Empty:
                    for address in [address for address, when in self.due.items() if when <= time.monotonic()]:
                        self._make_again(address)
        finally:
            connections.close_all()

    def _seconds_left(self) -> float | None:
        return max(0.0, min(self.due.values()) - time.monotonic()) if self.due else None

    def _stop(self) -> None:
        self.is_stopping = True

    def _change(self, keys: Sequence[str]) -> None:
        changed = with_kinds(keys)
        for address, watched in self.watched.items():
            if not watched.made.keys.isdisjoint(changed):
                due = watched.at + SECONDS_BETWEEN
                self.due[address] = min(due, self.due.get(address, due))

    def _open(self, address: str) -> None:
        try:
            made = self._made(address)
        except CannotBeMade:
            self.to.failed(address)
            return
        if made is None:
            self.to.gone(address)
        else:
            self._watch(address, made)
            self.to.opened(address, written(beginning(made.figures)))

    def _close(self, address: str) -> None:
        self.watched.pop(address, None)
        self.due.pop(address, None)

    def _watch(self, address: str, made: Made) -> None:
        self.watched[address] = Watched(made, at=time.monotonic())
        self.due.pop(address, None)
        if made.until != float("inf"):
            self.due[address] = time.monotonic() + max(SECONDS_BETWEEN, made.until - time.time())

    def _make_again(self, address: str) -> None:
        before = self.watched[address].made
        try:
            made = self._made(address)
        except CannotBeMade:
            self.due[address] = time.monotonic() + SECONDS_UNTIL_AGAIN
            return
        if made is None:
            self._close(address)
            self.to.gone(address)
            return
        self._watch(address, made)
        told = difference(before.figures, made.figures)
        if told:
            self.to.tell(address, News(written(told), written(beginning(made.figures))))

    def _made(self, address: str) -> Made | None:
        try:
            return self.make(address)
        except Error as error:
            # Kept pages stay as they are while the database is away, and so does what readers were told.
            raise CannotBeMade from error
        except Exception as error:
            # One address that cannot be made must not silence the others.
            logger.exception("%s cannot be made", address)
            raise CannotBeMade from error
        finally:
            close_old_connections()
