"""What is answered from kept pages and, more important, what is not. No socket: bytes in, bytes out."""

import gzip
import time

import pytest

from commonpress.prerender.store import Store, make_page
from commonpress.server.kept import REMEMBERED, Kept, encoding_for

PATH = b"/2026/a-story/"
BODY = b"<p>The same for everyone.</p>" * 100
DATE = b"date: Sat, 28 Nov 2026 10:00:00 GMT\r\n"
BROWSER = (
    b"Host: paper.example\r\nConnection: keep-alive\r\nUpgrade-Insecure-Requests: 1\r\nCookie: session=secret\r\n"
    b"Accept-Encoding: gzip, deflate\r\nIf-Modified-Since: Sat, 28 Nov 2026 10:00:00 GMT\r\n"
)


@pytest.fixture
def kept():
    store = Store()
    page = make_page(PATH, [("Content-Type", "text/html")], BODY, keys=["page:1"], until=None, began=time.monotonic())
    store.keep(page, since=0)
    return Kept(store, hosts=frozenset([b"paper.example", b"[::1]"]), words=frozenset([b"p", b"page"]))


def ask(kept, target=PATH, headers=BROWSER, *, method=b"GET", version=b"HTTP/1.1", date=DATE):
    return kept.answer_to(method + b" " + target + b" " + version + b"\r\n" + headers + b"\r\n", date)


def test_a_browser_gets_the_page_compressed_with_its_length_and_the_date(kept):
    head, body = ask(kept).split(b"\r\n\r\n", 1)

    lines = head.split(b"\r\n")
    assert lines[:2] == [b"HTTP/1.1 200 OK", DATE.strip()]
    assert b"content-encoding: gzip" in lines
    assert b"vary: Accept-Encoding" in lines
    assert b"content-length: %d" % len(body) in lines


def test_who_asks_without_encodings_gets_the_page_as_it_is(kept):
    assert ask(kept, headers=b"Host: paper.example\r\n").endswith(b"\r\n\r\n" + BODY)


def test_a_page_too_small_to_be_compressed_is_sent_as_it_is(kept):
    small = make_page(
        b"/robots.txt", [("Content-Type", "text/plain")], b"-", keys=[], until=None, began=time.monotonic()
    )
    kept.pages.keep(small, since=0)

    assert ask(kept, b"/robots.txt").endswith(b"\r\n\r\n-")


def test_an_answer_of_the_same_second_is_the_same_object_and_the_next_second_has_its_own(kept):
    later = DATE.replace(b":00 GMT", b":01 GMT")
    first = ask(kept)

    assert ask(kept) is first
    assert ask(kept, date=later) == first.replace(DATE, later)


def test_a_page_that_changed_within_the_second_is_another_answer(kept):
    ask(kept)
    page = make_page(PATH, [("Content-Type", "text/html")], b"Corrected. " * 99, keys=[], until=None, began=0)
    kept.pages.keep(page, since=0)

    assert ask(kept, headers=b"Host: paper.example\r\n").endswith(b"Corrected. ")
    assert b"Corrected" in gzip.decompress(ask(kept).partition(b"\r\n\r\n")[2])


def test_no_more_than_so_much_is_held_whole(kept, monkeypatch):
    monkeypatch.setattr("commonpress.server.kept.MOST_WHOLE", 1000)

    assert ask(kept, headers=b"Host: paper.example\r\n").endswith(BODY)
    assert list(kept.whole.answers) == []


def test_headers_of_one_kind_are_read_once(kept, monkeypatch):
    headers = b"Host: paper.example\r\nAccept-Encoding: br\r\n"
    first = ask(kept, headers=headers)
    monkeypatch.setattr(Kept, "read", lambda *_: pytest.fail("read again"))

    assert ask(kept, headers=headers) == first
    assert ask(kept, b"/another/", headers) is None


