"""uvicorn's HTTP protocol, minded: what is unfinished, too large or too slow is closed.

uvicorn keeps a connection whose headers never end open for ever; four hundred of them and nobody
else gets in. Everything here happens around its parser, which stays the only one; what kept.py answers
never reaches it.
"""

from asyncio import TimerHandle, Transport
from functools import lru_cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from commonpress.server.kept import Kept
from commonpress.server.limits import Limits

IDLE, HEAD, BODY = "idle", "head", "body"
TOO_LARGE = (413, "This is larger than we take.")
HEAD_TOO_LARGE = (431, "These headers are larger than we take.")
TOO_SLOW = (408, "This came too slowly. Please try again.")
TOO_MANY = (429, "There are too many connections from your address.")
# After a refusal the rest is read and forgotten for a while: closing at once would lose the answer.
LINGER_SECONDS = 2


@lru_cache(maxsize=2)
def line_of(header: tuple[bytes, bytes]) -> bytes:
    return b"%b: %b\r\n" % header


class MindedProtocol(HttpToolsProtocol):
    # Set on the subclass that server.run makes.
    limits: Limits
    kept: Kept | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = IDLE
        self.head_bytes = 0
        self.body_bytes = 0
        self.body_bytes_at_last_look = 0
        self.timer: TimerHandle | None = None
        self.stalled: TimerHandle | None = None
        self.admitted_as: str | None = None
        self.refused = False
        self.is_plain_http = True
        self.last_answer = 0.0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not self.limits.admit(address):
            self.refuse(*TOO_MANY)
            return
        self.admitted_as = address
        self.start_timer(self.limits.header_seconds, self.head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_timer()
        self.resume_writing()
        if self.admitted_as is not None:
            self.limits.let_go(self.admitted_as)
            self.admitted_as = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.refused or (self.kept is not None and self.answer_kept(self.kept, data)):
            return
        if self.part == IDLE and self.timer is None:
            # Even what the parser skips, such as empty lines before a request, starts the clock.
            self.start_timer(self.limits.header_seconds, self.head_is_late)
        if self.part != BODY:
            self.head_bytes += len(data)
        super().data_received(data)
        if self.part == HEAD and self.head_bytes > self.limits.header_bytes:
            self.refuse(*HEAD_TOO_LARGE)

    def answer_kept(self, kept: Kept, data: bytes) -> bool:
        """Answer a request for a kept page; only between messages, when all before it is answered and taken."""
        if (
            self.part != IDLE
            or self.head_bytes
            or not self.is_plain_http
            or (self.cycle is not None and not self.cycle.response_complete)
            or self.flow.write_paused
            or self.transport.is_closing()
        ):
            return False
        answer = kept.answer_to(data, line_of(self.server_state.default_headers[0]))
        if answer is None:
            return False
        self.transport.write(answer)
        self.server_state.total_requests += 1
        self.stop_timer()
        # One timer a connection and not one a request; it looks at this when it is due.
        self.last_answer = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        return True

    def timeout_keep_alive_handler(self) -> None:
        left = self.last_answer + self.timeout_keep_alive - self.loop.time()
        if left > 0.1:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    # What the parser says.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.part = HEAD

    def on_headers_complete(self) -> None:
        if self.refused:
            return
        self.stop_timer()
        self.part, self.body_bytes, self.body_bytes_at_last_look = BODY, 0, 0
        if sum(len(name) + len(value) for name, value in self.headers) + len(self.url) > self.limits.header_bytes:
            self.refuse(*HEAD_TOO_LARGE)
            return
        if self.announced_body() > self.limits.body_bytes:
            self.refuse(*TOO_LARGE)
            return
        self.start_timer(self.limits.stretch_seconds, self.look_at_body)
        if self.parser.should_upgrade():
            # What follows may be no HTTP.
            self.is_plain_http = False
        super().on_headers_complete()

    def announced_body(self) -> int:
        # The parser has refused a length that is no number, or two that differ.
        lengths = [int(value) for name, value in self.headers if name == b"content-length"]
        return max(lengths, default=0)

    def on_body(self, body: bytes) -> None:
        if self.refused:
            return
        self.body_bytes += len(body)
        if self.body_bytes > self.limits.body_bytes:
            self.refuse(*TOO_LARGE)
            return
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.refused:
            return
        self.stop_timer()
        self.part, self.head_bytes = IDLE, 0
        super().on_message_complete()

    # The clocks.

    def start_timer(self, seconds: float, callback: Any) -> None:
        self.stop_timer()
        self.timer = self.loop.call_later(seconds, callback)

    def stop_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def head_is_late(self) -> None:
        if self.part == HEAD:
            self.refuse(*TOO_SLOW)
        else:
            self.transport.close()

    def look_at_body(self) -> None:
        came = self.body_bytes - self.body_bytes_at_last_look
        # While the application is behind with reading, the sender is not to blame.
        if came < self.limits.body_bytes_per_stretch and not self.flow.read_paused:
            self.refuse(*TOO_SLOW)
            return
        self.body_bytes_at_last_look = self.body_bytes
        self.start_timer(self.limits.stretch_seconds, self.look_at_body)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.stalled = self.loop.call_later(self.limits.stalled_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        if self.stalled is not None:
            self.stalled.cancel()
            self.stalled = None
        super().resume_writing()

    def refuse(self, status: int, sentence: str) -> None:
        """Answer with a sentence and close, unless an answer is already on its way."""
        if self.refused or self.transport.is_closing():
            return
        self.refused = True
        self.stop_timer()
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            body = f"{sentence}\n".encode()
            head = STATUS_LINE[
                status
            ] + b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(
                body
            )
            self.transport.write(head + body)
            self.loop.call_later(LINGER_SECONDS, self.transport.close)
        else:
            self.transport.close()
