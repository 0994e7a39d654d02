import datetime as dt
import io
import xml.etree.ElementTree as ET

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from commonpress.discussion.actions.imports import finish_import, import_comment
from commonpress.newsroom.actions.imports import import_page
from commonpress.newsroom.icons import initial
from commonpress.newsroom.models.publication import Publication
from tests.factories.newsroom import BylineFactory, DeskFactory, PlainPageFactory, StoryFactory, make_publication
from tests.factories.photos import make_photo

pytestmark = pytest.mark.django_db

HOST = settings.PUBLIC_URL
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def at(year, month, day=15, hour=12):
    return dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


def test_a_byline_shows_its_stories_and_its_months(client):
    byline = BylineFactory(name="Ada Byrne", slug="ada")
    StoryFactory(title="In May", bylines=[byline], first_public_at=at(2026, 5))
    StoryFactory(title="In June", bylines=[byline], first_public_at=at(2026, 6))
    StoryFactory(title="Somebody else's")

    everything = client.get("/by/ada/").content.decode()
    may = client.get("/by/ada/2026/05/").content.decode()

    assert "Ada Byrne" in everything
    assert ["In May" in everything, "In June" in everything, "Somebody" in everything] == [True, True, False]
    assert ["In May" in may, "In June" in may] == [True, False]
    assert "/by/ada/2026/06/" in everything


def test_a_tag_in_any_script_shows_its_stories_and_its_months(client):
    StoryFactory(title="In May", tags=["Вода"], first_public_at=at(2026, 5))
    slug = StoryFactory(title="In June", tags=["Вода"], first_public_at=at(2026, 6)).tags.get().slug

    assert "In June" in client.get(f"/tag/{slug}/").content.decode()
    may = client.get(f"/tag/{slug}/2026/05/").content.decode()
    assert ["In May" in may, "In June" in may] == [True, False]


@pytest.mark.parametrize(
    "address",
    [
        "/by/nobody/",
        "/tag/nothing/",
        "/tag/secret/",
        "/by/ada/2020/",
        "/by/ada/2026/13/",
        "/by/ada/0000/01/",
        "/by/ada/x/",
    ],
)
def test_what_is_not_there_is_not_found(client, address):
    BylineFactory(slug="ada")
    StoryFactory(published=False, tags=["secret"])

    assert client.get(address).status_code == 404


def test_search_shows_what_was_found_and_keeps_the_question(client):
    StoryFactory(title="Bridge", body=[("paragraph", "<p>The old <b>stones</b> were sold.</p>")])

    answer = client.get("/search/", {"q": 'stone "old stones'})

    page = answer.content.decode()
    assert "The <mark>old</mark> <mark>stones</mark> were sold." in page or "<mark>old stones</mark>" in page
    assert 'value="stone &quot;old stones"' in page
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies


def test_search_says_when_nothing_was_found(client):
    assert "No story holds all of “submarine”." in client.get("/search/?q=submarine").content.decode()
    assert "No story" not in client.get("/search/").content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1.5", "51", "99999999999999999999", "²", "١", "1e3"])
def test_a_page_of_results_that_cannot_be_is_not_found(client, page):
    assert client.get("/search/", {"q": "bridge", "page": page}).status_code == 404


@pytest.mark.parametrize("question", ['"', "<script>", "a" * 5000, "%00", "NEAR(", "é" * 300])
def test_an_odd_question_is_answered(client, question):
    answer = client.get("/search/", {"q": question})

    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().split("<main")[1]


def test_results_go_on_on_the_next_page(client):
    desk = DeskFactory()
    for number in range(22):
        StoryFactory(title=f"Bridge {number}", desk=desk)

    first = client.get("/search/?q=bridge").content.decode()
    second = client.get("/search/?q=bridge&page=2").content.decode()

    assert first.count('class="entry ') == 20
    assert "/search/?q=bridge&amp;page=2" in first
    assert second.count('class="entry ') == 2
    assert "page=3" not in second


def test_a_machine_that_searches_without_end_is_asked_to_wait(client, settings):
    settings.SEARCHES_PER_MINUTE = 2
    cache.clear()

    answers = [client.get("/search/?q=bridge").status_code for _ in range(3)]

    assert answers == [200, 200, 429]
    assert client.get("/search/").status_code == 200
    cache.clear()


def places(answer):
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    return [node.text for node in ET.parse(io.BytesIO(answer.content)).getroot().iter(f"{SITEMAP}loc")]


def test_the_sitemap_is_an_index_of_months(client):
    byline = BylineFactory(slug="ada")
    late = StoryFactory(title="Late", first_public_at=dt.datetime(2026, 5, 31, 23, 59, tzinfo=dt.UTC), bylines=[byline])
    StoryFactory(title="Later", first_public_at=dt.datetime(2026, 6, 1, 0, 0, tzinfo=dt.UTC))
    StoryFactory(title="Secret", published=False)
    PlainPageFactory(title="About", slug="about")
    BylineFactory(slug="silent")

    assert places(client.get("/sitemap.xml")) == [
        f"{HOST}/sitemap/pages.xml", f"{HOST}/sitemap/2026-06.xml", f"{HOST}/sitemap/2026-05.xml",
    ]  # fmt: skip
    assert places(client.get("/sitemap/2026-05.xml")) == [f"{HOST}{late.path_here}"]
    pages = places(client.get("/sitemap/pages.xml"))
    assert f"{HOST}/about/" in pages
    assert f"{HOST}/by/ada/" in pages
    assert f"{HOST}/by/silent/" not in pages
    assert [client.get(f"/sitemap/{month}.xml").status_code for month in ("2026-07", "2026-13", "0000-01")] == [404] * 3


