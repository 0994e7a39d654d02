"""Kept pages behind the real socket: when bytes are a request, and when they only look like one."""

import http.client
import threading
import time
from types import SimpleNamespace

import pytest

from commonpress.prerender.store import Store, make_page
from commonpress.server.kept import Kept
from commonpress.server.limits import Limits
from commonpress.server.protocol import HEAD, IDLE, MindedProtocol
from commonpress.server.run import Server, bound_socket
from tests.server.test_limits import application, connect, everything_from

GET = b"GET /kept/ HTTP/1.1\r\nHost: paper.example\r\n\r\n"
LAST = b"GET /not/ HTTP/1.1\r\nHost: paper.example\r\nConnection: close\r\n\r\n"
BODY = b"a kept page" * 20


@pytest.fixture
def port():
    """The port of a server that keeps /kept/ and answers everything else with the body it was sent."""
    import uvicorn

    store = Store()
    store.keep(make_page(b"/kept/", [], BODY, keys=[], until=None, began=time.monotonic()), since=0)
    listening = bound_socket("127.0.0.1", 0)
    namespace = {"limits": Limits(), "kept": Kept(store, hosts=frozenset([b"paper.example"]))}
    config = uvicorn.Config(
        application, http=type("Protocol", (MindedProtocol,), namespace), ws="none", loop="asyncio", lifespan="off",
        log_config=None, access_log=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    up = threading.Event()
    server = Server(config, up.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    assert up.wait(10)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()


def exchange(port, *parts):
    """Send parts one after the other, a moment apart, and return everything that came back."""
    with connect(port) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(0.05)
        return everything_from(connection)


def test_kept_pages_and_others_share_a_connection(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    answers = []
    for path in ["/kept/", "/kept/", "/not/", "/kept/"]:
        connection.request("GET", path, headers={"Host": "paper.example"})
        answers.append(connection.getresponse().read())
    connection.close()

    assert answers == [BODY, BODY, b"", BODY]


def test_a_body_that_looks_like_a_request_is_a_body(port):
    post = b"POST /not/ HTTP/1.1\r\nHost: paper.example\r\nContent-Length: %d\r\n\r\n" % len(GET)

    answer = exchange(port, post, GET, LAST)

    assert (answer.count(b"HTTP/1.1 200"), answer.count(GET), answer.count(BODY)) == (2, 1, 0)


def test_the_rest_of_a_head_that_looks_like_a_request_is_a_head(port):
    answer = exchange(port, b"GET /not/ HTTP/1.1\r\nHost: paper.example\r\nX: ", GET + LAST)

    assert answer.count(BODY) == 0


def test_a_request_in_two_halves_is_one_request(port):
    answer = exchange(port, GET[:20], GET[20:], LAST)

    assert answer.count(b"HTTP/1.1 200") == 2


def test_requests_sent_at_once_are_answered_in_order(port):
    answer = exchange(port, GET + LAST)

    assert answer.count(b"HTTP/1.1 200") == 2


def test_a_kept_page_does_not_overtake_the_answer_before_it(port):
    slow = b"GET /slow HTTP/1.1\r\nHost: paper.example\r\n\r\n"

    answer = exchange(port, slow, GET, LAST)

    first = answer.split(b"\r\n\r\n")[0]
    assert b"etag" not in first
    assert answer.count(b"HTTP/1.1 200") == 3


def test_what_follows_an_upgrade_is_not_taken_for_a_request(port):
    upgrade = b"GET /not/ HTTP/1.1\r\nHost: paper.example\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"
    with connect(port) as connection:
        connection.sendall(upgrade)
        time.sleep(0.05)
        connection.sendall(GET)
        connection.settimeout(0.5)
        try:
            answer = everything_from(connection)
        except TimeoutError:
            answer = b""

    assert BODY not in answer


class Connection(MindedProtocol):
    """A connection between two messages, with nobody at the other end."""

    def __init__(self, **others):
        self.part, self.head_bytes, self.is_plain_http, self.cycle = IDLE, 0, True, None
        self.flow = SimpleNamespace(write_paused=False)
        self.written, self.timers = [], []
        self.transport = SimpleNamespace(is_closing=lambda: False, write=self.written.append)
        self.server_state = SimpleNamespace(default_headers=[(b"date", b"now")], total_requests=0)
        self.loop = SimpleNamespace(time=lambda: 0.0, call_later=lambda seconds, _then: self.timers.append(seconds))
        self.timer = self.timeout_keep_alive_task = None
        self.timeout_keep_alive = 5
        vars(self).update(others)


@pytest.fixture
def kept():
    store = Store()
    store.keep(make_page(b"/kept/", [], BODY, keys=[], until=None, began=time.monotonic()), since=0)
    return Kept(store, hosts=frozenset([b"paper.example"]))


def test_a_connection_that_got_a_kept_page_is_not_kept_open_for_ever(kept):
    connection = Connection()

    assert connection.answer_kept(kept, GET)
    assert connection.written[0].endswith(BODY)
    assert connection.timers == [5]


def test_a_kept_page_ends_the_wait_for_the_head_of_its_request(kept):
    ended = []
    connection = Connection(timer=SimpleNamespace(cancel=lambda: ended.append("the wait")))

    assert connection.answer_kept(kept, GET)

    assert (ended, connection.timer) == (["the wait"], None)


@pytest.mark.parametrize(
    "state",
    [
        {"part": HEAD},
        {"part": "body"},
        {"head_bytes": 2},
        {"is_plain_http": False},
        {"cycle": SimpleNamespace(response_complete=False)},
        {"flow": SimpleNamespace(write_paused=True)},
        {"transport": SimpleNamespace(is_closing=lambda: True, write=lambda _: pytest.fail("written"))},
    ],
    ids=lambda state: next(iter(state)),
)
def test_nothing_is_answered_in_the_middle_of_something_else(kept, state):
    connection = Connection(**state)

    assert not connection.answer_kept(kept, GET)
    assert connection.written == []
