"""The event stream of a story: plain ASGI, the same for everybody, no cookie read and no database asked on the loop.

Between processes there is nothing of its own: changes reach every process (changes/watch.py), and each tells the
readers it holds.
"""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from commonpress.live.readers import Reader, Readers
from commonpress.live.ticker import Made, News, Ticker
from commonpress.server.limits import Limits

ADDRESS = re.compile(r"/-/live/([1-9][0-9]{0,17})")
METER = "/meter.json"

# Said to who may not listen now; the script asks the poll address meanwhile.
SECONDS_UNTIL_ANOTHER_TRY = 120
SECONDS_TO_OPEN = 10
# How many threads are opened at a time, and how many watched: more are a search, and no readers.
OPENING = 100
WATCHED = 2000
# A thread that is not there is not looked for again so soon.
SECONDS_UNKNOWN = 10
UNKNOWN = 1000


class NotNow(Exception):
    """There may be such a thread, but it cannot be said at the moment."""


class Streams:
    """`make` returns the figures at an address, in a thread of ours. Whoever calls has looked at the host."""

    def __init__(
        self,
        make: Callable[[str], Made | None],
        *,
        limits: Limits,
        headers: Mapping[str, str],
    ) -> None:
        self.ticker = Ticker(make, self)
        self.readers = Readers(forget=self.ticker.close)
        self.limits = limits
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self.opening: dict[str, asyncio.Future[bool]] = {}
        self.unknown: dict[str, float] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.ending: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.readers.start()
        self.ticker.start()

    def end(self) -> None:
        """End all streams and take no more, because the server is about to stop. On the loop; may be called twice."""
        if self.loop is not None and self.ending is None:
            self.ending = self.loop.create_task(self.readers.end())

    def stop(self, *, seconds: float) -> None:
        self.ticker.stop(seconds=seconds)

    async def answer(self, scope: dict[str, Any], receive: Any, send: Any) -> bool:
        """Answer a request for a stream until it ends; False for any other request, of which nothing was touched."""
        found = ADDRESS.fullmatch(scope["path"])
        if found is None:
            return False
        status = self.refusal(scope)
        if status:
            await self.refuse(send, status)
            return True
        sender = scope["client"][0] if scope["client"] else ""
        if not self.limits.admit(sender):
            await self.refuse(send, 503 if self.limits.open.total() >= self.limits.connections else 429)
            return True
        try:
            await self.listen(f"/-/live/{found[1]}.json", scope, receive, send)
        finally:
            self.limits.let_go(sender)
        return True

    def refusal(self, scope: dict[str, Any]) -> int:
        """Return the status that says why there is no stream for a request, 0 if there may be one."""
        if scope["method"] != "GET":
            return 405
        if header(scope, b"sec-fetch-site") == b"cross-site":
            # Other papers' readers would use up what ours may have.
            return 403
        if self.loop is None or self.ending is not None:
            return 503
        return 0

    async def refuse(self, send: Any, status: int) -> None:
        headers = [*self.headers, (b"cache-control", b"no-store"), (b"content-length", b"0")]
        if status in {429, 503}:
            headers.append((b"retry-after", b"%d" % SECONDS_UNTIL_ANOTHER_TRY))
        if status == 405:
            headers.append((b"allow", b"GET"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def listen(self, thread: str, scope: dict[str, Any], receive: Any, send: Any) -> None:
        try:
            found = await self.is_open(METER) and await self.is_open(thread)
        except (NotNow, TimeoutError):
            await self.refuse(send, 503)
            return
        if not found:
            await self.refuse(send, 404)
            return
        if not self.can_join(thread):
            await self.refuse(send, 503)
            return
        last_event = header(scope, b"last-event-id").decode("latin-1")
        # A stream stands for hours, and needs none of what its request said.
        scope["headers"].clear()
        headers = [
            *self.headers,
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if not self.can_join(thread):
            await send({"type": "http.response.body", "body": b""})
            return
        reader = Reader(send)
        self.readers.join(reader, [thread, METER], last_event)
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self.readers.leave(reader)

    def can_join(self, thread: str) -> bool:
        """Say so anew after each pause: the server may be stopping by now, and nobody's addresses are forgotten."""
        return self.ending is None and thread in self.readers.watched and METER in self.readers.watched

    async def is_open(self, address: str) -> bool:
        """Have an address watched, and say whether there is one. Raises NotNow and TimeoutError."""
        if address in self.readers.watched:
            return True
        if self.unknown.get(address, 0) > time.monotonic():
            return False
        if address not in self.opening:
            if len(self.opening) >= OPENING:
                raise NotNow
            if len(self.readers.watched) >= WATCHED and not self.readers.forget_one():
                raise NotNow
            self.opening[address] = asyncio.get_running_loop().create_future()
            self.ticker.open(address)
        return await asyncio.wait_for(asyncio.shield(self.opening[address]), SECONDS_TO_OPEN)

    # What the ticker says, in its own thread.

    def opened(self, address: str, beginning: bytes) -> None:
        self._on_loop(self._opened, address, beginning)

    def tell(self, address: str, news: News) -> None:
        self._on_loop(self.readers.tell, address, news)

    def gone(self, address: str) -> None:
        self._on_loop(self._gone, address)

    def failed(self, address: str) -> None:
        self._on_loop(self._failed, address)

    def _on_loop(self, call: Callable[..., None], *arguments: Any) -> None:
        assert self.loop is not None
        # A loop that has ended has no readers.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(call, *arguments)

    def _opened(self, address: str, beginning: bytes) -> None:
        self.readers.watch(address, b"meter" if address == METER else b"thread", beginning)
        self._resolve(address, is_there=True)

    def _gone(self, address: str) -> None:
        if len(self.unknown) >= UNKNOWN:
            self.unknown.clear()
        self.unknown[address] = time.monotonic() + SECONDS_UNKNOWN
        self.readers.gone(address)
        self._resolve(address, is_there=False)

    def _resolve(self, address: str, *, is_there: bool) -> None:
        future = self.opening.pop(address, None)
        if future is not None:
            future.set_result(is_there)

    def _failed(self, address: str) -> None:
        future = self.opening.pop(address, None)
        if future is not None:
            future.set_exception(NotNow())
            # Whoever waited may have given up.
            future.exception()


def header(scope: dict[str, Any], name: bytes) -> bytes:
    """Return a header's value; nothing where there is none, or more than one."""
    values = [value for each, value in scope["headers"] if each == name]
    return values[0] if len(values) == 1 else b""