def test_a_long_sitemap_costs_no_more(client):
    StoryFactory()
    with CaptureQueriesContext(connection) as one:
        client.get("/sitemap.xml")
    for year in (2020, 2021, 2022):
        StoryFactory(first_public_at=at(year, 1))

    with CaptureQueriesContext(connection) as four:
        client.get("/sitemap.xml")

    assert len(four) == len(one) <= 2


def test_robots_are_told_where_not_to_go(client):
    told = client.get("/robots.txt").content.decode()

    assert "Disallow: /admin/\n" in told
    assert told.endswith(f"Sitemap: {HOST}/sitemap.xml\n")


def test_the_icon_is_the_papers_initial_on_its_colour(client):
    make_publication(name="The Lower Valley Courier", spot_colour="#004488")

    drawing = client.get("/icon.svg")
    touch = Image.open(io.BytesIO(client.get("/apple-touch-icon.png").content))
    favicon = Image.open(io.BytesIO(client.get("/favicon.ico").content))

    assert ET.fromstring(drawing.content)[1].text == "L"
    assert 'fill="#004488"' in drawing.content.decode()
    assert (touch.size, touch.getpixel((2, 2))) == ((180, 180), (0, 0x44, 0x88))
    assert favicon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    assert client.get("/manifest.webmanifest").json()["name"] == "The Lower Valley Courier"


def test_the_icon_is_the_papers_logo_where_it_has_one(client):
    make_publication(logo=make_photo(width=300, height=300))

    touch = Image.open(io.BytesIO(client.get("/apple-touch-icon.png").content))

    assert max(abs(a - b) for a, b in zip(touch.getpixel((90, 90)), (120, 90, 60), strict=True)) < 6


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("The Lower Valley Courier", "L"),
        ("Die Woche", "W"),
        ("The", "T"),
        ("éclair", "É"),
        ("ßtadtblatt", "S"),
        ("<&>", "C"),
        ("“Quay”", "C"),
    ],
)
def test_an_initial_is_found_in_any_name(name, letter):
    assert initial(Publication(name=name)) == letter


@pytest.mark.parametrize(
    "address",
    ["/feed/", "/feed/atom/", "/by/ada/", "/tag/water/", "/search/?q=x", "/sitemap.xml", "/robots.txt", "/favicon.ico",
     "/icon.svg", "/apple-touch-icon.png", "/manifest.webmanifest"],
)  # fmt: skip
def test_public_addresses_are_only_read_and_set_no_cookie(client, address):
    StoryFactory(bylines=[BylineFactory(slug="ada")], tags=["water"])

    answer = client.get(address)

    assert (answer.status_code, len(answer.cookies)) == (200, 0)
    assert "Cookie" not in answer.get("Vary", "")
    assert client.head(address).status_code == 200
    assert client.post(address, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 405


def test_a_plain_page_shows_old_photos_and_does_not_call_them_file_photos(client):
    photo = make_photo(taken_on=dt.date(2019, 5, 3), caption="The newsroom")
    entry = {"photo": photo.pk, "caption": ""}
    body = [("photo", entry), ("gallery", {"title": "", "photos": [entry, entry]})]

    page = import_page(title="About", body=body, state="public", public_at=None)

    answer = client.get(page.path_here)
    assert answer.status_code == 200
    assert answer.content.decode().count("<figcaption") == 3
    assert "File photo" not in answer.content.decode()


def test_an_imported_page_shows_its_comments_and_takes_new_ones(client):
    page = import_page(title="About", state="public", public_at=at(2019, 5), comments_state="open")
    import_comment(page, name="Mara", html="Where do you print?", created_at=at(2019, 6))
    finish_import(page)

    before = client.get(page.path_here).content.decode()
    posted = client.post(f"/-/compose/{page.pk}", {"text": "In the old mill."})
    after = client.get(page.path_here).content.decode()

    assert ["Where do you print?" in before, ">1 comment</a>" in before] == [True, True]
    assert (posted.status_code, posted.url.split("#")[0]) == (302, page.path_here)
    assert ["In the old mill." in after, ">2 comments</a>" in after] == [True, True]


def test_a_page_whose_discussion_is_off_shows_nothing_of_it(client):
    page = import_page(title="About", state="public", public_at=at(2019, 5))
    import_comment(page, name="Mara", html="Where do you print?", created_at=at(2019, 6))
    finish_import(page)

    shown = client.get(page.path_here).content.decode()

    assert ["Where do you print?" in shown, 'id="discussion"' in shown] == [False, False]
