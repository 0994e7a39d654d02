"""A fair queue for SQLite's one writer.

SQLite lets waiting writers poll, with sleeps between; whoever wakes first wins, and under load
one of them starves for seconds. Here each outermost transaction takes a ticket first: first come,
first served, money before the rest. Inside the process tickets are handed from thread to thread;
between processes the holder has `flock` on a file beside the database.
"""

import fcntl
import os
import threading
import time
from collections import deque
from pathlib import Path


class WaitedTooLong(Exception):
    """No ticket came up in time; somebody holds a transaction open."""


class WriteQueue:
    """The queue of one database file in this process."""

    def __init__(self, database: str) -> None:
        self.door = Door(database)
        self.lock = threading.Lock()
        self.held = False
        self.waiting: tuple[deque[threading.Event], deque[threading.Event]] = (deque(), deque())

    def take(self, *, money: bool, seconds: float) -> None:
        """Wait for the ticket. Raises WaitedTooLong."""
        turn = threading.Event()
        until = time.monotonic() + seconds
        line = self.waiting[0 if money else 1]
        with self.lock:
            if self.held:
                line.append(turn)
            else:
                self.held = True
                turn.set()
        if not turn.wait(seconds):
            with self.lock:
                # The ticket may have come between the end of the wait and this line.
                if not turn.is_set():
                    line.remove(turn)
                    raise WaitedTooLong
        try:
            self.door.enter(money=money, until=until)
        except BaseException:
            self._hand_on()
            raise

    def give_back(self) -> None:
        self.door.leave()
        self._hand_on()

    def _hand_on(self) -> None:
        with self.lock:
            for line in self.waiting:
                if line:
                    line.popleft().set()
                    return
            self.held = False


class Door:
    """Lets one process at a time write, in turn, by three locks on files beside the database.

    `flock` alone would let the process that just left walk in again, since it is already awake.
    So whoever wants in first stands at the turnstile, where only one waits for the room itself:
    the process that leaves finds it taken. Those who come for money hold the rope while they
    wait, and the others may not step up to the turnstile before it is let go.

    A waiting `flock` cannot be called off, so a process looks again every millisecond instead: one
    that hangs in its transaction must not take the others with it.
    """

    LOOK_AGAIN_SECONDS = 0.001

    def __init__(self, database: str) -> None:
        self.paths = [Path(f"{database}-{name}") for name in ("room", "turnstile", "rope")]
        self.files: list[int] = []

    def enter(self, *, money: bool, until: float) -> None:
        """Lock, or raise WaitedTooLong when it is `until` by the monotonic clock."""
        if not self.files:
            self.files = [os.open(path, os.O_RDWR | os.O_CREAT, 0o600) for path in self.paths]
        room, turnstile, rope = self.files
        self._lock(rope, fcntl.LOCK_SH if money else fcntl.LOCK_EX, until)
        if not money:
            fcntl.flock(rope, fcntl.LOCK_UN)
        try:
            self._lock(turnstile, fcntl.LOCK_EX, until)
            self._lock(room, fcntl.LOCK_EX, until)
        finally:
            fcntl.flock(turnstile, fcntl.LOCK_UN)
            fcntl.flock(rope, fcntl.LOCK_UN)

    def _lock(self, file: int, kind: int, until: float) -> None:
        while True:
            try:
                fcntl.flock(file, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise WaitedTooLong from None
                time.sleep(self.LOOK_AGAIN_SECONDS)
            else:
                return

    def leave(self) -> None:
        fcntl.flock(self.files[0], fcntl.LOCK_UN)


_queues: dict[str, WriteQueue] = {}
_opening = threading.Lock()


def queue_of(database: str) -> WriteQueue:
    with _opening:
        if database not in _queues:
            _queues[database] = WriteQueue(database)
        return _queues[database]


# A forked child stands in no queue of its parent's.
os.register_at_fork(after_in_child=_queues.clear)
