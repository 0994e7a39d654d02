"""Everything that keeps pages, put together: who is told what, in which order it starts and stops, what makes a version."""

import os
import threading
from datetime import UTC, datetime

import pytest

from commonpress.jobs import health
from commonpress.prerender import shelf as module
from commonpress.prerender.files import Mark
from commonpress.prerender.publisher import make
from commonpress.prerender.shelf import Shelf, front, stamp
from commonpress.prerender.store import Store
from tests.factories.newsroom import make_publication

AT = datetime(2026, 11, 28, 10, tzinfo=UTC)


@pytest.fixture
def folders(settings, tmp_path):
    settings.KEPT_DIR = tmp_path / "kept"
    settings.FRONT_DIR = str(tmp_path / "front")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture
def shelf(folders):
    lost = threading.Event()
    shelf = Shelf(lost=lost.set)
    shelf.was_lost = lost
    return shelf


@pytest.fixture
def noted(shelf, monkeypatch):
    """The names of what is opened, started and stopped, in order, with nothing of it done."""
    noted = []
    for name in ("front", "files", "keeper", "watch"):
        for verb in ("open", "start", "stop"):
            if hasattr(getattr(shelf, name), verb):
                monkeypatch.setattr(getattr(shelf, name), verb, note(noted, f"{verb} {name}"))
    return noted


def note(noted, words):
    return lambda **_options: noted.append(words)


def test_nothing_is_served_of_what_was_left_before_it_is_known_and_changes_are_heard_last(shelf, noted):
    shelf.start()
    health.others.remove(shelf.problem)

    assert noted == ["open front", "open files", "start files", "start front", "start keeper", "start watch"]


def test_who_hears_of_changes_stops_before_those_who_are_told(shelf, noted):
    health.others.append(shelf.problem)

    shelf.stop()

    assert noted == ["stop watch", "stop front", "stop keeper", "stop files"]
    assert shelf.problem not in health.others


def test_changes_are_read_on_from_where_the_last_process_was(shelf, noted, monkeypatch):
    monkeypatch.setattr(shelf.files, "mark", Mark(7, AT.isoformat()))

    shelf.start()
    health.others.remove(shelf.problem)

    assert shelf.watch.mark == (7, AT)


def test_the_mark_is_the_last_change_everybody_was_told_of(shelf):
    assert shelf.files.mark_now() is None
    shelf.watch.last, shelf.watch.last_at = 7, AT

    assert shelf.files.mark_now() == Mark(7, AT.isoformat())


def test_changes_that_were_missed_make_everything_stale_and_are_passed_on(shelf):
    edition = shelf.files.edition

    shelf.watch.lost()

    assert shelf.was_lost.is_set()
    assert shelf.files.edition != edition


def test_nothing_of_an_earlier_process_is_fresh_before_the_watch_has_caught_up(shelf):
    assert not shelf.files.is_caught_up

    shelf.watch.caught_up()

    assert shelf.files.is_caught_up


def test_while_the_database_is_away_the_last_pages_are_shown(shelf, monkeypatch):
    monkeypatch.setattr(shelf.keeper, "is_database_away", lambda: True)

    shelf.watch.away()

    assert shelf.store.is_cut_off


@pytest.mark.django_db
def test_pages_are_put_before_a_web_server_with_the_headers_they_have(folders):
    make_publication()

    assert front(Store()).file_of(make(b"/")) is not None


@pytest.fixture
def code(monkeypatch, folders, tmp_path):
    """A folder that stands where our code does."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "a.py").write_text("one")
    monkeypatch.setattr(module, "PACKAGE", code)
    return code


def test_the_same_code_with_the_same_settings_is_the_same_version(code, shelf):
    assert shelf.files.stamp == stamp() == stamp()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "https://other.example"),
        ("DATABASE_URL", "postgres://other"),
        ("DATA_DIR", "/other"),
        ("MEDIA_URL", "/other/"),
        ("STATIC_URL", "/other/"),
        ("LANGUAGE_CODE", "de"),
        ("DEBUG", True),
        ("IS_DEMO", True),
        ("LIVE_STREAMS", 7),
    ],
)
def test_a_setting_that_pages_show_makes_another_version(code, settings, name, value):
    before = stamp()

    setattr(settings, name, value)

    assert stamp() != before


def edit(code, settings):
    (code / "a.py").write_text("two")
    os.utime(code / "a.py", (1, 1))


def edit_in_the_same_second(code, settings):
    told = (code / "a.py").stat()
    (code / "a.py").write_text("three")
    os.utime(code / "a.py", ns=(told.st_atime_ns, told.st_mtime_ns))


def add_a_template(code, settings):
    (code / "b.html").write_text("")


def collect_static_files(code, settings):
    (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")


@pytest.mark.parametrize("act", [edit, edit_in_the_same_second, add_a_template, collect_static_files])
def test_code_a_template_or_a_static_file_makes_another_version(code, settings, act):
    before = stamp()

    act(code, settings)

    assert stamp() != before


def test_a_package_that_was_installed_makes_another_version(code, monkeypatch, tmp_path):
    before = stamp()
    (tmp_path / "packages").mkdir()

    monkeypatch.setattr(module.sysconfig, "get_path", lambda _name: str(tmp_path / "packages"))

    assert stamp() != before