@pytest.mark.parametrize("name", [b"cOOKIE", b"Authorization", b"Cookie: theme=dark\r\nCookie"])
def test_what_names_somebody_is_not_remembered(kept, name):
    headers = b"Host: paper.example\r\n" + name + b": secret\r\n"

    assert ask(kept, headers=headers) is not None
    assert not kept.remembered


def test_of_who_has_a_cookie_the_rest_is_remembered(kept, monkeypatch):
    first = ask(kept, headers=b"Cookie: session=one\r\nHost: paper.example\r\n")
    monkeypatch.setattr(Kept, "read", lambda *_args, **_: pytest.fail("read again"))

    assert list(kept.remembered) == [b"Host: paper.example\r\n\r\n"]
    assert ask(kept, headers=b"Host: paper.example\r\nCookie: session=two; guest=three\r\n") == first
    assert ask(kept, headers=b"Host: paper.example\r\n") == first


def test_what_is_remembered_changes_no_answer(kept):
    """A cookie line anywhere, even behind the end or in the middle of another: as if nobody had asked before."""
    whole = b"Host: paper.example\r\nAccept: */*\r\nAccept-Encoding: br\r\n\r\n"
    start = b"GET " + PATH + b" HTTP/1.1\r\n"
    assert kept.answer_to(start + whole, DATE) is not None
    cookies = [
        b"Cookie: a=b\r\n",
        b"cookie:\r\n",
        b"Cookie: a\x80\r\n",
        b"Cookie: a\n",
        b"Cookie: a=b\r\nCookie: c=d\r\n",
        b"\nCookie: a\r\n",
    ]

    for at in range(len(whole) + 1):
        for cookie in cookies:
            request = start + whole[:at] + cookie + whole[at:]
            new = Kept(kept.pages, kept.hosts, kept.words)
            assert kept.answer_to(request, DATE) == new.answer_to(request, DATE), request


def test_only_so_many_headers_are_remembered_and_only_short_ones(kept):
    for number in range(REMEMBERED + 10):
        ask(kept, headers=b"Host: paper.example\r\nUser-Agent: %d\r\n" % number)
    assert len(kept.remembered) == 10

    assert ask(kept, headers=b"Host: paper.example\r\nUser-Agent: %b\r\n" % (b"x" * 1000)) is not None
    assert len(kept.remembered) == 10


def test_headers_that_are_refused_are_not_remembered(kept):
    assert ask(kept, headers=b"Host: evil.example\r\n") is None
    assert not kept.remembered


def test_head_gets_the_head_of_get(kept):
    assert ask(kept, method=b"HEAD") == ask(kept).split(b"\r\n\r\n")[0] + b"\r\n\r\n"


@pytest.mark.parametrize("told", [b"%b", b"W/%b", b'"other", W/%b', b"*"])
def test_who_has_it_already_is_told_so(kept, told):
    etag = kept.pages.shown_at(PATH).etag

    answer = ask(kept, headers=BROWSER + b"If-None-Match: " + told.replace(b"%b", etag) + b"\r\n")

    head, body = answer.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert (b'etag: W/"' in head, b"content-" in head, body) == (True, False, b"")


def test_who_has_another_one_gets_the_page(kept):
    assert ask(kept, headers=BROWSER + b'If-None-Match: W/"0000"\r\n').startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "target",
    [
        b"/2026/a-story",
        b"/2026/A-story/",
        b"//2026/a-story/",
        b"/2026//a-story/",
        b"/2026/a-story/.",
        b"/2026/a-story/x.css",
        b"/2026/a-story/;x.css",
        b"/2026/a-story/%2e",
        b"/2026/a%2dstory/",
        b"/2026%2fa-story/",
        b"/2026/a-story/#top",
        b"/2026/../2026/a-story/",
        b"\\2026\\a-story\\",
        b"http://paper.example/2026/a-story/",
        b"*",
    ],
)
def test_only_exactly_its_own_path_leads_to_a_page(kept, target):
    assert ask(kept, target) is None


