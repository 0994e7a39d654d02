"""A kept page's file is whole or not there at all, whatever happens to the machine; and what is gone stays gone."""

import os
import time
from pathlib import Path

import pytest

from commonpress.prerender import files, records
from commonpress.prerender.records import bytes_of, read_page, read_record, sync_folder, write_file
from commonpress.prerender.store import make_page
from tests.prerender.test_files import after, page, start

__all__ = ["after", "start"]  # the fixtures


@pytest.fixture
def disk(monkeypatch):
    """What is asked of the disk, in order: what was made sure of, with its size, and what was renamed or removed."""
    asked = []
    fsync, rename, unlink = os.fsync, Path.rename, Path.unlink

    def noted_fsync(descriptor):
        file = Path(f"/proc/self/fd/{descriptor}").resolve()
        asked.append(("sync", file.name, None if file.is_dir() else os.fstat(descriptor).st_size))
        fsync(descriptor)

    def noted_rename(file, target):
        asked.append(("rename", file.name, target.name))
        return rename(file, target)

    def noted_unlink(file, *, missing_ok=False):
        asked.append(("remove", file.name, None))
        unlink(file, missing_ok=missing_ok)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    monkeypatch.setattr(Path, "unlink", noted_unlink)
    return asked


def test_a_file_is_made_sure_of_whole_before_it_has_its_name(tmp_path, disk):
    write_file(tmp_path / "a.page", b"x" * 50)
    sync_folder(tmp_path)

    assert disk == [
        ("sync", "a.page.unfinished", 50),
        ("rename", "a.page.unfinished", "a.page"),
        ("sync", tmp_path.name, None),
    ]


def test_what_a_write_that_was_cut_off_left_is_no_part_of_the_next(tmp_path):
    (tmp_path / "a.page.unfinished").write_bytes(b"left over")

    write_file(tmp_path / "a.page", b"new")

    assert (tmp_path / "a.page").read_bytes() == b"new"


def test_a_write_that_fails_leaves_the_last_one_and_nothing_beside_it(tmp_path, monkeypatch):
    file = tmp_path / "a.page"
    write_file(file, b"last")
    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(OSError, match="No space left"):
        write_file(file, b"next")

    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.page", b"last")]


def refuse(*_arguments):
    raise OSError(28, "No space left on device")


def test_pages_and_their_names_are_on_the_disk_before_the_writer_goes_on(after, disk):
    after.keep(page(b"/c/", ["page:3"]), page(b"/d/", ["page:3"]))

    after.write()

    renamed = [place for place, (what, *_rest) in enumerate(disk) if what == "rename"]
    assert len(renamed) >= 2
    assert disk[-1] == ("sync", after.files.folder.name, None)


def test_what_was_changed_is_gone_from_the_disk_before_the_mark_is_written(after, disk):
    after.number = 8
    after.change("page:1")

    after.write()

    name = after.files.file_of(b"/a/").name
    folder = after.files.folder.name
    assert [(what, of) for what, of, _more in disk] == [
        ("remove", name),
        ("sync", folder),
        ("sync", "mark.json.unfinished"),
        ("rename", "mark.json.unfinished"),
        ("sync", folder),
    ]


def test_a_change_that_comes_while_files_are_removed_waits_for_the_next_mark(start, after, monkeypatch):
    remove = files.Files._remove_files

    def change_meanwhile(self):
        remove(self)
        after.number = 8
        after.change("page:1")

    with monkeypatch.context() as slow:
        slow.setattr(files.Files, "_remove_files", change_meanwhile)
        after.write()

    second = start()
    assert second.files.mark.number == 7
    assert second.files.has(b"/a/")


def test_that_changes_were_missed_is_written_down_at_once(start, after):
    after.files.change_everything()
    after.files._write()

    second = start()
    second.files.catch_up()

    assert second.shown_at(b"/a/") is None


def test_changes_missed_while_the_mark_is_written_are_not_taken_for_known(start, after, monkeypatch):
    mark_now = after.files.mark_now

    def miss_some():
        mark = mark_now()
        after.files.edition_before = after.files.edition
        return mark

    monkeypatch.setattr(after.files, "mark_now", miss_some)
    remove = after.files._remove_files
    monkeypatch.setattr(after.files, "_remove_files", lambda: (remove(), after.files.change_everything()))
    after.number = 8
    after.write()

    second = start()
    assert second.files.edition == after.files.edition_before


