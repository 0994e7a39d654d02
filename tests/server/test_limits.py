"""The real socket with a small application behind it, in a thread of its own; no Django."""

import asyncio
import socket
import threading
import time

import pytest

from commonpress.server.limits import Limits
from commonpress.server.protocol import MindedProtocol
from commonpress.server.run import Server, bound_socket


async def application(scope, receive, send):
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if scope["path"] == "/large":
        body = b"x" * 8_000_000
    if scope["path"] == "/slow":
        await asyncio.sleep(1)
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def start():
    """Start a server with these limits and return its port; they all stop at the end."""
    started = []

    def start(**limits):
        import uvicorn

        listening = bound_socket("127.0.0.1", 0)
        protocol = type("Protocol", (MindedProtocol,), {"limits": Limits(**limits)})
        config = uvicorn.Config(
            application, http=protocol, ws="none", loop="asyncio", lifespan="off", log_config=None, access_log=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        up = threading.Event()
        server = Server(config, up.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        assert up.wait(10)
        started.append((server, thread))
        return listening.getsockname()[1]

    yield start
    for server, thread in started:
        server.should_exit = True
        thread.join()


GET_AND_CLOSE = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def connect(port):
    # Half of what the shortest limit is where a test sets none: a limit that is not kept is a timeout here.
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def everything_from(connection):
    answer = b""
    try:
        while part := connection.recv(65536):
            answer += part
    except ConnectionResetError:
        pass
    return answer


def ask(port, request):
    with connect(port) as connection:
        connection.sendall(request)
        return everything_from(connection)


def status_of(answer):
    return int(answer.split(b" ", 2)[1])


def test_an_ordinary_request_is_answered(start):
    answer = ask(start(), b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")

    assert (status_of(answer), answer.endswith(b"hello")) == (200, True)


def test_one_connection_carries_several_requests(start):
    get = b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"

    answer = ask(start(), get + b"\r\n" + get + b"Connection: close\r\n\r\n")

    assert answer.count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize("head", [b"GET / HTTP/1.1\r\nHost: x\r\n", b"", b"\r\n\r\n", b"GET / HT"])
def test_a_head_that_does_not_end_is_closed(start, head):
    port = start(header_seconds=0.3)
    began = time.monotonic()

    ask(port, head)

    assert time.monotonic() - began > 0.2


def test_a_second_head_that_does_not_end_is_closed_too(start):
    port = start(header_seconds=0.3)

    with connect(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET / HTTP/1.1\r\n")
        answer = everything_from(connection)

    assert status_of(answer) == 408


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 5000 + b"\r\n\r\n",
        b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 5000,
    ],
)
def test_a_head_too_large_is_refused(start, head):
    assert status_of(ask(start(header_bytes=4096), head)) == 431


def test_a_body_announced_too_large_is_refused_before_it_comes(start):
    port = start(body_bytes=1000)

    assert status_of(ask(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n")) == 413


def test_a_body_that_grows_too_large_is_cut_off(start):
    chunk = b"1F4\r\n" + b"a" * 500 + b"\r\n"

    answer = ask(
        start(body_bytes=1000), b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 3
    )

    assert b" 200 " not in answer[:20]


def test_a_body_that_stops_coming_is_cut_off(start):
    answer = ask(start(stretch_seconds=0.3), b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhello")

    assert b" 200 " not in answer[:20]


def test_a_slow_application_is_not_taken_for_a_slow_sender(start):
    answer = ask(
        start(stretch_seconds=0.2),
        b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    )

    assert status_of(answer) == 200


def test_a_reader_who_takes_nothing_is_let_go(start):
    port = start(stalled_seconds=0.3)

    with connect(port) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(1.5)
        answer = everything_from(connection)

    assert len(answer) < 8_000_000


def test_one_address_may_not_take_all_connections(start):
    port = start(connections_per_address=2)

    with connect(port), connect(port):
        refused = ask(port, b"")
    assert status_of(refused) == 429

    # The server hears a moment later that the two are gone.
    for _ in range(100):
        if status_of(answer := ask(port, GET_AND_CLOSE)) == 200:
            break
        time.sleep(0.05)
    assert status_of(answer) == 200


def test_a_trusted_proxy_may(start):
    port = start(connections_per_address=1, trusted_proxies=["127.0.0.0/8"])

    with connect(port), connect(port):
        answer = ask(port, GET_AND_CLOSE)

    assert status_of(answer) == 200


def test_all_together_are_counted_too(start):
    port = start(connections=1, trusted_proxies=["127.0.0.0/8"])

    with connect(port):
        time.sleep(0.1)
        assert status_of(ask(port, b"")) == 429


def test_a_household_with_many_addresses_is_one_sender():
    limits = Limits(connections_per_address=2)
    household = [f"2001:db8:1:2::{number}" for number in (1, 2, 3)]

    assert [limits.admit(address) for address in household] == [True, True, False]
    assert limits.admit("2001:db8:1:3::1")

    limits.let_go(household[0])
    assert limits.admit(household[2])
    assert [limits.admit(f"198.51.100.{number}") for number in (1, 2, 3)] == [True, True, True]
