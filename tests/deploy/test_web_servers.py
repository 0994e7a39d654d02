"""Pages that the real nginx and Caddy send from files: the same bytes for everybody, and only under their own paths."""

import gzip
import os
import socket
import subprocess
import threading
import time

import brotli
import pytest
import uvicorn
from django.test import override_settings

from commonpress.newsroom.redirects import ASK_FOR_MORE
from commonpress.prerender.front import Front
from commonpress.prerender.keeper import Keeper
from commonpress.prerender.store import Store, make_page
from commonpress.server.kept import Kept
from commonpress.server.limits import Limits
from commonpress.server.protocol import MindedProtocol
from commonpress.server.run import Server, bound_socket
from commonpress.theme.headers import headers_for
from tests.deploy.web_servers import ASKED, CADDY, NGINX, Caddy, Nginx, find, words_of

PATH = b"/2026/a-story/"
HOST = b"Host: paper.example\r\n"
PLAIN = b"GET " + PATH + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
HTML, RSS = "text/html; charset=utf-8", "application/rss+xml; charset=utf-8"


async def application(scope, receive, send):
    """Answer with what arrived, so that it can be seen whose answer it is and what was passed on."""
    told = b"\n".join(name + b": " + value for name, value in scope["headers"])
    came, is_more = b"", True
    while is_more:
        message = await receive()
        came, is_more = came + message.get("body", b""), message.get("more_body", False)
    body = b"from us: %b %b\n%b\n\n%b" % (scope["method"].encode(), scope["raw_path"], told, came)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-from", b"us")]})
    await send({"type": "http.response.body", "body": body})


class House:
    """A server of ours, with pages in memory and in the folder for nginx, and nginx in front."""

    def __init__(self, folder, web_server):
        self.store = Store()
        self.number = 0
        with override_settings(SECURE=True):
            self.headers = headers_for("/") | {"Cache-Control": "no-cache"}
        self.front = Front(folder / "front", self.store, self.headers.items())
        self.front.open()
        self.keeper = Keeper(self.store, self.make, front=self.front)
        self.keeper.start()
        self.kinds = {b"/feed/": RSS, b"/sitemap.xml": "application/xml; charset=utf-8"}
        kept = Kept(self.store, frozenset([b"paper.example"]), frozenset(word.encode() for word in ASK_FOR_MORE))
        listening = bound_socket("127.0.0.1", 0)
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            application, http=type("Protocol", (MindedProtocol,), {"limits": Limits(), "kept": kept}), ws="none",
            loop="asyncio", lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1,
        )  # fmt: skip
        up = threading.Event()
        self.server = Server(config, up.set)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listening]})
        self.thread.start()
        assert up.wait(10)
        (folder / "web").mkdir()
        self.web = web_server(folder / "web", folder / "front", self.port)

    def make(self, path):
        self.number += 1
        headers = [("Content-Type", self.kinds.get(path, HTML)), *self.headers.items()]
        body = b"%b is number %d. " % (path, self.number) * 30
        began = time.monotonic() - 5
        return make_page(path, headers, body, keys=["page:1"], until=None, began=began)

    def put(self, path=PATH):
        """Make a page and have it read until it is hot, and put there."""
        self.keeper.wait_for(path).result(10)
        for _ in range(20):
            self.store.shown_at(path)
        self.front.look()
        self.put_what_is_due(path)

    def put_what_is_due(self, path=PATH):
        """Do what the thread does, a second later where two versions would be of one."""
        self.front.second_of.pop(path, None)
        self.front.due = dict.fromkeys(self.front.due, 0)
        self.front.put_what_is_due()

    def ask(self, request=PLAIN, *, port=None):
        with socket.create_connection(("127.0.0.1", port or self.web.port), timeout=10) as connection:
            connection.sendall(request)
            parts = []
            while part := connection.recv(65536):
                parts.append(part)
        return b"".join(parts)

    def stop(self):
        self.web.stop()
        self.server.should_exit = True
        self.thread.join()
        self.keeper.stop(seconds=5)


