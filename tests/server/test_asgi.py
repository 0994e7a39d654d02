import asyncio

import pytest

from commonpress.asgi import Application, CutOff, is_for_us, safe, whole


def test_an_underscore_header_and_a_raw_query_reach_nobody():
    scope = safe({"headers": [(b"x_forwarded_for", b"1.1.1.1"), (b"host", b"x")], "query_string": "q=ü".encode()})

    assert scope == {"headers": [(b"host", b"x")], "query_string": b"q=%C3%BC"}


def ask(messages, *, path="/", method="POST", length=b"100", hosts=(b"localhost",), more=()):
    """Send one request to the application and return what it sent back."""
    waiting, sent = list(messages), []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    headers = [
        *[(b"host", host) for host in hosts],
        *more,
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


@pytest.mark.parametrize(
    "hosts",
    [(b"evil.example",), (b"localhost.evil.example",), (b"localhost@evil.example",), (b"",), (), (b"localhost",) * 2],
)
@pytest.mark.parametrize("path", ["/", "/static/x.css", "/-/live/7", "/accounts/login/"])
def test_a_host_that_is_none_of_ours_is_told_so_and_nothing_is_made(hosts, path, monkeypatch):
    monkeypatch.setattr("commonpress.asgi.safe", lambda _scope: pytest.fail("Django was asked"))
    forwarded = [(b"x-forwarded-host", b"localhost")]

    started, body = ask([], path=path, method="GET", hosts=hosts, more=forwarded)

    assert started["status"] == 421
    assert dict(started["headers"])[b"cache-control"] == b"no-store"
    assert body["body"] == b"This server does not publish anything under that name.\n"


def test_an_operator_finds_which_host_was_asked_for_in_one_short_line(capsys):
    ask([], method="GET", hosts=(b"paper.example\x1b[2J" + b"x" * 60_000,))

    (line,) = [line for line in capsys.readouterr().err.splitlines() if "Somebody asked" in line]
    assert "Somebody asked for the host b'paper.example\\x1b[2jxxx" in line
    assert line.endswith("; ours are in COMMONPRESS_HOSTS.")
    assert len(line) < 250


@pytest.mark.parametrize("host", [b"localhost", b"LocalHost:8000", b"localhost.", b"127.0.0.1:1"])
def test_our_hosts_are_known_in_every_spelling(host):
    assert is_for_us({"headers": [(b"host", host)]})


def test_where_every_host_is_ours_a_request_still_names_one(settings):
    settings.ALLOWED_HOSTS = ["*"]

    assert is_for_us({"headers": [(b"host", b"any.example")]})
    assert not is_for_us({"headers": []})


def test_whoever_looks_after_the_server_may_ask_it_by_any_name():
    started, _body = ask([], path="/-/health/live", method="GET", hosts=(b"10.0.0.7",))

    assert started["status"] == 200


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
