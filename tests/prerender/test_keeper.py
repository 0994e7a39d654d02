"""The thread that makes pages, with pages that are made of nothing."""

import threading
import time

import pytest
from django.db import OperationalError

from commonpress.changes.listeners import tell
from commonpress.prerender.files import Files, Mark
from commonpress.prerender.keeper import Keeper
from commonpress.prerender.publisher import Leak
from commonpress.prerender.store import SECONDS_BETWEEN, Store, make_page


class Press:
    """Makes pages, counts them, and stops or fails when told to."""

    def __init__(self):
        self.made = []
        self.error = None
        self.is_database_away = True
        self.age = 5
        self.keys = ["page:1"]
        self.running = threading.Event()
        self.running.set()
        self.at_work = threading.Event()

    def make(self, path):
        self.at_work.set()
        assert self.running.wait(10)
        if self.error:
            raise self.error
        self.made.append(path)
        began = time.monotonic() - self.age
        return make_page(path, [], b"%d" % len(self.made), keys=self.keys, until=None, began=began)


@pytest.fixture
def press():
    return Press()


@pytest.fixture
def keeper(press):
    keeper = Keeper(Store(), press.make, lambda: press.is_database_away)
    keeper.start()
    yield keeper
    press.running.set()
    keeper.stop(seconds=5)


def made(keeper, path=b"/a/"):
    keeper.wait_for(path).result(10)
    page = keeper.store.shown_at(path)
    return page and page.answers[b""].body


def test_what_is_wanted_is_made(keeper):
    keeper.want(b"/a/")

    assert made(keeper, b"/b/") is not None
    assert keeper.store.is_kept(b"/a/")


def test_a_commit_has_the_pages_it_shows_on_made_again(keeper, press):
    made(keeper)

    tell(["page:1"])
    keeper.wait_until_fresh(b"/a/", seconds=10)

    assert keeper.store.shown_at(b"/a/").answers[b""].body == b"2"


def test_all_who_wait_for_a_page_wait_for_one(keeper, press):
    press.running.clear()
    keeper.want(b"/b/")
    assert press.at_work.wait(10)
    waiting = [keeper.wait_for(b"/a/") for _ in range(20)]

    press.running.set()

    for future in waiting:
        future.result(10)
    assert press.made.count(b"/a/") == 1


def test_the_page_somebody_waits_for_is_made_before_others(keeper, press):
    press.running.clear()
    keeper.want(b"/first/")
    assert press.at_work.wait(10)
    for number in range(5):
        keeper.want(b"/%d/" % number)
    future = keeper.wait_for(b"/a/")

    press.running.set()

    future.result(10)
    assert press.made[:2] == [b"/first/", b"/a/"]


def test_a_change_while_a_page_is_made_has_it_made_again(keeper, press):
    press.running.clear()
    first = keeper.wait_for(b"/a/")
    assert press.at_work.wait(10)
    tell(["page:1"])
    press.running.set()
    first.result(10)

    keeper.wait_until_fresh(b"/a/", seconds=10)

    assert press.made == [b"/a/", b"/a/"]


def test_a_page_that_changed_while_it_was_made_is_made_again_though_nobody_asks(keeper, press):
    press.running.clear()
    first = keeper.wait_for(b"/a/")
    assert press.at_work.wait(10)
    tell(["page:1"])
    press.at_work.clear()
    press.running.set()
    first.result(10)

    assert press.at_work.wait(10)


@pytest.fixture
def full(press, monkeypatch):
    """A keeper that is not at work, with as many pages due as it takes."""
    monkeypatch.setattr("commonpress.prerender.keeper.LONGEST_QUEUE", 1)
    keeper = Keeper(Store(), press.make)
    keeper.want(b"/a/")
    return keeper


def test_a_full_queue_takes_no_more_wishes(full):
    full.want(b"/b/")

    assert list(full.due) == [b"/a/"]


def test_a_changed_page_that_a_full_queue_does_not_take_is_dropped(full, press):
    for path in [b"/a/", b"/b/"]:
        full.store.keep(press.make(path), since=0)

    full.change(["page:1"])

    assert list(full.due) == [b"/a/"]
    assert (full.store.is_kept(b"/a/"), full.store.is_kept(b"/b/")) == (True, False)


def test_a_page_that_knows_its_reader_is_not_kept_and_says_why(keeper, press, caplog):
    made(keeper)
    press.error = Leak("A page to be kept asked for HTTP_COOKIE.")

    keeper.wait_for(b"/a/").result(10)

    assert not keeper.store.is_kept(b"/a/")
    assert [record.getMessage() for record in caplog.records] == [
        "/a/ is not kept: A page to be kept asked for HTTP_COOKIE."
    ]


def test_a_page_that_cannot_be_made_is_not_tried_at_every_request(keeper, press):
    press.error = Leak("no")
    keeper.wait_for(b"/a/").result(10)
    press.error = None

    keeper.want(b"/a/")

    made(keeper, b"/b/")
    assert press.made == [b"/b/"]


