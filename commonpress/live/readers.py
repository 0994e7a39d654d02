"""Who listens, and how they are told: slowly enough to keep nobody waiting, and never more than they take."""

import asyncio
import re
import secrets
import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from random import randrange
from typing import Any

from commonpress.live.ticker import News

# So many events of an address are remembered for readers whose connection broke.
REMEMBERED = 200
# Who has just opened a page is told what was said while it was on its way.
SECONDS_ON_ITS_WAY = 10
# What one reader may leave unread beside what the socket holds.
UNREAD_BYTES = 64 * 1024
# So many are told at a time; between, the loop answers other readers.
SLICE = 200
NUMBER = re.compile(r"[0-9]{1,18}")
BEAT = b": still here\n\n"
BEAT_SECONDS = 17
# How long an address is watched that nobody listens to: whoever lost the connection comes back to it.
IDLE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Event:
    number: int
    at: float
    data: bytes


class Reader:
    """One open stream. What it is told is sent by a task that lives as long as there is something to send."""

    __slots__ = ("is_over", "listens_to", "send", "sending", "unread", "unread_bytes")

    def __init__(self, send: Any) -> None:
        self.send = send
        self.listens_to: tuple[Watched, ...] = ()
        self.unread: list[bytes] = []
        self.unread_bytes = 0
        self.sending: asyncio.Task[None] | None = None
        self.is_over = False

    def tell(self, data: bytes) -> None:
        if self.is_over:
            return
        self.unread.append(data)
        self.unread_bytes += len(data)
        if self.unread_bytes > UNREAD_BYTES:
            # The socket takes nothing; server/protocol.py closes it, or it takes the end and the reader comes back.
            self.unread.clear()
            self.is_over = True
        self._go_on()

    def end(self, data: bytes = b"") -> None:
        if not self.is_over:
            self.unread.append(data)
            self.is_over = True
            self._go_on()

    def _go_on(self) -> None:
        if self.sending is None:
            self.sending = begun(self._send())

    async def _send(self) -> None:
        # Who has gone away in the meantime is let go by stream.py.
        with suppress(OSError):
            while self.unread:
                data = b"".join(self.unread)
                self.unread.clear()
                await self.send({"type": "http.response.body", "body": data, "more_body": True})
                self.unread_bytes -= len(data)
            if self.is_over:
                await self.send({"type": "http.response.body", "body": b""})
        self.sending = None


@dataclass(eq=False)
class Watched:
    """An address that readers listen to, or did a moment ago: what was said of it last, and to whom."""

    event: bytes
    beginning: bytes
    # The number of the last event before those that are remembered.
    since: int
    left_at: float
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    readers: dict[Reader, None] = field(default_factory=dict)

    def remember(self, event: Event) -> None:
        if len(self.events) == REMEMBERED:
            self.since = self.events[0].number
        self.events.append(event)


