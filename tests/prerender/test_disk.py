"""A disk that is full, or may not be written: readers keep getting pages, operators one line and a red light."""

import os
import shutil
import subprocess
import time

import pytest

from commonpress.prerender.files import Files, Mark
from commonpress.prerender.store import Store, make_page


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 128 kB."""
    if os.getuid() != 0 or not shutil.which("mount"):
        pytest.skip("Only root can mount a small disk.")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", folder], check=False)
    if mounted.returncode != 0:
        pytest.skip("Nothing can be mounted here.")
    yield folder
    subprocess.run(["umount", folder], check=True)


def keep(store, files, path):
    body = os.urandom(30_000)
    page = make_page(path, [], body, keys=["page:1"], until=None, began=time.monotonic() - 5)
    store.keep(page, since=store.moment)
    files.put(page, since=files.store.moment)
    files.is_stopping = True
    files._write()
    return page


def test_a_full_disk_costs_readers_nothing_and_is_said_once(small_disk, caplog):
    store = Store()
    files = Files(
        small_disk / "kept", store, room=10**9, stamp="1", mark_now=lambda: Mark(1, "2026-11-28T10:00:00+00:00")
    )
    files.open()
    files.catch_up()

    pages = [keep(store, files, b"/%d/" % number) for number in range(5)]

    assert [store.shown_at(page.path) for page in pages] == pages
    assert files.problem == "kept pages cannot be written: No space left on device"
    assert [record.getMessage() for record in caplog.records] == [
        f"Kept pages cannot be written to {files.folder} (No space left on device); they are kept in memory only"
    ]
    assert not list(files.folder.glob("*.unfinished"))

    for page in pages:
        files.remove(page.path)
    files._write()
    assert files.problem == ""
    assert caplog.records[-1].getMessage() == "Kept pages can be written again"
    files.held.close()


def test_on_a_full_disk_what_is_changed_is_gone_all_the_same(small_disk):
    store = Store()
    files = Files(
        small_disk / "kept", store, room=10**9, stamp="1", mark_now=lambda: Mark(1, "2026-11-28T10:00:00+00:00")
    )
    files.open()
    files.catch_up()
    pages = [keep(store, files, b"/%d/" % number) for number in range(5)]

    files.change(["page:1"])
    files._write()

    assert [page.path for page in pages if files.file_of(page.path).exists()] == []
    files.held.close()


def test_a_folder_that_cannot_be_made_leaves_pages_in_memory(tmp_path, caplog):
    (tmp_path / "kept").write_text("in the way")
    files = Files(tmp_path / "kept", Store(), room=10**9, stamp="1", mark_now=lambda: None)

    files.open()

    assert files.problem == "kept pages cannot be written: File exists"
    assert len(caplog.records) == 1
