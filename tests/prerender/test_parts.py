"""Pages are joined of parts; a part is drawn once for all pages, and again when what it shows has changed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from commonpress.changes.parts import part
from commonpress.changes.shown import keep, shows
from commonpress.fundraising import drawing
from commonpress.prerender import publisher
from commonpress.prerender.publisher import Leak, make
from commonpress.prerender.store import Store
from tests.factories.fundraising import make_drive, make_gift
from tests.factories.newsroom import PlainPageFactory, StoryFactory, make_publication

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)

pytestmark = pytest.mark.django_db


class Paper:
    """What two pages and a part they share show, and how often each was drawn."""

    def __init__(self):
        self.number = 1
        self.key = "drive:1"
        self.until = None
        self.drawn = []

    def sum(self):
        self.drawn.append("sum")
        shows(self.key, until=self.until)
        return f"<b>{self.number}</b>"

    def page(self, request):
        self.drawn.append(request.path)
        keep("page:1")
        return HttpResponse(f"Raised {part(draw_sum)} of all. {part(draw_sum)}!")


paper = Paper()


def draw_sum():
    return paper.sum()


def draw_name(_reader):
    return "Ann"


def draw_form():
    return '<input name="csrfmiddlewaretoken">'


def asks_for_its_reader(request):
    keep("page:1")
    return HttpResponse(part(draw_name, ("words", request.user)))


def holds_a_token(_request):
    keep("page:1")
    return HttpResponse(part(draw_form))


def shows_a_mark(_request):
    keep("page:1")
    return HttpResponse(b"0.0. " + part(draw_sum).encode())


urlpatterns = [
    path("a/", paper.page),
    path("b/", paper.page),
    path("reader/", asks_for_its_reader),
    path("token/", holds_a_token),
    path("mark/", shows_a_mark),
]
here = override_settings(ROOT_URLCONF=__name__, PUBLIC_URL="https://paper.example", ALLOWED_HOSTS=["paper.example"])


@pytest.fixture(autouse=True)
def _new_paper():
    paper.__init__()


def kept(store, address):
    page = make(address, store)
    store.keep(page, since=store.moment)
    return page.answers[b""].body


@here
def test_a_part_is_drawn_once_for_all_pages():
    store = Store()

    bodies = [kept(store, b"/a/"), kept(store, b"/b/")]

    assert bodies == [b"Raised <b>1</b> of all. <b>1</b>!"] * 2
    assert paper.drawn == ["/a/", "sum", "/b/"]


@here
def test_a_page_whose_part_changed_is_joined_and_not_drawn():
    store = Store()
    kept(store, b"/a/")
    kept(store, b"/b/")
    paper.number, paper.drawn = 2, []

    stale = store.change(["drive:1"])
    bodies = [kept(store, each.path) for each in stale]

    assert bodies == [b"Raised <b>2</b> of all. <b>2</b>!"] * 2
    assert paper.drawn == ["sum"]


@here
def test_a_page_that_changed_is_drawn_of_the_parts_that_still_stand():
    store = Store()
    kept(store, b"/a/")
    paper.drawn = []

    store.change(["page:1"])
    kept(store, b"/a/")

    assert paper.drawn == ["/a/"]


@here
@pytest.mark.parametrize(("key", "changed"), [("drive:*", "drive:7"), ("drive:1", "publication")])
def test_a_part_that_shows_all_of_a_kind_or_is_in_the_papers_words_is_drawn_again(key, changed):
    store = Store()
    paper.key = key
    kept(store, b"/a/")
    paper.number = 2

    store.change([changed])

    assert kept(store, b"/a/") == b"Raised <b>2</b> of all. <b>2</b>!"


@here
def test_a_part_that_the_clock_changes_is_drawn_again_by_itself():
    store = Store()
    paper.until = NOW + timedelta(hours=1)
    with time_machine.travel(NOW, tick=False):
        kept(store, b"/a/")
    paper.number, paper.until, paper.drawn = 2, None, []

    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert store.shown_at(b"/a/") is None
        body = kept(store, b"/a/")

    assert body == b"Raised <b>2</b> of all. <b>2</b>!"
    assert paper.drawn == ["sum"]


@here
def test_a_change_while_a_part_was_drawn_leaves_it_stale():
    store = Store()
    page = make(b"/a/", store)
    since = store.moment
    store.change(["drive:1"])
    paper.number = 2

    store.keep(page, since=since)

    assert store.page_at(b"/a/").stale_since is not None
    assert kept(store, b"/a/") == b"Raised <b>2</b> of all. <b>2</b>!"
    assert kept(store, b"/b/") == b"Raised <b>2</b> of all. <b>2</b>!"


@here
def test_a_part_of_a_page_that_was_dropped_meanwhile_is_not_taken_for_fresh():
    store = Store()
    kept(store, b"/a/")
    page = make(b"/b/", store)
    since = store.moment

    store.drop(b"/a/")
    store.change(["drive:1"])
    store.keep(page, since=since)
    paper.number = 2

    assert kept(store, b"/a/") == b"Raised <b>2</b> of all. <b>2</b>!"


@here
def test_no_part_outlives_changes_that_were_missed():
    store = Store()
    kept(store, b"/a/")
    page = make(b"/b/", store)
    since = store.moment
    paper.number = 2

    store.change_everything()
    store.keep(page, since=since)

    assert store.page_at(b"/b/").stale_since is not None
    assert kept(store, b"/a/") == b"Raised <b>2</b> of all. <b>2</b>!"


@here
def test_what_no_page_holds_takes_no_room():
    store = Store()
    for _ in range(3):
        kept(store, b"/a/")
        kept(store, b"/b/")
        store.change(["drive:1"])
    assert len(store.parts) == 3

    store.drop(b"/a/")
    store.drop(b"/b/")

    assert (store.size, store.parts, store.pages) == (0, {}, {})


@here
def test_a_page_that_is_the_same_as_before_is_not_compressed_again():
    store = Store()
    kept(store, b"/a/")
    before = store.page_at(b"/a/")

    store.change(["page:1", "drive:1"])
    kept(store, b"/a/")

    assert store.page_at(b"/a/").answers is before.answers


@here
def test_a_part_knows_nothing_of_its_reader():
    with pytest.raises(Leak, match="A part of a page to be kept is drawn of Nobody"):
        make(b"/reader/")
    with pytest.raises(Leak, match="csrfmiddlewaretoken"):
        make(b"/token/")


@here
def test_what_somebody_wrote_is_no_place_for_a_part():
    assert make(b"/mark/").answers[b""].body == b"0.0. <b>1</b>"


@time_machine.travel(NOW, tick=False)
def test_a_gift_draws_the_meter_once_and_no_page(monkeypatch, django_capture_on_commit_callbacks):
    make_publication()
    drive = make_drive()
    story = StoryFactory(title="Bridge closes")
    about = PlainPageFactory(title="About", slug="about")
    store = Store()
    addresses = ["/", story.path_here, about.path_here, "/2026/", f"{story.path_here}comments/oldest/"]
    for address in addresses:
        kept(store, address.encode())
    drawn = []
    typeset = drawing.typeset
    monkeypatch.setattr(drawing, "typeset", lambda *words: drawn.append("meter") or typeset(*words))
    monkeypatch.setattr(publisher, "_answer", lambda request: drawn.append(request.path))
    stale = []
    monkeypatch.setattr("commonpress.changes.listeners.listeners", [lambda keys: stale.extend(store.change(keys))])

    with django_capture_on_commit_callbacks(execute=True):
        make_gift(drive, 23_45, occurred_at=NOW)
    bodies = {page.path.decode(): kept(store, page.path).decode() for page in stale}

    assert drawn == ["meter"]
    assert sorted(bodies) == sorted(addresses)
    assert [address for address, body in bodies.items() if "23.45" not in body] == []
