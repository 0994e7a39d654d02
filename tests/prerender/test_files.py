"""Kept pages as files: what the next start finds, and what it must not find."""

import json
import os
import time
from dataclasses import replace

import pytest

from commonpress.prerender.files import Files, Mark
from commonpress.prerender.keeper import Keeper
from commonpress.prerender.records import MAGIC
from commonpress.prerender.store import Store, make_page

BODY = b"A story. " * 50


def page(path=b"/a/", keys=("page:1",), body=BODY):
    headers = [("Content-Type", "text/html")]
    return make_page(path, headers, body, keys=keys, until=None, began=time.monotonic() - 5)


class Process:
    """What one process after the other does with the same folder."""

    def __init__(self, folder, *, stamp="1", room=10_000_000, number=7):
        self.number = number
        self.store = Store()
        self.files = Files(
            folder, self.store, room=room, stamp=stamp, mark_now=lambda: Mark(self.number, "2026-11-28T10:00:00+00:00")
        )
        self.files.open()

    def keep(self, *pages):
        for each in pages:
            self.store.keep(each, since=self.store.moment)
            self.files.put(each, since=self.files.store.moment)

    def change(self, *keys):
        self.store.change(keys)
        return list(self.files.change(keys))

    def write(self):
        """Do what the thread does, without waiting."""
        self.files.is_stopping = True
        self.files._write()
        self.files.is_stopping = False

    def end(self):
        """End as by a signal that asks nobody."""
        self.files.held.close()

    def shown_at(self, path):
        self.files.read(path)
        return self.store.shown_at(path)


@pytest.fixture
def start(tmp_path):
    """Start a process on the folder; the one before has ended."""
    running = []

    def start(**options):
        for process in running:
            process.end()
        process = Process(tmp_path / "kept", **options)
        running[:] = [process]
        return process

    yield start
    for process in running:
        process.end()


@pytest.fixture
def after(start):
    """What the next process finds, after this one kept two pages."""
    first = start()
    first.files.catch_up()
    first.keep(page(), page(b"/b/", ["page:2"]))
    first.write()
    return first


def test_a_page_outlives_its_process_byte_for_byte(start, after):
    second = start()
    second.files.catch_up()

    found, before = second.shown_at(b"/a/"), after.store.page_at(b"/a/")

    assert (found.answers, found.not_modified, found.etag) == (before.answers, before.not_modified, before.etag)
    assert (found.keys, found.until, found.size) == (before.keys, before.until, before.size)


def test_nothing_is_fresh_before_all_that_was_changed_meanwhile_is_known(start, after):
    second = start()

    assert second.shown_at(b"/a/") is None
    second.store.is_cut_off = True
    assert second.shown_at(b"/a/") is not None


def test_what_was_changed_meanwhile_is_gone_for_good(start, after):
    second = start()
    assert second.files.mark == Mark(7, "2026-11-28T10:00:00+00:00")

    assert second.change("page:1") == [b"/a/"]
    second.files.catch_up()
    second.store.is_cut_off = True

    assert second.shown_at(b"/a/") is None
    assert second.shown_at(b"/b/") is not None
    second.write()
    assert not start().files.has(b"/a/")


def test_a_change_is_on_the_disk_before_the_mark_that_says_so(start, after, monkeypatch):
    after.number = 8
    after.change("page:1")
    monkeypatch.setattr(type(after.files), "_remove_files", lambda _: (_ for _ in ()).throw(OSError(5, "broken")))
    after.write()

    assert start().files.mark == Mark(7, "2026-11-28T10:00:00+00:00")


def test_who_ends_before_all_is_known_has_not_moved_the_mark(start, after):
    second = start(number=9)
    second.write()

    assert start().files.mark == Mark(7, "2026-11-28T10:00:00+00:00")


def test_another_version_shows_nothing_of_the_last_while_there_is_a_database(start, after):
    second = start(stamp="2")
    second.files.catch_up()

    assert second.shown_at(b"/a/") is None
    assert sorted(second.files.stale_paths()) == [b"/a/", b"/b/"]
    second.store.is_cut_off = True
    assert second.shown_at(b"/a/") is not None


def test_pages_of_a_version_that_came_and_went_are_not_taken_for_fresh(start, after):
    other = start(stamp="2")
    other.files.catch_up()
    other.write()

    back = start()
    back.files.catch_up()

    assert back.shown_at(b"/a/") is None


def test_pages_read_most_are_made_again_first(start):
    first = start()
    first.files.catch_up()
    first.keep(page(b"/a/"), page(b"/b/"), page(b"/c/"))
    for _ in range(5):
        first.store.shown_at(b"/c/")
    first.store.shown_at(b"/b/")
    first.change("page:1")
    first.keep(page(b"/a/"), page(b"/b/"))
    first.store.keep(page(b"/c/"), since=first.store.moment)
    for _ in range(5):
        first.store.shown_at(b"/c/")
    first.write()

    second = start()
    second.files.change_everything()
    second.files.catch_up()

    assert second.files.stale_paths()[0] == b"/c/"


