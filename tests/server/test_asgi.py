import asyncio

import pytest

from commonpress.asgi import Application, CutOff, safe, whole


def test_an_underscore_header_and_a_raw_query_reach_nobody():
    scope = safe({"headers": [(b"x_forwarded_for", b"1.1.1.1"), (b"host", b"x")], "query_string": "q=ü".encode()})

    assert scope == {"headers": [(b"host", b"x")], "query_string": b"q=%C3%BC"}


def ask(messages, *, path="/", method="POST", length=b"100"):
    """Send one request to the application and return what it sent back."""
    waiting, sent = list(messages), []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    headers = [
        (b"host", b"localhost"),
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-length", length),
        (b"sec-fetch-site", b"same-origin"),
    ]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
    }

    asyncio.run(Application()(scope, receive, send))
    return sent


def test_the_server_is_alive_whatever_the_database_does():
    started, body = ask([], path="/-/health/live", method="GET")

    assert (started["status"], body["body"]) == (200, b"alive\n")


def test_half_a_request_is_never_taken_for_a_whole_one():
    async def receive_twice():
        messages = iter([{"type": "http.request", "body": b"text=hal", "more_body": True}, {"type": "http.disconnect"}])

        async def receive():
            return next(messages)

        receive = whole(receive)
        first = await receive()
        with pytest.raises(CutOff):
            await receive()
        return first["body"]

    assert asyncio.run(receive_twice()) == b"text=hal"
