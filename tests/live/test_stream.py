"""Streams on the real socket, with figures a test lays down and no Django behind them."""

import json
import socket
import threading
import time

import pytest

from commonpress.changes.listeners import tell
from commonpress.live import readers, stream, ticker
from commonpress.live.stream import Streams
from commonpress.live.ticker import Made
from commonpress.server.limits import Limits
from commonpress.server.protocol import MindedProtocol
from commonpress.server.run import Server, bound_socket

HOST = "paper.example"


class Paper:
    """A server with one story, 7, and a meter."""

    def __init__(self, *, stalled_seconds=30.0, **limits):
        self.figures = {
            "/-/live/7.json": {"count": 1, "comments": [["a", 0]]},
            "/meter.json": {"gifts": 3},
        }
        self.keys = {"/-/live/7.json": "thread:7", "/meter.json": "drive:*"}
        self.streams = Streams(
            self.make,
            limits=Limits(**limits),
            headers={"X-Frame-Options": "DENY"},
        )
        self.stalled_seconds = stalled_seconds
        self.asked = []
        self.scopes = []
        self.listeners = []

    def make(self, address):
        self.asked.append(address)
        found = self.figures.get(address)
        if isinstance(found, Exception):
            raise found
        return found and Made(json.loads(json.dumps(found)), frozenset({self.keys[address]}), float("inf"))

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)
        if not await self.streams.answer(scope, receive, send):
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    def start(self):
        import uvicorn

        listening = bound_socket("127.0.0.1", 0)
        self.port = listening.getsockname()[1]
        namespace = {"limits": Limits(stalled_seconds=self.stalled_seconds, connections_per_address=1000)}
        config = uvicorn.Config(
            self, http=type("Protocol", (MindedProtocol,), namespace), ws="none", loop="asyncio",
            lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=20,
        )  # fmt: skip
        up = threading.Event()

        def ready():
            self.streams.start()
            up.set()

        self.server = Server(config, ready, self.streams.end)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listening]})
        self.thread.start()
        assert up.wait(10)

    def stop(self):
        self.server.should_exit = True
        self.thread.join()
        self.streams.stop(seconds=5)
        for listener in self.listeners:
            listener.close()

    def change(self, address, **figures):
        self.figures[address] = self.figures[address] | figures
        tell([self.keys[address].replace("*", "3")])

    def comment(self, key):
        comments = [[key, 0], *self.figures["/-/live/7.json"]["comments"]]
        self.change("/-/live/7.json", count=len(comments), comments=comments)


@pytest.fixture
def start(monkeypatch):
    monkeypatch.setattr(ticker, "SECONDS_BETWEEN", 0.02)
    started = []

    def start(**limits):
        paper = Paper(**limits)
        paper.start()
        started.append(paper)
        return paper

    yield start
    for paper in started:
        paper.stop()


@pytest.fixture
def paper(start):
    return start()


class Listener:
    """A reader's connection: `status`, `headers`, and one event after the other."""

    def __init__(self, paper, path="/-/live/7", *, method="GET", host=HOST, **headers):
        self.connection = socket.create_connection(("127.0.0.1", paper.port), timeout=20)
        paper.listeners.append(self)
        self.last_id = ""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.connection.sendall("\r\n".join([*lines, "", ""]).encode())
        self.file = self.connection.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(": ")
            self.headers[name] = value
        self.text = ""

    def chunk(self):
        length = int(self.file.readline(), 16)
        data = self.file.read(length).decode()
        self.file.readline()
        return data if length else None

    def block(self):
        """Return the next block of lines; None at the proper end of the stream."""
        while "\n\n" not in self.text:
            more = self.chunk()
            if more is None:
                return None
            self.text += more
        block, _, self.text = self.text.partition("\n\n")
        return block

    def next(self):
        """Return the name and the data of the next event; None at the proper end of the stream."""
        while (block := self.block()) is not None:
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if "event" in fields:
                self.last_id = fields["id"]
                return fields["event"], json.loads(fields["data"])
        return None

    def close(self):
        self.file.close()
        self.connection.close()