def test_a_page_that_changed_before_it_was_written_is_not_written(start, after):
    after.keep(page(b"/c/", ["page:3"]))
    after.change("page:3")
    after.write()

    assert not start().files.has(b"/c/")


def test_a_stale_page_is_not_put_away(start, after):
    stale = page(b"/c/")
    stale.stale_since = time.monotonic()

    after.files.put(stale, since=after.files.store.moment)

    assert not after.files.has(b"/c/")


def test_a_page_made_again_after_its_change_is_there(start, after):
    after.change("page:1")
    after.keep(page(body=b"new " * 100))
    after.write()
    after.write()

    second = start()
    second.files.catch_up()
    assert second.shown_at(b"/a/").answers[b""].body == b"new " * 100


def test_a_page_made_again_between_two_steps_of_the_writer_is_not_removed_with_the_last(start, after):
    after.change("page:1")
    after.keep(page(body=b"new " * 100))

    after.files.is_stopping = True
    after.files._write_pages()
    after.write()
    after.write()

    second = start()
    second.files.catch_up()
    assert second.shown_at(b"/a/").answers[b""].body == b"new " * 100


def test_pages_read_longest_ago_give_way(start):
    room = page(b"/0/").size * 5
    process = start(room=room)
    for number in range(5):
        process.keep(page(b"/%d/" % number))
        process.store.drop(b"/%d/" % number)
        process.files.records[b"/%d/" % number].read_at -= 100 - number
    process.shown_at(b"/0/")

    process.keep(page(b"/new/"))

    assert process.files.size <= room
    assert (process.files.has(b"/0/"), process.files.has(b"/1/"), process.files.has(b"/new/")) == (True, False, True)


@pytest.mark.parametrize("harm", [lambda data: data[:-1], lambda data: data[:-1] + b"?", lambda _: b"", lambda _: b"x"])
def test_half_a_file_is_no_page(start, after, harm):
    file = after.files.file_of(b"/a/")
    file.write_bytes(harm(file.read_bytes()))

    second = start()
    second.files.catch_up()
    second.store.is_cut_off = True

    assert second.shown_at(b"/a/") is None
    assert second.shown_at(b"/b/") is not None


def test_a_file_under_the_name_of_another_page_is_none(start, after):
    after.files.file_of(b"/a/").replace(after.files.file_of(b"/b/"))

    second = start()

    assert (second.files.has(b"/a/"), second.files.has(b"/b/")) == (False, False)


def test_two_processes_do_not_share_a_folder(tmp_path, start, after, caplog):
    child = os.fork()
    if not child:
        other = Process(tmp_path / "kept")
        os._exit(other.files.is_open)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_files_are_for_nobody_else(after):
    assert after.files.file_of(b"/a/").stat().st_mode & 0o777 == 0o600
    assert after.files.folder.stat().st_mode & 0o777 == 0o700


def test_what_memory_had_no_room_for_is_not_put_away_after_a_change(after):
    since = after.store.moment
    late = page(b"/late/")
    after.store.change(["page:1"])

    after.files.put(late, since=since)

    assert not after.files.has(b"/late/")


def test_a_page_read_from_its_file_while_a_change_is_told_is_stale(after):
    """The change has reached memory, where the page was not, and not yet the files."""
    after.store.drop(b"/a/")

    class SlowFront:
        def change(self, _keys):
            after.files.read(b"/a/")

    Keeper(after.store, lambda _path: None, files=after.files, front=SlowFront()).change(["page:1"])

    assert after.store.page_at(b"/a/").stale_since is not None


def test_what_no_longer_waits_for_memory_comes_back_without_its_parts(after):
    waiting = replace(page(b"/c/"), parts=("held by nobody",))
    after.files.put(waiting, since=after.store.moment)

    after.files.read(b"/c/")

    assert after.store.page_at(b"/c/").parts == ()


@pytest.mark.parametrize("line", [b"{}", b"[]", b'{"path": 7}', b"words"])
def test_a_file_that_says_nothing_of_its_page_is_taken_away(start, after, line):
    file = after.files.file_of(b"/a/")
    file.write_bytes(MAGIC + b"\n" + line + b"\n")

    second = start()

    assert (second.files.is_open, second.files.problem, file.exists()) == (True, "", False)


@pytest.mark.parametrize("words", [{"at": "then"}, {"number": None}, []])
def test_a_mark_that_cannot_be_read_is_none(start, after, words):
    mark = after.files.folder / "mark.json"
    mark.write_text(json.dumps(words and json.loads(mark.read_text()) | words))

    assert start().files.mark is None


def test_no_list_grows_of_pages_that_have_no_files(tmp_path):
    off = Files(tmp_path / "kept", Store(), room=0, stamp="1", mark_now=lambda: None)
    off.open()

    for number in range(3):
        off.remove(b"/%d/" % number)

    assert off.to_remove == set()
