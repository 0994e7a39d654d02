"""Kept pages for requests that took the slow way."""

import asyncio
import time

import pytest

from commonpress.prerender.files import Files, Mark
from commonpress.prerender.gate import Gate
from commonpress.prerender.keeper import Keeper
from commonpress.prerender.store import Store, make_page
from commonpress.server.kept import Kept

BODY = b"A story. " * 50


def make(path):
    return make_page(path, [("Content-Type", "text/html")], BODY, keys=["page:1"], until=None, began=time.monotonic())


@pytest.fixture
def gate():
    store = Store()
    keeper = Keeper(store, make)
    keeper.start()
    keeper.wait_for(b"/a/").result(10)
    yield Gate(Kept(store, hosts=frozenset([b"paper.example"]), words=frozenset([b"p"])), keeper)
    keeper.stop(seconds=5)


def ask(gate, path=b"/a/", *, method="GET", query=b"", host=b"paper.example", **headers):
    """Return what was sent: the start and the body, or nothing."""
    sent = []

    async def send(message):
        sent.append(message)

    told = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    scope = {"method": method, "raw_path": path, "query_string": query, "headers": [(b"host", host), *told]}
    assert asyncio.run(gate.answer(scope, send)) == bool(sent)
    return sent


def test_a_kept_page_is_sent_whole(gate):
    start, body = ask(gate)

    assert (start["status"], body["body"]) == (200, BODY)
    assert (b"content-type", b"text/html") in start["headers"]
    assert (b"content-length", b"%d" % len(BODY)) in start["headers"]


def test_who_has_it_is_told_so(gate):
    etag = gate.kept.pages.shown_at(b"/a/").etag

    start, body = ask(gate, if_none_match=b"W/" + etag)

    assert (start["status"], body["body"]) == (304, b"")


@pytest.mark.parametrize(
    "other",
    [
        {"path": b"/b/"},
        {"path": b"/A/"},
        {"path": b"/a%2f"},
        {"method": "POST"},
        {"query": b"p=7"},
        {"host": b"evil.example"},
        {"host": b""},
    ],
    ids=str,
)
def test_everything_else_is_left_to_django(gate, other):
    assert ask(gate, **other) == []


def test_who_asks_for_a_stale_page_waits_for_the_fresh_one(gate):
    first = gate.kept.pages.page_at(b"/a/")
    gate.keeper.store.change(["page:1"])
    first.began -= 5

    start, _body = ask(gate)

    assert start["status"] == 200
    assert gate.kept.pages.page_at(b"/a/") is not first


def test_who_asks_for_a_page_that_is_being_made_waits_for_it(gate):
    gate.keeper.store.drop(b"/a/")
    gate.keeper.want(b"/a/")

    assert ask(gate) != []


@pytest.fixture
def with_files(gate, tmp_path):
    """The same, with the page in its file and no longer in memory."""
    store = gate.keeper.store
    files = Files(tmp_path, store, room=10**9, stamp="1", mark_now=lambda: Mark(1, "2026-11-28T10:00:00+00:00"))
    files.open()
    files.catch_up()
    files.put(store.page_at(b"/a/"), since=store.moment)
    files.is_stopping = True
    files._write()
    store.drop(b"/a/")
    gate.keeper.files = files
    yield gate
    files.held.close()


def test_what_memory_has_no_room_for_comes_from_its_file(with_files, monkeypatch):
    monkeypatch.setattr(with_files.keeper, "make", lambda _: pytest.fail("made again"))

    start, body = ask(with_files)

    assert (start["status"], body["body"]) == (200, BODY)
    assert with_files.kept.pages.is_kept(b"/a/")


def test_a_stale_file_is_shown_only_while_there_is_no_database(with_files):
    with_files.keeper.files.change_everything()
    with_files.keeper.store.is_cut_off = True
    assert ask(with_files) != []
    stale = with_files.kept.pages.page_at(b"/a/")

    with_files.keeper.store.is_cut_off = False

    assert ask(with_files) != []
    assert with_files.kept.pages.page_at(b"/a/") is not stale


def test_after_an_upgrade_readers_of_many_pages_wait_for_their_turn(with_files, monkeypatch):
    monkeypatch.setattr("commonpress.prerender.gate.SECONDS_WAITED", 0)
    with_files.keeper.files.change_everything()

    assert ask(with_files) != []


@pytest.mark.parametrize("other", [{"query": b"p=7"}, {"host": b"evil.example"}, {"method": "POST"}], ids=str)
def test_a_file_is_not_read_for_what_is_left_to_django(with_files, other):
    assert ask(with_files, **other) == []
    assert not with_files.kept.pages.is_kept(b"/a/")