@pytest.fixture(scope="module", params=[Nginx, Caddy], ids=["nginx", "Caddy"])
def house(tmp_path_factory, request):
    house = House(tmp_path_factory.mktemp("house"), request.param)
    house.put()
    yield house
    house.stop()


@pytest.fixture
def page(house):
    """The story's bytes as they lie in nginx's folder."""
    if PATH not in house.front.there:
        house.put()
    return house.store.page_at(PATH).answers[b""].body


def request(target=PATH, headers=b"", *, method=b"GET", host=HOST):
    return method + b" " + target + b" HTTP/1.1\r\n" + host + b"Connection: close\r\n" + headers + b"\r\n"


def headers_of(answer):
    lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(b": ") for line in lines)}


def read(answer):
    """Return an answer's body as its reader sees it: a page that has stood for a while is compressed anew."""
    body = answer.partition(b"\r\n\r\n")[2]
    decompress = {b"gzip": gzip.decompress, b"br": brotli.decompress, None: bytes}
    return decompress[headers_of(answer).get(b"content-encoding")](body)


def is_from_file(answer):
    # Our own tags come from the words and are weak, whatever the encoding.
    return b"x-from: us" not in answer.lower() and not headers_of(answer).get(b"etag", b"").startswith(b'W/"')


def test_a_hot_page_is_sent_without_asking_us(house, page):
    answer = house.ask()

    assert is_from_file(answer)
    assert answer.endswith(b"\r\n\r\n" + page)


def test_the_headers_are_the_same_from_a_file_and_from_us(house, page):
    own = {b"date", b"server", b"etag", b"content-length", b"connection"}
    encoded = request(headers=b"Accept-Encoding: gzip\r\n")
    ready = house.store.page_at(PATH).answers[b"gzip"].head
    ours = {name.lower(): value for name, _, value in (line.partition(b": ") for line in ready.split(b"\r\n")) if name}

    from_file = headers_of(house.ask(encoded))

    assert {name: from_file[name] for name in from_file.keys() - own} == {
        name: ours[name] for name in ours.keys() - own
    }


def test_a_reader_who_takes_it_gets_the_compressed_bytes(house, page):
    answer = house.ask(request(headers=b"Accept-Encoding: gzip\r\n"))

    assert headers_of(answer)[b"content-encoding"] == b"gzip"
    assert read(answer) == page


@pytest.mark.parametrize("accepted", [b"gzip;q=0", b"identity", b"*;q=0", b"deflate, zstd", b"x" * 4000])
def test_who_takes_no_encoding_of_ours_gets_the_page_as_it_is(house, page, accepted):
    assert house.ask(request(headers=b"Accept-Encoding: " + accepted + b"\r\n")).endswith(page)


@pytest.mark.parametrize("accepted", [b"gzip;q=much", b"br;;,,;q", b",,,", b"gzip" * 500])
def test_an_absurd_encoding_gets_the_page_all_the_same(house, page, accepted):
    answer = house.ask(request(headers=b"Accept-Encoding: " + accepted + b"\r\n"))

    assert headers_of(answer).get(b"content-encoding", b"") in accepted
    assert read(answer) == page
    assert house.ask().endswith(page)


def test_who_has_it_already_is_told_so(house, page):
    tag = headers_of(house.ask())[b"etag"]

    answer = house.ask(request(headers=b"If-None-Match: " + tag + b"\r\n"))

    assert answer.startswith(b"HTTP/1.1 304")


def test_a_date_or_a_range_changes_nothing(house, page):
    later = b"If-Modified-Since: Sat, 28 Nov 2099 10:00:00 GMT\r\nRange: bytes=0-5\r\n"

    answer = house.ask(request(headers=later))

    assert (answer.startswith(b"HTTP/1.1 200"), answer.endswith(page)) == (True, True)
    assert b"last-modified" not in headers_of(answer)


