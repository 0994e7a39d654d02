"""The hottest pages as files for a web server in front."""

import errno
import shutil
import time
from pathlib import Path

import pytest

from commonpress.prerender import front as module
from commonpress.prerender.front import HOT, Front
from commonpress.prerender.store import Store, make_page

HEADERS = {"X-Frame-Options": "DENY", "Cache-Control": "no-cache"}
HTML = "text/html; charset=utf-8"


def page(path=b"/a/", *, kind=HTML, body=b"words " * 100, keys=("page:1",), until=None, **more):
    headers = {"Content-Type": kind, **HEADERS, **more}
    return make_page(path, headers.items(), body, keys=keys, until=until, began=time.monotonic() - 5)


@pytest.fixture
def front(tmp_path):
    front = Front(tmp_path / "front", Store(), HEADERS.items())
    front.open()
    return front


def keep(front, *pages, reads=HOT):
    for each in pages:
        front.store.keep(each, since=front.store.moment)
        each.reads = reads
    front.look()
    front.put_what_is_due()


def files(front):
    return sorted(str(file.relative_to(front.pages)) for file in front.pages.rglob("*") if file.is_file())


def test_a_page_many_read_is_there_in_every_encoding(front):
    keep(front, page())

    assert files(front) == ["a/index.html", "a/index.html.br", "a/index.html.gz"]
    assert (front.pages / "a" / "index.html").read_bytes() == b"words " * 100
    assert (front.pages / "a" / "index.html").stat().st_mode & 0o777 == 0o644


def test_a_page_few_read_is_not(front):
    keep(front, page(), reads=HOT - 1)

    assert files(front) == []


def test_the_most_read_come_first(front, monkeypatch):
    monkeypatch.setattr("commonpress.prerender.front.MOST", 2)
    for number in range(4):
        each = page(b"/%d/" % number, body=b"x")
        front.store.keep(each, since=0)
        each.reads = HOT + number

    front.look()
    front.put_what_is_due()

    assert files(front) == ["2/index.html", "3/index.html"]


def test_a_change_takes_it_away_at_once_and_the_next_version_has_a_later_second(front):
    keep(front, page())
    before = (front.pages / "a" / "index.html").stat().st_mtime

    front.store.change(["page:1"])
    front.change(["page:1"])
    assert files(front) == []
    again = page(body=b"WORDS " * 100)
    front.store.keep(again, since=front.store.moment)
    front.put(again)
    front.put_what_is_due()
    assert files(front) == []  # not yet: of the same second and size, nginx would take it for the same

    front.second_of[b"/a/"] -= 1
    front.due[b"/a/"] = 0
    front.put_what_is_due()
    assert (front.pages / "a" / "index.html").read_bytes() == b"WORDS " * 100
    assert (front.pages / "a" / "index.html").stat().st_mtime == front.second_of[b"/a/"] >= before


def test_a_page_that_shows_every_thread_is_taken_away_by_any(front):
    keep(front, page(keys=["thread:*"]))

    front.change(["thread:7"])

    assert files(front) == []


def test_a_stale_page_is_not_put_there(front):
    each = page()
    each.stale_since = time.monotonic()

    keep(front, each)

    assert files(front) == []


def test_a_page_goes_with_its_hour_and_comes_back_to_be_counted(front):
    keep(front, page(until=time.time() + 100), page(b"/b/", body=b"x"))
    front.there[b"/a/"].page.until = time.time() - 1

    front._take_out_what_is_over()
    assert files(front) == ["b/index.html"]

    front.wanted[b"/b/"] = time.monotonic() - 1
    front._take_out_what_is_over()
    front.look()
    front.put_what_is_due()
    assert files(front) == []


@pytest.mark.parametrize(
    "other",
    [
        page(b"/embed/", **{"X-Frame-Options": "ALLOWALL"}),
        page(b"/more/", **{"X-More": "1"}),
        page(b"/a/%2e/"),
        page(b"/a//b/"),
        page(b"/../a/"),
        page(b"/.hidden/"),
        page(b"/a/.index.html.ready"),
        page(b"/a;b/"),
        page(b"/meter.svg", kind="image/svg+xml"),
        page(b"/meter.txt", kind="application/xml; charset=utf-8"),
        page(b"/a/index.html"),
        page(b"/%s/" % (b"x" * 300)),
    ],
    ids=lambda page: page.path.decode(),
)
def test_what_a_web_server_may_misread_stays_with_us(front, other):
    keep(front, other)

    assert files(front) == []


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        (b"/", HTML, "index.html"),
        (b"/feed/", "application/rss+xml; charset=utf-8", "feed/index.rss"),
        (b"/feed/atom/", "application/atom+xml; charset=utf-8", "feed/atom/index.atom"),
        (b"/sitemap.xml", "application/xml; charset=utf-8", "sitemap.xml"),
        (b"/robots.txt", "text/plain; charset=utf-8", "robots.txt"),
    ],
)
def test_feeds_and_maps_have_names_of_their_own(front, path, kind, name):
    keep(front, page(path, kind=kind, body=b"x"))

    assert files(front) == [name]


