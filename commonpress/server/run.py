"""The socket: uvicorn, run from our code, with limits. Knows no Django."""

import ctypes
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

from commonpress.server.kept import Kept
from commonpress.server.limits import Limits
from commonpress.server.protocol import MindedProtocol

M_ARENA_MAX = -8  # as in glibc's malloc.h
SWITCH_SECONDS = 0.0005
GRACE_SECONDS = 8  # of the ten a stop may take; the rest is for jobs and closing


class Server(uvicorn.Server):
    def __init__(
        self,
        config: uvicorn.Config,
        when_ready: Callable[[], None] | None,
        when_stopping: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(config)
        self.when_ready = when_ready
        self.when_stopping = when_stopping

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop politely on the first signal, and leave the process standing, so that what runs beside the server ends too."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.when_ready is not None and not self.should_exit:
            self.when_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Answers that have no end of their own would be waited for in vain.
        if self.when_stopping is not None:
            self.when_stopping()
        await super().shutdown(sockets)


def bound_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises OSError when the port is taken or the host not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except OSError:
        listening.close()
        raise
    return listening


def serve(
    application: Any,
    listening: socket.socket,
    *,
    limits: Limits,
    kept: Kept | None = None,
    when_ready: Callable[[], None] | None = None,
    when_stopping: Callable[[], None] | None = None,
) -> None:
    """Serve kept pages, and else an ASGI application or the import string of one, until SIGTERM or SIGINT.

    `when_stopping` is called on the event loop, before the answers under way are waited for.
    """
    allow_many_files()
    share_arenas()
    # A kept page waits so long at most for what Django or the votes do; Python's own 5 ms come several times in a row.
    sys.setswitchinterval(SWITCH_SECONDS)
    protocol = type("Protocol", (MindedProtocol,), {"limits": limits, "kept": kept})
    config = uvicorn.Config(
        application,
        http=protocol,
        ws="none",
        loop="uvloop",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=bool(limits.trusted_proxies),
        forwarded_allow_ips=",".join(limits.trusted_proxies),
    )
    Server(config, when_ready, when_stopping).run(sockets=[listening])


def allow_many_files() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def share_arenas() -> None:
    """Have all threads take their memory from two places, where the C library would open up to eight for each core.

    What a thread frees stays with its place; with 32 threads that is a tenth of all we hold. Python's own lock lets
    one of them at a time ask anyway. Other C libraries than glibc have no such setting.
    """
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