def test_head_gets_the_head_of_get(house, page):
    answer = house.ask(request(method=b"HEAD"))

    assert answer.endswith(b"\r\n\r\n")
    assert headers_of(answer)[b"etag"] == headers_of(house.ask())[b"etag"]


@pytest.mark.parametrize(
    "target",
    [
        b"/2026/a-story",
        b"/2026/A-story/",
        b"//2026/a-story/",
        b"/2026//a-story/",
        b"/2026/a-story//",
        b"/2026/a-story/.",
        b"/2026/./a-story/",
        b"/2026/a-story/x.css",
        b"/2026/a-story/;x.css",
        b"/2026/a-story;x.css",
        b"/2026/a-story/.json",
        b"/2026/a-story/%2e",
        b"/2026/a%2dstory/",
        b"/2026%2fa-story/",
        b"/2026/a-story%2f",
        b"/%2e%2e/2026/a-story/",
        b"/x/../2026/a-story/",
        b"/2026/a-story/index.html",
        b"/2026/a-story/index.html.gz",
        b"/2026/a-story/.index.html.ready",
        b"/.none.html",
    ],
)
def test_only_exactly_its_own_path_leads_to_a_file(house, page, target):
    answer = house.ask(request(target))

    assert page not in answer
    assert answer.startswith(b"HTTP/1.1 400") or b"from us: GET %b" % target.partition(b"?")[0] in answer
    assert house.ask().endswith(page)


@pytest.mark.parametrize("target", [b"/../2026/a-story/", b"/2026/../../2026/a-story/", b"/2026/a-story/%00"])
def test_a_path_that_leads_out_leads_nowhere(house, page, target):
    answer = house.ask(request(target))

    assert answer.startswith(b"HTTP/1.1 400") or b"from us: GET %b" % target in answer
    assert house.ask().endswith(page)


QUERIES = [
    b"?",
    b"?utm_source=x",
    b"?pages=2",
    b"?utm_campaign=a%20b+c",
    b"?xp=7&up",
    b"?p=7",
    b"?page=2",
    b"?x&page",
    b"?x=1&p=7",
    b"?%70=7",
    b"?+p=7",
    b"?x=1&%70=7",
    b"?feed&x",
    b"?s=",
    b"?&p",
    b"?=p",
    b"?x==&s",
]


@pytest.mark.parametrize("query", QUERIES)
def test_it_passes_on_the_queries_we_do(house, page, query):
    kept = Kept(house.store, frozenset(), frozenset(word.encode() for word in ASK_FOR_MORE))

    assert is_from_file(house.ask(request(PATH + query))) == (not kept.asks_for_more(query))


@pytest.mark.parametrize("text", [NGINX.read_text(), CADDY.read_text()], ids=["nginx", "Caddy"])
def test_both_configurations_know_the_words_that_ask_for_more(text):
    assert words_of(text) == ASKED


@pytest.mark.parametrize(
    "header",
    [
        b"X-Forwarded-Host: evil.example",
        b"X-Forwarded-Proto: http",
        b"X-Original-URL: /admin/",
        b"X-Rewrite-URL: /admin/",
        b"X-HTTP-Method-Override: DELETE",
        b"X_Forwarded_Host: evil.example",
        b"Cookie: session=secret",
        b"Authorization: Basic c2VjcmV0",
        b"Accept-Language: de",
    ],
)
def test_no_header_changes_the_bytes_of_this_reader_or_the_next(house, page, header):
    first, next_one = house.ask(request(headers=header + b"\r\n")), house.ask()

    assert first.partition(b"\r\n\r\n")[2] == next_one.partition(b"\r\n\r\n")[2] == page