def test_a_change_that_is_told_while_a_file_is_read_leaves_the_page_stale(after, monkeypatch):
    after.store.drop(b"/a/")

    def read_slowly(file, path):
        found = read_page(file, path)
        after.store.change(["page:1"])
        return found

    monkeypatch.setattr(files, "read_page", read_slowly)
    after.files.read(b"/a/")

    assert after.store.page_at(b"/a/").stale_since is not None


def test_a_page_that_came_back_since_a_change_is_written_again_with_its_next_version(after, monkeypatch):
    """The writer was at the last version when the next one was put."""
    after.keep(page(b"/c/", ["page:3"]))
    write = files.write_file

    def put_meanwhile(file, data):
        if file.suffix != ".page":
            return write(file, data)
        monkeypatch.setattr(files, "write_file", write)
        after.keep(page(b"/c/", ["page:3"], body=b"next " * 100))
        return write(file, data)

    monkeypatch.setattr(files, "write_file", put_meanwhile)
    after.write()
    after.write()

    assert read_page(after.files.file_of(b"/c/"), b"/c/").answers[b""].body == b"next " * 100


def test_a_page_that_changes_all_the_time_is_written_every_ten_seconds(after):
    after.keep(page(b"/a/", body=b"second " * 100))
    due = after.files.due[b"/a/"] - after.files.written[b"/a/"]

    assert due == pytest.approx(files.SECONDS_BETWEEN_WRITES)


def test_a_changed_page_is_neither_known_nor_written_nor_counted(after):
    after.keep(page(b"/c/", ["thread:*"]))
    size = after.files.size

    after.change("thread:7")

    assert (after.files.has(b"/c/"), b"/c/" in after.files.due, after.files.size < size) == (False, False, True)


def test_a_page_that_is_put_twice_counts_once(after):
    size = after.files.size

    after.keep(page())

    assert after.files.size == size


def test_a_full_queue_takes_no_other_pages(after, monkeypatch):
    monkeypatch.setattr(files, "LONGEST_QUEUE", 1)
    after.keep(page(b"/c/"))
    after.keep(page(b"/d/"))
    after.keep(page(b"/c/"))

    assert list(after.files.due) == [b"/c/"]


def test_who_may_not_have_the_folder_writes_nothing_there(after):
    after.files.is_open = False

    after.keep(page(b"/c/"))

    assert (after.files.has(b"/c/"), after.files.due) == (False, {})


def test_a_file_that_is_damaged_is_taken_away_and_no_longer_promised(after):
    after.store.drop(b"/a/")
    after.files.file_of(b"/a/").write_bytes(b"")

    after.files.read(b"/a/")

    assert not after.files.has(b"/a/")
    after.write()
    assert not after.files.file_of(b"/a/").exists()


def test_what_a_process_was_writing_when_it_ended_is_taken_away(start, after):
    left = after.files.folder / "x.page.unfinished"
    left.write_bytes(b"half")

    start()

    assert not left.exists()


def test_a_file_of_another_format_is_no_page(tmp_path):
    file = tmp_path / "a.page"
    file.write_bytes(bytes_of(page(), "1").replace(records.MAGIC, b"commonpress kept page 0"))

    assert (read_record(file), read_page(file, b"/a/")) == (None, None)


def test_a_file_that_holds_another_page_is_not_this_one(tmp_path):
    file = tmp_path / "a.page"
    file.write_bytes(bytes_of(page(), "1"))

    assert read_page(file, b"/a/").path == b"/a/"
    assert read_page(file, b"/b/") is None


def test_a_page_from_its_file_ends_with_its_hour(tmp_path):
    file = tmp_path / "a.page"
    headers = [("Content-Type", "text/html")]
    until = time.time() - 1
    file.write_bytes(bytes_of(make_page(b"/a/", headers, b"x", keys=["page:1"], until=until, began=0), "1"))

    found = read_page(file, b"/a/")

    assert (found.until, found.may_be_shown(time.monotonic())) == (until, False)
