"""What readers send all at once, answered before Django is asked: from our own script, for a guest we know.

Votes and comments come in bursts, and each is a few rows: Django's request, what it passes and a thread cost several
times as much. Taken in a box is only what is plain and will be granted, on the paper's one process with SQLite, by the
same rules and actions as in the views. For everything else, and for every refusal, Django is asked as if nobody had
looked: nothing was changed.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.http.cookie import parse_cookie

from commonpress.accounts.http import cookie_name, guest_identity
from commonpress.discussion import rates
from commonpress.lib.limits import prefix_of, sender_by
from commonpress.lib.refusals import Refused

FORM = b"application/x-www-form-urlencoded"
# What a sender is told by, each at most once.
TOLD = frozenset(
    (b"content-type", b"content-length", b"cookie", b"sec-fetch-site", b"x-fragment", b"x-forwarded-for")
)  # fmt: skip

Receive = Callable[[], Any]


class NotPlain(Exception):
    """Django has to look at this one."""


class Turns:
    """Lets one at a time go on of those that came, or were committed, all at once.

    Between them the loop does what else there is: else a kept page waits for all of them.
    """

    def __init__(self) -> None:
        self.waiting: deque[asyncio.Future[None]] = deque()

    async def mine(self) -> None:
        loop = asyncio.get_running_loop()
        self.waiting.append(loop.create_future())
        if len(self.waiting) == 1:
            loop.call_soon(self._next, loop)
        await self.waiting[-1]

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        turn = self.waiting.popleft()
        # Who waited may have gone away.
        if not turn.done():
            turn.set_result(None)
        if self.waiting:
            loop.call_soon(self._next, loop)


class Box:
    """One kind of them. `headers` are what every answer under its address carries; whoever calls has looked at the host."""

    address: re.Pattern[str]
    longest: int
    status = 200

    def __init__(self, *, headers: Mapping[str, str]) -> None:
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self.headers += [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store, private")]
        # A connection like any other, but for what ours of SQLite can do beyond Django's; nothing is asked by it here.
        self.database: Any = connections[DEFAULT_DB_ALIAS]
        self.is_used = is_here(self.database)
        self.turns = Turns()

    def sent(self, body: bytes) -> Any:
        """Return what a body says, None where it is not as our script writes it."""
        raise NotImplementedError

    def buckets(self, identity: str, place: str) -> rates.Buckets:
        """Return what is taken from the allowance of a guest's identity, and of the address with a prefix."""
        raise NotImplementedError

    async def done(self, asked: re.Match[str], sent: Any, identity: str) -> str:
        """Do it for the guest of an identity and return the HTML of the answer.

        Raises NotPlain and Refused, with nothing changed.
        """
        raise NotImplementedError

    async def answer(self, scope: dict[str, Any], receive: Receive, send: Any) -> Receive | None:
        """Answer what is plain. For any other request, return how Django receives it."""
        asked = self.address.fullmatch(scope["path"]) if self.is_used else None
        told = plain(scope, self.longest) if asked else None
        if asked is None or told is None:
            return receive
        body, receive = await read(receive)
        # Half a comment of who went away in the middle is none.
        sent = self.sent(body) if len(body) == int(told[b"content-length"]) else None
        if sent is None:
            return receive
        await self.turns.mine()
        try:
            identity, place = sender_of(told, scope["client"][0] if scope["client"] else "")
            buckets = self.buckets(identity, place)
            rates.take(buckets)
        except (NotPlain, Refused):
            return receive
        try:
            html = await self.done(asked, sent, identity)
        except (NotPlain, Refused, Error):
            rates.put_back(buckets)
            return receive
        answer = html.encode()
        await self.turns.mine()
        headers = [*self.headers, (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})
        return None


def is_here(database: Any) -> bool:
    """Tell whether all that is needed is in this process: elsewhere, asking for it would hold up everybody."""
    return database.vendor == "sqlite" and not database.is_in_memory_db() and isinstance(caches["default"], LocMemCache)


def plain(scope: dict[str, Any], longest: int) -> dict[bytes, bytes] | None:
    """Return the headers a sender is told by, None where they are not those of our own script for a guest."""
    told: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in TOLD:
            if name in told:
                return None
            told[name] = value
    cookie = told.get(b"cookie", b"")
    is_plain = (
        scope["method"] == "POST"
        and not scope.get("query_string")
        and told.get(b"x-fragment") == b"1"
        and told.get(b"sec-fetch-site") == b"same-origin"
        and told.get(b"content-type", b"").partition(b";")[0] == FORM
        and told.get(b"content-length", b"").isdigit()
        and int(told[b"content-length"]) <= longest
        and cookie_name().encode() in cookie
        # Who has a session is a person.
        and settings.SESSION_COOKIE_NAME.encode() not in cookie
    )
    return told if is_plain else None


async def read(receive: Receive) -> tuple[bytes, Receive]:
    """Return a short body, and a way to receive all of it again."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    body = b"".join(message.get("body", b"") for message in messages)

    async def again() -> Any:
        return messages.pop(0) if messages else await receive()

    return body, again


def sender_of(told: Mapping[bytes, bytes], peer: str) -> tuple[str, str]:
    """Return the identity of the guest who sends and the prefix of their address. Raises NotPlain where we know none."""
    identity = guest_identity(parse_cookie(told[b"cookie"].decode("latin-1")))
    if identity is None:
        raise NotPlain
    return identity, prefix_of(sender_by(peer, told.get(b"x-forwarded-for", b"").decode("latin-1")))