@pytest.mark.parametrize(
    "query", [b"?", b"?utm_source=x", b"?pages=2", b"?utm_campaign=a%20b", b"?x=%00&y", b"?" + b"x" * 4000]
)
def test_a_query_that_means_nothing_changes_nothing(kept, query):
    assert ask(kept, PATH + query) == ask(kept)


@pytest.mark.parametrize("query", [b"?p=7", b"?page=2", b"?x&page", b"?x=1&p=7", b"?%70=7", b"?+p=7", b"?x y"])
def test_a_query_that_asks_for_something_else_is_left_to_django(kept, query):
    assert ask(kept, PATH + query) is None


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: 0\r\n",
        b"Content-Length: 50\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Expect: 100-continue\r\n",
        b"Upgrade: websocket\r\n",
        b"TE: trailers\r\n",
        b"Trailer: Expires\r\n",
        b"Range: bytes=0-9\r\n",
        b"Connection: close\r\n",
        b"Host: paper.example\r\n",
        b"X_Forwarded_Host: evil.example\r\n",
        b"Name : value\r\n",
        b"Name: a\r\n b\r\n",
        b"Name: \x00\r\n",
        b"Name: \xff\r\n",
        b"Name\r\n",
        b": nobody\r\n",
        b"Name: a\n",
        b"X: " + b"x" * 20_000 + b"\r\n",
    ],
)
def test_every_doubt_goes_to_the_parser(kept, header):
    assert ask(kept, headers=BROWSER.replace(b"Connection: keep-alive\r\n", b"") + header) is None


@pytest.mark.parametrize(
    "header",
    [
        b"X-Forwarded-Host: evil.example\r\n",
        b"X-Forwarded-Proto: https\r\n",
        b"X-Original-URL: /admin/\r\n",
        b"X-HTTP-Method-Override: DELETE\r\n",
        b"Authorization: Basic c2VjcmV0\r\n",
        b"Accept-Language: de\r\n",
        b"Cookie: session=other\r\n",
        b"Content-Length-Of-My-Patience: 5\r\n",
    ],
)
def test_no_header_changes_the_bytes(kept, header):
    assert ask(kept, headers=BROWSER + header) == ask(kept)


@pytest.mark.parametrize("host", [b"paper.example", b"PAPER.example:8000", b"[::1]", b"[::1]:8000"])
def test_our_own_hosts_are_answered(kept, host):
    assert ask(kept, headers=b"Host: " + host + b"\r\n") is not None


@pytest.mark.parametrize(
    "host",
    [b"", b"evil.example", b"paper.example.", b"paper.example:x", b"paper.example:999999", b"paper.example@evil:1"],
)
def test_other_hosts_are_not(kept, host):
    assert ask(kept, headers=b"Host: " + host + b"\r\n") is None


@pytest.mark.parametrize(("method", "version"), [(b"POST", b"HTTP/1.1"), (b"get", b"HTTP/1.1"), (b"GET", b"HTTP/1.0")])
def test_only_get_and_head_of_this_version_are_answered(kept, method, version):
    assert ask(kept, method=method, version=version) is None


@pytest.mark.parametrize("behind", [b"%b", b"G", b"GET /another/ HTTP/1.1\r\n", b"\r\n", b"\x00"])
def test_a_request_with_anything_behind_it_goes_to_the_parser(kept, behind):
    request = b"GET " + PATH + b" HTTP/1.1\r\n" + BROWSER + b"\r\n"

    assert kept.answer_to(request + behind.replace(b"%b", request), DATE) is None


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        (b"", b""),
        (b"gzip", b"gzip"),
        (b"gzip, deflate, br, zstd", b"br"),
        (b"br;q=0, gzip", b"gzip"),
        (b"gzip;q=0", b""),
        (b"gzip;q=0.0, *", b"br"),
        (b"*;q=0", b""),
        (b"identity", b""),
        (b"gzip;q=much", b""),
        (b"GZIP;Q=1", b"gzip"),
    ],
)
def test_an_encoding_is_sent_only_to_who_takes_it(accepted, chosen):
    assert encoding_for(accepted) == chosen