def test_readers_keep_the_last_page_while_the_database_is_away(keeper, press, caplog):
    made(keeper)
    press.error = OperationalError("gone")
    tell(["page:1"])
    keeper.wait_until_fresh(b"/a/", seconds=10)
    assert keeper.store.shown_at(b"/a/").answers[b""].body == b"1"

    press.error = None
    keeper.wait_until_fresh(b"/a/", seconds=10)

    assert keeper.store.shown_at(b"/a/").answers[b""].body == b"2"
    assert not keeper.store.is_cut_off
    assert [record.getMessage() for record in caplog.records] == [
        "The database is away; kept pages are shown as they are"
    ]


def test_who_has_given_up_waiting_stops_nobody(keeper, press):
    press.running.clear()
    keeper.want(b"/b/")
    assert press.at_work.wait(10)
    assert keeper.wait_for(b"/a/").cancel()
    press.running.set()

    assert made(keeper, b"/a/") is not None


def test_one_query_that_failed_is_no_database_away(keeper, press):
    made(keeper)
    press.error, press.is_database_away = OperationalError("timeout"), False

    tell(["page:1"])
    keeper.wait_until_fresh(b"/a/", seconds=10)

    assert not keeper.store.is_kept(b"/a/")
    assert not keeper.store.is_cut_off


def test_the_database_is_back_though_the_page_that_saw_it_cannot_be_made(keeper, press):
    made(keeper)
    press.error = OperationalError("gone")
    keeper.wait_for(b"/b/").result(10)
    assert keeper.store.is_cut_off

    press.error = Leak("no")
    keeper.wait_for(b"/b/").result(10)

    assert not keeper.store.is_cut_off


def test_a_page_that_is_read_all_the_time_is_not_made_all_the_time(keeper, press, monkeypatch):
    monkeypatch.setattr("commonpress.prerender.keeper.SECONDS_BETWEEN", 3)
    press.age = 0
    made(keeper)

    for _ in range(50):
        tell(["page:1"])
        keeper.want(b"/a/")
    made(keeper, b"/b/")

    assert press.made.count(b"/a/") == 1
    keeper.wait_until_fresh(b"/a/", seconds=10)
    assert press.made.count(b"/a/") == 2


def test_who_waits_for_a_page_that_was_made_just_now_does_not_hurry_the_next(press):
    press.age = 0
    keeper = Keeper(Store(), press.make)
    page = press.make(b"/a/")
    keeper.store.keep(page, since=0)

    keeper.wait_for(b"/a/")
    keeper.wait_for(b"/b/")

    assert keeper.due == {b"/a/": page.began + SECONDS_BETWEEN, b"/b/": 0}


def test_a_writer_waits_for_the_page_that_was_begun_before_their_comment(keeper, press):
    press.running.clear()
    keeper.want(b"/a/")
    assert press.at_work.wait(10)
    tell(["page:1"])
    threading.Timer(0.1, press.running.set).start()

    keeper.wait_until_fresh(b"/a/", seconds=10)

    assert press.made == [b"/a/", b"/a/"]


def test_a_page_that_would_fill_the_store_is_not_kept(press):
    keeper = Keeper(Store(room=10_000), press.make)
    keeper.start()

    keeper.wait_for(b"/a/").result(10)

    keeper.stop(seconds=10)
    assert not keeper.store.is_kept(b"/a/")


def test_who_waits_is_not_left_waiting_when_the_server_stops(press):
    keeper = Keeper(Store(), press.make)
    keeper.start()
    press.running.clear()
    keeper.want(b"/b/")
    assert press.at_work.wait(10)
    future = keeper.wait_for(b"/a/")
    threading.Timer(0.1, press.running.set).start()

    keeper.stop(seconds=10)

    assert future.done()


@pytest.fixture
def after_a_start(press, tmp_path):
    """A keeper that has not started yet, with three pages an earlier process left, of which /c/ was read most."""

    def process(stamp):
        store = Store()
        files = Files(tmp_path, store, room=10**9, stamp=stamp, mark_now=lambda: Mark(1, "2026-11-28T10:00:00+00:00"))
        files.open()
        return store, files

    store, files = process("1")
    files.catch_up()
    for path, reads in [(b"/a/", 0), (b"/b/", 1), (b"/c/", 5)]:
        page = press.make(path)
        store.keep(page, since=0)
        page.reads = reads
        files.put(page, since=files.store.moment)
    files.is_stopping = True
    files._write()
    files.held.close()
    press.made.clear()
    store, files = process("2")
    keeper = Keeper(store, press.make, lambda: press.is_database_away, files=files)
    keeper.start()
    yield keeper
    keeper.stop(seconds=5)
    files.held.close()


def test_after_an_upgrade_pages_are_made_again_those_that_were_read_most_first(after_a_start, press):
    after_a_start.catch_up()

    made(after_a_start, b"/last/")
    for path in (b"/a/", b"/b/", b"/c/"):
        after_a_start.wait_for(path).result(10)
    assert [path for path in press.made if path != b"/last/"][:3] == [b"/c/", b"/b/", b"/a/"]