@pytest.mark.parametrize("method", [b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH"])
def test_whoever_does_not_only_read_is_passed_on(house, page, method):
    answer = house.ask(request(method=method, headers=b"Content-Length: 0\r\n"))

    assert b"from us: %b %b" % (method, PATH) in answer


@pytest.mark.parametrize("method", [b"POST", b"PUT"])
@pytest.mark.parametrize("target", [PATH, b"/-/somewhere", b"/2026/a-story/index.html"])
def test_what_a_writer_sends_is_passed_on_whole(house, page, method, target):
    text = b"x" * 100_000

    answer = house.ask(request(target, method=method, headers=b"Content-Length: 100000\r\n") + text)

    assert b"from us: %b %b\n" % (method, target) in answer
    assert answer.partition(b"\n\n")[2].count(b"x") == len(text)


@pytest.mark.parametrize("host", [b"Host: evil.example\r\n", b"Host: paper.example.evil\r\n", b"Host: 127.0.0.1\r\n"])
def test_a_name_that_is_not_ours_is_answered_421(house, page, host):
    answer = house.ask(request(host=host))

    assert answer.startswith(b"HTTP/1.1 421")
    assert page not in answer


def test_what_a_stranger_says_of_the_way_here_is_not_passed_on(house):
    lies = (
        b"X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Proto: gopher\r\nX-Real_IP: 6.6.6.6\r\n"
        b"X-Original-URL: /evil\r\nX-Rewrite-URL: /evil\r\nForwarded: for=6.6.6.6\r\nProxy: evil\r\nX-Forwarded-Port: 66\r\n"
    )

    answer = house.ask(request(b"/somewhere/else/", lies))

    assert b"from us: GET /somewhere/else/" in answer
    assert b"x-forwarded-for: 127.0.0.1\n" in answer.lower()
    told = answer.partition(b"from us: ")[2].lower().split(b"\n")
    left = [line for line in told if any(lie in line for lie in (b"6.6.6.6", b"evil", b"gopher", b": 66"))]
    # Names with an underscore Commonpress itself drops (asgi.safe).
    assert [line for line in left if b"_" not in line] == []


def test_a_change_takes_the_file_away_and_the_new_page_puts_it_back(house, page):
    assert house.ask().endswith(page)
    tag = headers_of(house.ask())[b"etag"]

    house.keeper.change(["page:1"])
    assert not (house.front.pages / "2026" / "a-story" / "index.html").exists()
    house.keeper.wait_until_fresh(PATH, seconds=10)
    second = house.front.second_of[PATH]
    house.put_what_is_due()
    # Two versions of one second would have one tag; the clock is set, not awaited.
    os.utime(house.front.there[PATH].file, (second + 1, second + 1))

    answer = house.ask()
    assert is_from_file(answer)
    assert answer.endswith(house.store.page_at(PATH).answers[b""].body)
    assert page not in answer
    assert headers_of(answer)[b"etag"] != tag


@pytest.mark.parametrize(
    ("path", "kind"), [(b"/feed/", RSS), (b"/sitemap.xml", "application/xml; charset=utf-8"), (b"/", HTML)]
)
def test_feeds_and_maps_are_sent_as_what_they_are(house, path, kind):
    house.put(path)

    answer = house.ask(request(path))

    assert is_from_file(answer)
    assert headers_of(answer)[b"content-type"] == kind.encode()
    assert answer.endswith(house.store.page_at(path).answers[b""].body)


def test_a_page_taken_back_is_gone(house):
    house.put(b"/2026/gone/")
    assert is_from_file(house.ask(request(b"/2026/gone/")))

    house.front.change(["page:1"])
    house.store.drop(b"/2026/gone/")

    assert b"from us: GET /2026/gone/" in house.ask(request(b"/2026/gone/"))


def test_caddys_configuration_is_valid():
    program = find("caddy", "caddy")

    ended = subprocess.run(
        [program, "validate", "--adapter", "caddyfile", "--config", CADDY], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 0, ended.stderr
