import gzip
import time

import brotli
import pytest

from commonpress.prerender import store as rules
from commonpress.prerender.store import BROTLI, GZIP, PLAIN, Store, make_page


@pytest.fixture
def store():
    return Store()


def page(path=b"/a/", keys=("page:1",), *, body=b"words " * 100, until=None, began=None, before=None):
    began = time.monotonic() - 10 if began is None else began
    return make_page(path, [("Content-Type", "text/html")], body, keys=keys, until=until, began=began, before=before)


def test_a_fresh_page_is_shown(store):
    store.keep(page(), since=store.moment)

    assert store.shown_at(b"/a/") is not None


def test_a_change_of_what_it_shows_makes_it_stale(store):
    store.keep(page(keys=["page:1", "byline:2"]), since=store.moment)

    stale = store.change(["byline:2"])

    assert [each.path for each in stale] == [b"/a/"]
    assert store.shown_at(b"/a/") is None


def test_a_change_of_anything_else_does_not(store):
    store.keep(page(keys=["page:1"]), since=store.moment)

    assert store.change(["page:11", "thread:1"]) == []
    assert store.shown_at(b"/a/") is not None


def test_a_page_that_shows_every_thread_is_stale_after_any(store):
    store.keep(page(keys=["thread:*"]), since=store.moment)

    assert store.change(["thread:7"]) != []


def test_a_page_made_a_moment_ago_is_shown_until_it_may_be_made_again(store):
    store.keep(page(began=time.monotonic()), since=store.moment)

    store.change(["page:1"])

    assert store.shown_at(b"/a/") is not None


def test_a_change_while_it_was_made_leaves_it_stale(store):
    since = store.moment
    store.change(["page:1"])

    store.keep(page(), since=since)

    assert store.shown_at(b"/a/") is None


def test_a_change_before_it_was_made_does_not(store):
    store.change(["page:1"])

    store.keep(page(), since=store.moment)

    assert store.shown_at(b"/a/") is not None


def test_so_many_changes_that_some_were_forgotten_leave_it_stale(store):
    since = store.moment
    store.change(["page:1"])
    store.change([f"thread:{number}" for number in range(rules.REMEMBERED)])

    store.keep(page(), since=since)

    assert store.shown_at(b"/a/") is None


def test_what_was_missed_while_a_page_was_made_leaves_it_stale(store):
    since = store.moment
    store.change_everything()

    store.keep(page(), since=since)

    assert store.shown_at(b"/a/") is None


def test_where_changes_may_have_been_missed_everything_is_stale_and_still_there(store):
    store.keep(page(), since=store.moment)

    stale = store.change_everything()

    assert [each.path for each in stale] == [b"/a/"]
    assert store.shown_at(b"/a/") is None
    store.is_cut_off = True
    assert store.shown_at(b"/a/") is not None


def test_where_changes_may_have_been_missed_only_pages_somebody_reads_are_made_again_at_once(store):
    kept = page()
    store.keep(kept, since=store.moment)
    kept.read_at -= rules.SECONDS_HOT + 1

    assert store.change_everything() == []
    assert store.shown_at(b"/a/") is None


def test_a_page_from_its_file_is_no_better_than_the_one_that_was_made_meanwhile(store):
    newer = page(body=b"newer")
    store.keep(newer, since=store.moment)

    store.bring_back(page(body=b"older"), since=store.moment)

    assert store.page_at(b"/a/") is newer


def test_a_page_that_changed_while_its_file_was_read_is_stale(store):
    since = store.moment
    store.change(["page:1"])

    store.bring_back(page(), since=since)

    assert store.shown_at(b"/a/") is None


def test_a_page_made_again_is_not_read_by_that(store):
    first = page()
    store.keep(first, since=store.moment)
    first.read_at -= 30

    store.keep(page(), since=store.moment)

    assert store.page_at(b"/a/").read_at == first.read_at


def test_a_page_nobody_reads_is_dropped_rather_than_made_again(store):
    kept = page()
    store.keep(kept, since=store.moment)
    kept.read_at -= rules.SECONDS_HOT + 1

    assert store.change(["page:1"]) == []
    assert not store.is_kept(b"/a/")


def test_a_page_ends_with_its_hour(store):
    store.keep(page(until=time.time() - 1), since=store.moment)

    assert store.shown_at(b"/a/") is None


def test_without_a_database_the_last_page_is_better_than_none(store):
    store.keep(page(), since=store.moment)
    store.change(["page:1"])

    store.is_cut_off = True

    assert store.shown_at(b"/a/") is not None


def test_pages_read_longest_ago_give_way():
    store = Store(room=page().size * 5)
    for number in range(5):
        kept = page(b"/%d/" % number)
        kept.read_at -= 100 - number
        store.keep(kept, since=store.moment)
    store.shown_at(b"/0/")

    store.keep(page(b"/new/"), since=store.moment)

    assert store.is_kept(b"/0/")
    assert store.is_kept(b"/new/")
    assert not store.is_kept(b"/1/")
    assert store.size <= store.room
    assert store.size == sum(each.size for each in store.pages.values())


def test_a_store_that_has_dropped_everything_holds_nothing(store):
    for number in range(3):
        store.keep(page(b"/%d/" % number, keys=["publication", f"page:{number}"]), since=store.moment)
    store.keep(page(b"/0/", keys=["publication"]), since=store.moment)

    for number in range(3):
        store.drop(b"/%d/" % number)

    assert (store.size, store.pages, dict(store.by_key)) == (0, {}, {})


def test_the_same_words_have_the_same_tag_and_others_another():
    assert page(body=b"a" * 500).etag == page(b"/b/", body=b"a" * 500).etag != page(body=b"b" * 500).etag


def test_a_page_that_is_compressed_well_is_the_same_page_in_fewer_bytes(store):
    text = b" ".join(b"Word %d of the story." % (number * 7919 % 1000) for number in range(3000))
    long = page(b"/a/", body=text)
    store.keep(long, since=0)
    before = dict(long.answers)

    store.tighten(long)

    assert long.answers[PLAIN] is before[PLAIN]
    assert len(long.answers[GZIP].body) < len(before[GZIP].body)
    assert len(long.answers[BROTLI].body) < len(before[BROTLI].body)
    assert gzip.decompress(long.answers[GZIP].body) == text
    assert brotli.decompress(long.answers[BROTLI].body) == text
    assert b"content-length: %d\r\n" % len(long.answers[GZIP].body) in long.answers[GZIP].head
    assert long.answers[GZIP].head.count(b"content-length") == 1
    assert store.size == long.size
    store.drop(b"/a/")
    assert store.size == 0


def test_a_page_the_store_has_let_go_meanwhile_does_not_count(store):
    long = page(b"/a/", body=b"The same words. " * 500)

    store.tighten(long)

    assert store.size == 0


def test_what_is_the_same_again_keeps_its_good_compression(store):
    long = page(b"/a/", body=b"The same words. " * 500)
    store.tighten(long)

    again = page(b"/a/", body=b"The same words. " * 500, before=long)

    assert (again.is_tight, again.answers) == (True, long.answers)
