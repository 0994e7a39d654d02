"""Puts server, kept pages, jobs and Django together. Any ASGI server runs this; `commonpress serve` runs it best.

Django is called through its WSGI handler, in threads that keep their database connections: for
views like ours that costs a sixth of the CPU of its ASGI handler.
"""

import json
import logging
import math
from asyncio import to_thread
from typing import Any
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http.request import split_domain_port, validate_host

from commonpress.database.sqlite.group import close_groups
from commonpress.lib import env
from commonpress.server.kept import Kept, host_of
from commonpress.server.limits import Limits

env.suggest("DJANGO_SETTINGS_MODULE", "commonpress.settings")

logger = logging.getLogger("commonpress")

THREADS = 32
STOP_SECONDS = 8
ALIVE = b"alive\n"
LONGEST_HOST = 100
NOT_HERE = b"This server does not publish anything under that name.\n"


class Application:
    def __init__(self) -> None:
        wsgi: Any = get_wsgi_application()
        self.django: Any = WSGIMiddleware(wsgi, workers=THREADS)
        # The jobs' tables are known only once Django is loaded, which the line above has done.
        from commonpress.discussion.views.ballot_box import BallotBox  # noqa: PLC0415 - not before
        from commonpress.discussion.views.comment_box import CommentBox  # noqa: PLC0415 - not before
        from commonpress.jobs.worker import Worker  # noqa: PLC0415 - not before
        from commonpress.live.stream import Streams  # noqa: PLC0415 - not before
        from commonpress.newsroom.redirects import ASK_FOR_MORE  # noqa: PLC0415 - not before
        from commonpress.prerender.gate import Gate  # noqa: PLC0415 - not before
        from commonpress.prerender.shelf import Shelf  # noqa: PLC0415 - not before
        from commonpress.theme.headers import headers_for  # noqa: PLC0415 - not before

        self.worker = Worker() if settings.RUNS_JOBS else None
        self.shelf = Shelf(lost=self.lost)
        self.keeper = self.shelf.keeper
        self.kept = Kept(
            self.shelf.store,
            hosts=frozenset(host.lower().encode() for host in settings.ALLOWED_HOSTS if host),
            words=frozenset(name.encode() for name in ASK_FOR_MORE),
        )
        self.gate = Gate(self.kept, self.keeper)
        self.boxes = [BallotBox(headers=headers_for("/-/vote/")), CommentBox(headers=headers_for("/-/compose/"))]
        self.streams = Streams(
            figures_at,
            limits=Limits(
                connections=settings.LIVE_STREAMS,
                connections_per_address=settings.LIVE_STREAMS_PER_ADDRESS,
                trusted_proxies=settings.TRUSTED_PROXIES,
            ),
            headers=headers_for("/-/live/"),
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.live(receive, send)
        elif scope["type"] == "http" and scope["path"] == "/-/health/live":
            # Answered here, so that it says nothing about the database or a busy Django.
            await answer(send, ALIVE)
        elif scope["type"] == "http" and not is_for_us(scope):
            # Scanners ask for any host; an operator whose web server in front passes the wrong one finds this line.
            logger.warning(
                "Somebody asked for the host %r; ours are in COMMONPRESS_HOSTS.", host_of(scope)[:LONGEST_HOST]
            )
            await answer(send, NOT_HERE, status=421)
        elif scope["type"] == "http" and not (
            await self.gate.answer(scope, send) or await self.streams.answer(scope, receive, send)
        ):
            for box in self.boxes:
                receive = await box.answer(scope, receive, send)
                if receive is None:
                    return
            await self.django(safe(scope), whole(receive), send)

    def lost(self) -> None:
        """Have readers told all anew: changes may have been missed."""
        self.streams.ticker.look_at_all()

    async def live(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if self.worker is not None:
                    self.worker.start()
                if settings.KEPT_BYTES:
                    await to_thread(self.shelf.start)
                    if settings.LIVE_STREAMS:
                        self.streams.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if settings.KEPT_BYTES:
                    if settings.LIVE_STREAMS:
                        self.streams.end()
                        await to_thread(self.streams.stop, seconds=1)
                    await to_thread(self.shelf.stop)
                if self.worker is not None and not await to_thread(self.worker.stop, seconds=STOP_SECONDS):
                    logger.warning("A job did not end in time; it will be done again when its lease has run out.")
                await to_thread(close_groups, seconds=1)
                await send({"type": "lifespan.shutdown.complete"})
                return


def figures_at(address: str) -> Any:
    """Return the figures at an address as they would be kept now, None where there are none."""
    from commonpress.live.stream import METER  # noqa: PLC0415 - Django is loaded only now
    from commonpress.live.ticker import Made  # noqa: PLC0415 - the same
    from commonpress.prerender.publisher import make  # noqa: PLC0415 - the same

    page = make(address.encode())
    if page is not None:
        return Made(json.loads(page.answers[b""].body), page.keys, page.until)
    # A paper without a drive may get one.
    return Made({}, frozenset({"drive:*"}), math.inf) if address == METER else None


def is_for_us(scope: dict[str, Any]) -> bool:
    """Say whether a request names one host, once, and one of ours.

    By Django's own rule, but before anything is asked of it. What a header of a proxy says does not count.
    """
    domain, _port = split_domain_port(host_of(scope).decode("latin-1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


async def answer(send: Any, body: bytes, *, status: int = 200) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def safe(scope: dict[str, Any]) -> dict[str, Any]:
    """Return the request without what WSGI would misread.

    X_Forwarded_For and X-Forwarded-For become the same WSGI variable, so names with an underscore
    are dropped; a query with bytes that are no ASCII is written as the browser should have.
    """
    scope["headers"] = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    if not scope["query_string"].isascii():
        scope["query_string"] = quote(scope["query_string"], safe="%&=+!$'()*,;:@/?~[]").encode()
    return scope


class CutOff(OSError):
    """The sender went away in the middle of a request."""


def whole(receive: Any) -> Any:
    """Receive a request's body, and never take a part of it for all of it.

    The bridge to WSGI reads a broken connection as the end of the body, and half a comment would
    be posted; Django knows what an OSError while reading means.
    """

    async def receive_or_raise() -> Any:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CutOff("The sender went away in the middle of a request.")
        return message

    return receive_or_raise


application = Application()
