"""Serve the publication and do its jobs, in one process. On an empty data folder it says where to set it up."""

import gc
import socket
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

from commonpress.lib import env
from commonpress.server import run as server
from commonpress.server.limits import Limits
from commonpress.verbs.compression import Compression
from commonpress.verbs.data_folder import is_demo, open_data_folder
from commonpress.verbs.loading import load_django
from commonpress.verbs.problems import Problem
from commonpress.verbs.readiness import bring_up_to_date, is_database_gone


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=port, default=8000, help="the port to listen on (8000)")
    parser.add_argument("--no-worker", action="store_true", help="leave the jobs to `commonpress worker`")


def run(options: Namespace) -> int:
    if is_demo() and not is_loopback(options.host):
        raise Problem(
            "COMMONPRESS_DEMO lets the demo's accounts in by password alone, so it is served to this machine only. "
            "Leave it unset, or listen on 127.0.0.1."
        )
    folder = open_data_folder(options.data)
    listening = listen(options.host, options.port)
    tell_where_we_are(listening)
    if options.no_worker:
        env.insist("COMMONPRESS_RUN_JOBS", "no")
    load_django()
    set_up = prepare(folder)

    def greet() -> None:
        say(f"Commonpress is at {address_of(listening)}")
        if set_up:
            say(f"Set up your publication at {set_up} (this address works once)")

    serve(folder, listening, greet)
    return 0


def prepare(folder: Path) -> str | None:
    """Bring the folder up to date and return the address to set the publication up at, if that is to be done.

    With the database away, what can start starts: kept pages are shown, and whoever asks is told.
    """
    from django.db import InterfaceError, OperationalError

    from commonpress.newsroom.actions.set_up import set_up_address

    try:
        bring_up_to_date(folder)
        return set_up_address()
    except (InterfaceError, OperationalError) as error:
        if not (is_database_gone(folder) or is_database_away()):
            # A migration that failed has left tables this code does not know.
            raise
        say(f"The database is away ({error}). Kept pages are shown until it is back.")
        return None


def is_database_away() -> bool:
    """Ask on a new connection."""
    from django.db import Error, connection

    try:
        connection.close()
        connection.introspection.table_names()
    except Error:
        return True
    return False


def port(text: str) -> int:
    """Return the port an argument names; 0 lets the system choose one."""
    if not (text.isascii() and text.isdecimal() and int(text) < 1 << 16):
        raise ArgumentTypeError(f"{text} is no port; write a number from 0 to 65535.")
    return int(text)


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, port: int) -> socket.socket:
    try:
        return server.bound_socket(host, port)
    except OSError as error:
        raise Problem(f"Nothing can listen on {host} port {port}: {error.strerror}. Try --port.") from error


def address_of(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    # Passkeys work on "localhost" and on no bare address.
    name = "localhost" if host in {"127.0.0.1", "::1", "0.0.0.0", "::"} else host  # noqa: S104 - only compared
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def tell_where_we_are(listening: socket.socket) -> None:
    env.suggest("COMMONPRESS_URL", address_of(listening).rstrip("/"))


def serve(folder: Path, listening: socket.socket, when_ready: Callable[[], None]) -> None:
    from django.conf import settings

    from commonpress.asgi import application
    from commonpress.database.sqlite.base import DatabaseWrapper

    DatabaseWrapper.may_create = False
    limits = Limits(
        body_bytes=settings.MAX_BODY_BYTES,
        connections=settings.MAX_CONNECTIONS,
        connections_per_address=settings.MAX_CONNECTIONS_PER_ADDRESS,
        trusted_proxies=settings.TRUSTED_PROXIES,
    )
    with Compression(settings.STATIC_ROOT), left_alone():
        server.serve(
            application,
            listening,
            limits=limits,
            kept=application.kept,
            when_ready=when_ready,
            when_stopping=application.streams.end,
        )


@contextmanager
def left_alone() -> Iterator[None]:
    """Have Python's garbage collector leave alone what is loaded, and at the end everything.

    All of it stays as long as the process. Looking through half a million objects takes most of a second in which nobody
    is served, and again at the end of a process that is waited for.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.freeze()


def say(line: str) -> None:
    print(line, flush=True)