START = ("start", {"thread": {"count": 1, "newest": "a"}, "meter": {"gifts": 3}})


def test_a_stream_begins_with_what_stands_and_tells_what_changes(paper):
    listener = Listener(paper)

    assert listener.status == 200
    assert listener.headers["content-type"] == "text/event-stream"
    assert listener.headers["cache-control"] == "no-store"
    assert listener.headers["x-accel-buffering"] == "no"
    assert listener.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in listener.headers
    assert listener.next() == START
    paper.comment("b")
    assert listener.next() == ("thread", {"count": 2, "new": ["b"]})
    paper.change("/meter.json", gifts=4)
    assert listener.next() == ("meter", {"gifts": 4})


def test_each_reader_is_given_a_pause_of_its_own_before_coming_back(paper):
    pauses = [int(Listener(paper).block().removeprefix("retry: ")) for _ in range(8)]

    assert len(set(pauses)) > 1
    assert all(2000 <= pause < 8000 for pause in pauses)


def test_who_comes_back_is_told_each_missed_event_once(paper):
    listener, other = Listener(paper), Listener(paper)
    assert (listener.next(), other.next()) == (START, START)
    paper.comment("b")
    assert listener.next()[1]["new"] == ["b"]
    listener.close()
    for key in "cde":
        paper.comment(key)
        while other.next()[1].get("new") != [key]:
            pass

    again = Listener(paper, Last_Event_ID=listener.last_id)
    paper.comment("f")

    assert [again.next()[1]["new"] for _ in range(4)] == [["c"], ["d"], ["e"], ["f"]]


@pytest.mark.parametrize("last", ["", "other-3", "1", "-", "x-99999999999999999999", "\u00e9-1"])
def test_an_id_of_another_run_or_of_nobody_begins_anew(paper, last):
    first = Listener(paper)
    first.next()
    paper.comment("b")
    first.next()

    name, data = Listener(paper, Last_Event_ID=last).next()

    stands = {"thread": {"count": 2, "newest": "b"}, "meter": {"gifts": 3}}
    # Who has no id has just opened a page, and is told what it may have missed first.
    assert (name, data) == (("reset", stands) if last else ("thread", {"count": 2, "new": ["b"]}))


def test_an_id_that_was_never_given_begins_anew(paper):
    listener = Listener(paper)
    listener.next()
    run = listener.last_id.partition("-")[0]

    assert Listener(paper, Last_Event_ID=f"{run}-17").next()[0] == "reset"


def test_an_id_older_than_what_is_remembered_begins_anew(paper, monkeypatch):
    listener, other = Listener(paper), Listener(paper)
    listener.next(), other.next()
    listener.close()
    for number in range(readers.REMEMBERED + 1):
        paper.change("/meter.json", gifts=100 + number)
        while other.next() != ("meter", {"gifts": 100 + number}):
            pass

    assert Listener(paper, Last_Event_ID=listener.last_id).next()[0] == "reset"


def test_a_page_on_its_way_is_told_what_was_said_meanwhile(paper):
    first = Listener(paper)
    first.next()
    paper.change("/-/live/7.json", comments=[["a", 5]])
    assert first.next() == ("thread", {"scores": {"a": 5}})

    second = Listener(paper)

    assert [second.next(), second.next()] == [("thread", {"scores": {"a": 5}}), START]


def test_a_stream_says_that_it_stands(start, monkeypatch):
    monkeypatch.setattr(readers, "BEAT_SECONDS", 0.05)
    paper = start()
    listener = Listener(paper)
    assert listener.next() == START

    assert [listener.block(), listener.block()] == [": still here", ": still here"]


def test_a_withdrawn_story_ends_its_streams_and_opens_none(paper):
    listener = Listener(paper)
    listener.next()

    del paper.figures["/-/live/7.json"]
    tell(["thread:7"])

    assert listener.next() == ("gone", {})
    assert listener.next() is None
    assert Listener(paper).status == 404


def test_an_unknown_story_is_looked_for_once(paper):
    statuses = [Listener(paper, "/-/live/8").status for _ in range(3)]

    assert statuses == [404, 404, 404]
    assert paper.asked.count("/-/live/8.json") == 1


