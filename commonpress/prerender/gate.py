"""Kept pages for what the socket did not answer: other ASGI servers, closing connections, a page being made."""

from asyncio import to_thread, wait_for, wrap_future
from contextlib import suppress
from typing import Any

from commonpress.prerender.keeper import Keeper
from commonpress.server.kept import Kept, choose, host_of, told_by

# How long readers wait for a page that is being made, all of them for the same one; then Django makes theirs.
SECONDS_WAITED = 1.0
# After an upgrade all pages are stale at once: readers of many different ones wait for their turn, instead of having
# Django make them all together.
SECONDS_WAITED_IN_TURN = 5.0
NAMES = {b"if-none-match", b"accept-encoding"}


class Gate:
    def __init__(self, kept: Kept, keeper: Keeper) -> None:
        self.kept = kept
        self.keeper = keeper

    async def answer(self, scope: dict[str, Any], send: Any) -> bool:
        """Send the kept page a request is for; False when there is none, and nothing was sent."""
        path = scope.get("raw_path", b"")
        query = scope["query_string"]
        if scope["method"] not in {"GET", "HEAD"}:
            return False
        is_kept = self.kept.pages.is_kept(path)
        if not is_kept and not self.keeper.is_making(path) and not self.keeper.has_file(path):
            return False
        if (query and self.kept.asks_for_more(b"?" + query)) or not self.kept.is_host(host_of(scope)):
            return False
        if not is_kept and self.keeper.files is not None:
            await to_thread(self.keeper.files.read, path)
        page = self.kept.pages.shown_at(path)
        if page is None:
            seconds = SECONDS_WAITED_IN_TURN if self.keeper.has_file(path) else SECONDS_WAITED
            with suppress(TimeoutError):
                await wait_for(wrap_future(self.keeper.wait_for(path)), seconds)
            page = self.kept.pages.shown_at(path)
        if page is None:
            return False
        told = told_by({name: value.lower() for name, value in scope["headers"] if name in NAMES})
        status, head, body = choose(page, told)
        headers = [tuple(line.split(b": ", 1)) for line in head.split(b"\r\n") if line]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        return True