class Readers:
    """Everybody who listens in this process. Lives on the event loop; `forget` is told of addresses nobody listens to."""

    def __init__(self, forget: Callable[[str], None]) -> None:
        self.forget = forget
        self.all: dict[Reader, None] = {}
        self.watched: dict[str, Watched] = {}
        # Numbers are this run's: after a restart nobody resumes.
        self.run = secrets.token_hex(4).encode()
        self.number = 0
        self.to_tell: deque[tuple[list[Reader], bytes]] = deque()
        self.telling: asyncio.Task[None] | None = None
        self.beating: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.beating = asyncio.get_running_loop().create_task(self._beat())

    def watch(self, address: str, event: bytes, beginning: bytes) -> None:
        """Take in an address with the name of its events."""
        self.watched[address] = Watched(event, beginning, since=self.number, left_at=now())

    def join(self, reader: Reader, addresses: Iterable[str], last_event: str) -> None:
        """Let a reader listen to watched addresses, from the event after the last one it had if that is known."""
        reader.listens_to = tuple(self.watched[address] for address in addresses)
        for watched in reader.listens_to:
            watched.readers[reader] = None
        self.all[reader] = None
        events = sorted(
            (event for watched in reader.listens_to for event in watched.events), key=lambda event: event.number
        )
        number = self._number_of(last_event)
        if number is not None and all(watched.since <= number for watched in reader.listens_to):
            reader.tell(b"".join([retry(), *(event.data for event in events if event.number > number)]))
            return
        earliest = now() - SECONDS_ON_ITS_WAY
        missed = [] if last_event else [event.data for event in events if event.at > earliest]
        parts = b",".join(b'"%b":%b' % (watched.event, watched.beginning) for watched in reader.listens_to)
        # Last, so that its number is the one the browser comes back with.
        begins = self._line(b"reset" if last_event else b"start", b"{%b}" % parts)
        reader.tell(b"".join([retry(), *missed, begins]))

    def leave(self, reader: Reader) -> None:
        self.all.pop(reader, None)
        for watched in reader.listens_to:
            watched.readers.pop(reader, None)
            watched.left_at = now()

    def gone(self, address: str) -> None:
        """End the streams of all who listen to an address, and say why."""
        watched = self.watched.pop(address, None)
        if watched is not None:
            for reader in list(watched.readers):
                reader.end(self._line(b"gone", b"{}"))

    def tell(self, address: str, news: News) -> None:
        """Tell all who listen to an address."""
        watched = self.watched.get(address)
        if watched is None:
            return
        watched.beginning = news.beginning
        self.number += 1
        event = Event(self.number, now(), self._line(watched.event, news.told))
        watched.remember(event)
        self.to_tell.append((list(watched.readers), event.data))
        if self.telling is None:
            self.telling = asyncio.get_running_loop().create_task(self._tell_in_turn())

    async def end(self) -> None:
        """End every stream; the readers' browsers come back after the pause they were given."""
        if self.beating is not None:
            self.beating.cancel()
        for some in slices(list(self.all)):
            for reader in some:
                reader.end()
            await asyncio.sleep(0)

    def _number_of(self, last_event: str) -> int | None:
        run, _, number = last_event.partition("-")
        if run.encode() != self.run or not NUMBER.fullmatch(number):
            return None
        return int(number) if int(number) <= self.number else None

    def _line(self, event: bytes, data: bytes) -> bytes:
        return b"id: %b-%d\nevent: %b\ndata: %b\n\n" % (self.run, self.number, event, data)

    async def _tell_in_turn(self) -> None:
        while self.to_tell:
            readers, data = self.to_tell.popleft()
            for some in slices(readers):
                for reader in some:
                    reader.tell(data)
                await asyncio.sleep(0)
        self.telling = None

    async def _beat(self) -> None:
        """Say now and then that the stream stands, to a few readers at a time; and forget what nobody listens to."""
        while True:
            some = list(slices(list(self.all)))
            for few in some:
                for reader in few:
                    reader.tell(BEAT)
                await asyncio.sleep(BEAT_SECONDS / len(some))
            if not some:
                await asyncio.sleep(BEAT_SECONDS)
            for address, watched in list(self.watched.items()):
                if not watched.readers and now() - watched.left_at > IDLE_SECONDS:
                    self._forget(address)

    def forget_one(self) -> bool:
        """Make room: forget the address nobody has listened to for longest. False where all have readers."""
        idle = [(watched.left_at, address) for address, watched in self.watched.items() if not watched.readers]
        if idle:
            self._forget(min(idle)[1])
        return bool(idle)

    def _forget(self, address: str) -> None:
        del self.watched[address]
        self.forget(address)


def begun(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Begin work at once, and have a task go on with it where it has to wait; None where it has not.

    Nearly every socket takes what it is given: ten thousand tasks to find that out would cost more than telling them.
    Python 3.12 has the like as `eager_start`.
    """
    try:
        waits_for = work.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(rest(work, waits_for))


async def rest(work: Coroutine[Any, Any, None], waits_for: Any) -> None:
    await _rest(work, waits_for)


@types.coroutine
def _rest(work: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    while True:
        answer = yield waits_for
        try:
            waits_for = work.send(answer)
        except StopIteration:
            return


def slices(readers: list[Reader]) -> Iterable[list[Reader]]:
    left = iter(readers)
    while some := list(islice(left, SLICE)):
        yield some


def retry() -> bytes:
    """Return the pause after which a browser comes back: another for each, so that they do not all come at once."""
    return b"retry: %d\n\n" % randrange(2000, 8000)  # noqa: S311 - no secret


def now() -> float:
    return asyncio.get_running_loop().time()