def test_where_ones_path_is_anothers_folder_one_stays_with_us(front):
    keep(front, page(b"/sitemap.xml", kind="application/xml; charset=utf-8", body=b"x"), reads=HOT + 1)

    keep(front, page(b"/sitemap.xml/", body=b"x"))

    assert files(front) == ["sitemap.xml"]
    assert front.problem == ""


def test_what_the_last_process_left_is_taken_away_and_nothing_else(front, tmp_path):
    keep(front, page())
    (front.folder / "of-somebody").write_text("else")

    Front(front.folder, Store(), HEADERS.items()).open()

    assert files(front) == []
    assert [file.name for file in front.folder.iterdir() if file.name != "pages"] == ["of-somebody"]


def test_a_file_that_cannot_be_taken_away_is_told_and_tried_again(front, caplog):
    keep(front, page(body=b"x"))
    file = front.pages / "a" / "index.html"
    file.unlink()
    file.mkdir()

    front.change(["page:1"])

    assert "cannot be put into" in caplog.text
    assert front.problem != ""

    file.rmdir()
    front._try_again()
    assert front.problem == ""


def test_while_the_folder_cannot_be_emptied_nothing_is_put_there_and_it_is_told(front, monkeypatch):
    keep(front, page())
    with monkeypatch.context() as refusing:
        refusing.setattr(Path, "rename", refused)
        refusing.setattr(shutil, "rmtree", refused)
        front.take_out_all()
        front._try_again()
        assert front.problem != ""
    keep(front, page(b"/b/"))
    assert files(front)[0].startswith("a/")

    front._try_again()

    assert (front.problem, files(front)) == ("", [])


def refused(*_arguments, **_options):
    raise PermissionError(13, "Permission denied")


MEANWHILE = {
    "changed": lambda front, _page: (front.store.change(["page:1"]), front.change(["page:1"])),
    "dropped": lambda front, page: front.store.drop(page.path),
    "over": lambda _front, page: setattr(page, "until", time.time() - 1),
    "stopping": lambda front, _page: setattr(front, "is_stopping", True),
    "to be emptied": lambda front, _page: setattr(front, "must_empty", True),
}


@pytest.mark.parametrize("act", MEANWHILE.values(), ids=MEANWHILE)
def test_a_page_that_is_over_by_the_time_its_files_are_written_is_never_there(front, monkeypatch, act):
    each, seen = page(), []
    write = module.write_file

    def write_slowly(file, data, **options):
        write(file, data, **options)
        act(front, each)
        seen.extend(files(front))

    monkeypatch.setattr(module, "write_file", write_slowly)
    keep(front, each)

    assert [name for name in seen if not Path(name).name.startswith(".")] == []
    assert files(front) == []


@pytest.mark.parametrize("failing", ["index.html", "index.html.gz", "index.html.br"])
def test_of_a_page_that_cannot_be_put_there_whole_nothing_is(front, monkeypatch, failing):
    rename = Path.rename

    def fail_at_one(file, to):
        if to.name == failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        return rename(file, to)

    with monkeypatch.context() as full, pytest.raises(OSError, match="No space"):
        full.setattr(Path, "rename", fail_at_one)
        keep(front, page())

    assert [file for file in files(front) if not Path(file).name.startswith(".")] == []
    assert front.there == {}


def test_a_version_with_fewer_encodings_leaves_none_of_the_last(front):
    keep(front, page())
    front.second_of.clear()

    keep(front, page(body=b"x"), reads=0)
    front.put(front.store.page_at(b"/a/"))
    front.put_what_is_due()

    assert files(front) == ["a/index.html"]


def test_a_file_that_was_stuck_is_taken_away_once_it_can_be(front, monkeypatch):
    keep(front, page(body=b"x"))
    with monkeypatch.context() as refusing:
        refusing.setattr(Path, "unlink", refused)
        front.change(["page:1"])
        front._try_again()
        assert (front.problem != "", files(front)) == (True, ["a/index.html"])

    front._try_again()

    assert (front.problem, files(front)) == ("", [])


def test_who_stops_leaves_nothing_for_the_web_server(front):
    keep(front, page())
    assert files(front) != []
    front.start()

    front.stop(seconds=10)

    assert files(front) == []


def test_after_the_word_to_stop_nothing_is_put_there(front):
    front.is_stopping = True

    keep(front, page())

    assert files(front) == []


def test_what_is_known_of_a_page_is_forgotten_once_its_second_is_over(front):
    keep(front, page())
    front.second_of = {b"/a/": int(time.time()) - 2, b"/b/": int(time.time()) + 60}

    front.look()

    assert list(front.second_of) == [b"/b/"]


def test_folders_that_hold_nothing_any_more_go_and_others_stay(front):
    keep(front, page(b"/2026/a/"), page(b"/2026/b/", keys=["page:2"]), page(b"/desk/sport/", keys=["page:3"]))
    front.change(["page:1", "page:3"])

    front.look()

    assert sorted(str(each.relative_to(front.pages)) for each in front.pages.rglob("*") if each.is_dir()) == [
        "2026",
        "2026/b",
    ]
    assert "2026/b/index.html" in files(front)