def test_what_is_left_is_made_one_by_one_behind_everything_else(after_a_start, press, monkeypatch):
    monkeypatch.setattr("commonpress.prerender.keeper.POPULAR", 1)
    monkeypatch.setattr("commonpress.prerender.keeper.SECONDS_BETWEEN_LATER", 0.01)

    after_a_start.catch_up()

    deadline = time.monotonic() + 10
    while len(press.made) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert press.made == [b"/c/", b"/b/", b"/a/"]
    # Nobody has read them: they are not made again ahead of their next reader.
    assert [page.path for page in after_a_start.store.change(["page:1"])] == [b"/c/"]


def test_before_all_is_known_only_a_lost_database_shows_old_pages(after_a_start, press, caplog):
    after_a_start.files.read(b"/a/")
    assert after_a_start.store.shown_at(b"/a/") is None

    after_a_start.look_for_database()

    assert after_a_start.store.shown_at(b"/a/") is not None
    assert [record.getMessage() for record in caplog.records] == [
        "The database is away; kept pages are shown as they are"
    ]


def test_one_failed_look_is_no_database_away(after_a_start, press):
    press.is_database_away = False

    after_a_start.look_for_database()

    assert not after_a_start.store.is_cut_off


def test_a_cold_page_that_changed_is_made_again_by_and_by(after_a_start, press):
    after_a_start.catch_up()
    made(after_a_start)
    after_a_start.store.page_at(b"/a/").read_at -= 100

    tell(["page:1"])

    assert not after_a_start.store.is_kept(b"/a/")
    assert not after_a_start.has_file(b"/a/")
    assert b"/a/" in after_a_start.later


def test_a_page_nobody_has_read_for_long_is_left_to_its_next_reader(after_a_start, press):
    after_a_start.catch_up()
    made(after_a_start)
    after_a_start.store.page_at(b"/a/").read_at -= 2 * 60 * 60
    after_a_start.files._note_reads()

    tell(["page:1"])

    assert not after_a_start.has_file(b"/a/")
    assert after_a_start.later == {}


def test_making_a_page_by_and_by_is_not_reading_it(after_a_start, press):
    read_at = time.time() - 1000
    after_a_start.later[b"/c/"] = read_at

    made(after_a_start)
    until(lambda: after_a_start.has_file(b"/c/"))

    assert abs(after_a_start.files.last_read(b"/c/") - read_at) < 5


def until(holds):
    for _ in range(2000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("It never came.")


def test_a_page_that_is_no_longer_one_has_no_file(after_a_start, press):
    after_a_start.catch_up()
    made(after_a_start)
    press.error = Leak("no")

    after_a_start.wait_for(b"/a/").result(10)

    assert not after_a_start.has_file(b"/a/")


class Tightened(Store):
    """Tells when a page has been compressed well."""

    def __post_init__(self):
        super().__post_init__()
        self.done = threading.Event()

    def tighten(self, page):
        super().tighten(page)
        self.done.set()


@pytest.fixture
def long_press(press):
    press.make = lambda path: make_page(
        path, [], b"A long story. " * 200, keys=["page:1"], until=None, began=time.monotonic() - press.age
    )
    return press


def test_a_page_that_has_stood_for_a_while_is_compressed_well_and_put_away_again(long_press, tmp_path):
    store = Tightened()
    files = Files(tmp_path, store, room=10**6, stamp="", mark_now=lambda: None)
    files.open()
    keeper = Keeper(store, long_press.make, files=files)
    keeper.start()
    try:
        keeper.wait_for(b"/a/").result(10)
        assert store.done.wait(10)
        # Whatever comes next is begun after the page was put away.
        keeper.wait_for(b"/b/").result(10)

        page = store.page_at(b"/a/")
        assert page.is_tight
        assert files.records[b"/a/"].size == page.size
    finally:
        keeper.stop(seconds=5)
        files.stop(seconds=5)


def test_a_page_that_is_made_again_all_the_time_is_not(long_press):
    long_press.age = 0
    store = Tightened()
    keeper = Keeper(store, long_press.make)
    keeper.start()
    try:
        keeper.wait_for(b"/a/").result(10)
        keeper.loose[b"/a/"] = 0
        keeper.wait_for(b"/b/").result(10)
        keeper.wait_for(b"/c/").result(10)

        assert not store.done.is_set()
        assert keeper.loose[b"/a/"] > time.monotonic()
    finally:
        keeper.stop(seconds=5)


def test_a_page_that_has_changed_is_not_compressed_again(long_press):
    store = Tightened()
    keeper = Keeper(store, long_press.make)
    page = long_press.make(b"/a/")
    store.keep(page, since=0)
    page.stale_since = 1.0

    keeper._tighten(b"/a/")

    assert not page.is_tight