def test_what_was_looked_for_in_vain_is_forgotten_in_time(paper, monkeypatch):
    monkeypatch.setattr(stream, "UNKNOWN", 3)

    for number in range(20, 40):
        assert Listener(paper, f"/-/live/{number}").status == 404

    assert len(paper.streams.unknown) <= 3


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"method": "POST", "Content_Length": "0"}, 405),
        ({"method": "HEAD"}, 405),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"path": "/-/live/0"}, 204),
        ({"path": "/-/live/7/"}, 204),
        ({"path": "/-/live/07"}, 204),
        ({"path": "/-/live/7.json"}, 204),
        ({"path": "/-/live/9999999999999999999"}, 204),
        ({"path": "/-/LIVE/7"}, 204),
        # 204 is the application behind it, which knows no such addresses either.
        ({"Sec_Fetch_Site": "same-origin"}, 200),
        ({"Cookie": "session=somebody"}, 200),
    ],
)
def test_only_a_plain_get_for_a_story_on_our_host_gets_a_stream(paper, asked, status):
    listener = Listener(paper, **asked)

    assert listener.status == status
    assert status == 204 or listener.headers["cache-control"] == "no-store"


def test_a_stream_says_to_who_has_a_cookie_what_it_says_to_everybody_and_remembers_none(paper):
    stranger = Listener(paper)
    person = Listener(paper, Cookie="session=somebody; here=1", Authorization="Basic c29tZQ==")

    assert person.next() == stranger.next() == START
    paper.comment("b")
    assert person.next() == stranger.next()
    assert [scope["headers"] for scope in paper.scopes] == [[], []]


def test_while_figures_cannot_be_made_readers_are_sent_away_for_now(paper):
    paper.figures["/-/live/7.json"] = ValueError("broken")

    refused = Listener(paper)

    assert (refused.status, refused.headers["retry-after"]) == (503, "120")


def test_one_address_holds_so_many_streams_and_gets_another_for_each_it_lets_go(start):
    paper = start(connections_per_address=3)
    held = [Listener(paper) for _ in range(3)]

    refused = Listener(paper)
    assert (refused.status, refused.headers["retry-after"]) == (429, "120")

    held[0].close()
    until(lambda: Listener(paper).status == 200)


def test_all_together_hold_so_many_streams(start):
    paper = start(connections=2)
    held = [Listener(paper) for _ in range(2)]

    refused = Listener(paper)

    assert (refused.status, refused.headers["retry-after"]) == (503, "120")
    assert [one.status for one in held] == [200, 200]


def test_who_reads_nothing_is_dropped_and_the_others_are_told(start):
    paper = start(stalled_seconds=0.3)
    stubborn, reader = Listener(paper), Listener(paper)
    assert reader.next() == START

    # More than every buffer on the way holds.
    for number in range(1000):
        paper.change("/meter.json", gifts=number, text=f"{number:04}" * 10_000)
        while reader.next()[1]["gifts"] != number:
            pass
        if len(paper.streams.readers.all) == 1:
            break

    until(lambda: len(paper.streams.readers.all) == 1)
    assert stubborn.status == 200
    paper.change("/meter.json", gifts=-1)
    assert reader.next() == ("meter", {"gifts": -1})


def test_readers_who_go_are_forgotten_and_in_the_end_so_is_what_they_read(start, monkeypatch):
    monkeypatch.setattr(readers, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(readers, "IDLE_SECONDS", 0.02)
    paper = start()
    listener = Listener(paper)
    listener.next()

    listener.close()

    until(lambda: not paper.streams.readers.all and not paper.streams.limits.open)
    until(lambda: not paper.streams.readers.watched and not paper.streams.ticker.watched)


def test_a_server_that_stops_ends_its_streams_properly(start):
    paper = start()
    listeners = [Listener(paper) for _ in range(5)]
    for listener in listeners:
        assert listener.next() == START

    paper.server.should_exit = True

    assert [listener.next() for listener in listeners] == [None] * 5
    paper.thread.join()
    assert paper.streams.readers.all == {}


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
