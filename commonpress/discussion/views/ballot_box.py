"""Votes answered before Django is asked: those a reader's script sends for a guest we know.

Votes come in bursts, and a vote is a few rows: Django's request and what it passes cost ten times as much. Taken here
is only what is plain and will be granted, on the paper's one process with SQLite, by the same rules and actions as in
votes.py. For everything else, and for every refusal, Django is asked as if nobody had looked: nothing was changed.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction
from django.http.cookie import parse_cookie

from commonpress.accounts.http import cookie_name, guest_by, guest_identity
from commonpress.discussion import rates
from commonpress.discussion.actions.votes import vote_in_transaction
from commonpress.discussion.ballots import ballot_of
from commonpress.discussion.drawing import voted_html
from commonpress.discussion.views.votes import VALUES
from commonpress.lib.limits import prefix_of, sender_by
from commonpress.lib.refusals import Refused

ADDRESS = re.compile(r"/-/vote/([A-Za-z0-9]{11})")
BODIES = {b"value=" + value.encode(): vote for value, vote in VALUES.items()}
LONGEST = max(map(len, BODIES))
FORM = b"application/x-www-form-urlencoded"
# What a vote is told by, each at most once.
TOLD = frozenset(
    (b"content-type", b"content-length", b"cookie", b"sec-fetch-site", b"x-fragment", b"x-forwarded-for")
)  # fmt: skip

Receive = Callable[[], Any]


class NotPlain(Exception):
    """Django has to look at this one."""


class BallotBox:
    """`headers` are what every answer under the address of votes carries. Whoever calls has looked at the host."""

    def __init__(self, *, headers: Mapping[str, str]) -> None:
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self.headers += [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store, private")]
        # Votes come and are committed all at once. One at a time is looked at and answered, with what else the loop
        # has to do between them: else a kept page waits for all of them.
        self.turn = asyncio.Lock()

    async def answer(self, scope: dict[str, Any], receive: Receive, send: Any) -> Receive | None:
        """Answer a plain vote. For any other request, return how Django receives it."""
        asked = ADDRESS.fullmatch(scope["path"])
        told = asked and plain(scope)
        if not asked or not told or not is_here():
            return receive
        body, receive = await read(receive)
        value = BODIES.get(body)
        if value is None:
            return receive
        peer = scope["client"][0] if scope["client"] else ""
        try:
            async with self.turn:
                identity = sender_of_vote(told, peer)
                await asyncio.sleep(0)
            database: Any = connections[DEFAULT_DB_ALIAS]
            html = await database.do_in_a_group_for_loop(lambda: vote(asked[1], identity, value))
        except (NotPlain, Refused, Error):
            return receive
        answer = html.encode()
        headers = [*self.headers, (b"content-length", b"%d" % len(answer))]
        # Not held while sending: who does not read what is sent would keep everybody from voting.
        async with self.turn:
            await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})
        return None


def is_here() -> bool:
    """Tell whether all a vote needs is in this process: elsewhere, asking for it would hold up everybody."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    return database.vendor == "sqlite" and not database.is_in_memory_db() and isinstance(caches["default"], LocMemCache)


def plain(scope: dict[str, Any]) -> dict[bytes, bytes] | None:
    """Return the headers a vote is told by, None where they are not those of our own script for a guest."""
    told: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in TOLD:
            if name in told:
                return None
            told[name] = value
    cookie = told.get(b"cookie", b"")
    is_plain = (
        scope["method"] == "POST"
        and told.get(b"x-fragment") == b"1"
        and told.get(b"sec-fetch-site") == b"same-origin"
        and told.get(b"content-type", b"").partition(b";")[0] == FORM
        and told.get(b"content-length", b"").isdigit()
        and int(told[b"content-length"]) <= LONGEST
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


def sender_of_vote(told: Mapping[bytes, bytes], peer: str) -> str:
    """Return the identity of the guest who votes, having taken the vote from their allowance: nobody writes meanwhile.

    Raises NotPlain and TooOften.
    """
    identity = guest_identity(parse_cookie(told[b"cookie"].decode("latin-1")))
    if identity is None:
        raise NotPlain
    place = prefix_of(sender_by(peer, told.get(b"x-forwarded-for", b"").decode("latin-1")))
    rates.take_vote_by(identity, place)
    return identity


@transaction.atomic
def vote(public_id: str, identity: str, value: int) -> str:
    """Vote and return the buttons as the voter sees them now. Raises NotPlain and Refused."""
    guest = guest_by(identity)
    ballot = ballot_of(public_id)
    if guest is None or ballot is None:
        raise NotPlain
    comment = vote_in_transaction(ballot, voter=guest, value=value)
    return voted_html(comment, my_vote=value, language=ballot.language or settings.LANGUAGE_CODE)
