"""What the keeper hears is known wherever a page is kept: in memory, as a file, and before a web server in front."""

import time

import pytest

from commonpress.prerender.keeper import Keeper
from commonpress.prerender.store import Store, make_page


class Place:
    """Stands where the files and the web server's are, and notes what it is told, and whether memory knew by then."""

    def __init__(self, name, page, noted):
        self.name, self.page, self.noted = name, page, noted

    def note(self, words):
        self.noted.append((self.name, words, self.page.stale_since is not None))

    def change(self, keys):
        self.note(f"changed {' '.join(keys)}")
        return {}

    def last_read(self, path):
        return time.time()

    def change_everything(self):
        self.note("everything changed")

    def take_out_all(self):
        self.note("everything changed")

    def catch_up(self):
        self.note("caught up")

    def stale_paths(self):
        self.note("what is stale")
        return [b"/b/"]


@pytest.fixture
def page():
    return make_page(b"/a/", [], b"words", keys=["page:1"], until=None, began=time.monotonic() - 5)


@pytest.fixture
def noted():
    return []


@pytest.fixture
def keeper(page, noted):
    """A keeper that is not at work, with one page."""
    store = Store()
    store.keep(page, since=0)
    return Keeper(store, lambda _path: None, files=Place("files", page, noted), front=Place("front", page, noted))


def test_a_change_is_known_in_memory_first_and_then_everywhere(keeper, noted):
    keeper.change(["page:1"])

    assert noted == [("front", "changed page:1", True), ("files", "changed page:1", True)]
    assert list(keeper.due) == [b"/a/"]


def test_that_changes_were_missed_is_known_in_memory_first_and_then_everywhere(keeper, noted):
    keeper.change_everything()

    assert noted == [("front", "everything changed", True), ("files", "everything changed", True)]
    assert list(keeper.due) == [b"/a/"]


def test_when_all_is_known_files_count_again_and_the_database_is_there(keeper, noted):
    keeper.store.is_cut_off = True

    keeper.catch_up()

    assert noted == [("files", "caught up", False), ("files", "what is stale", False)]
    assert (keeper.store.is_cut_off, list(keeper.due)) == (False, [b"/b/"])
