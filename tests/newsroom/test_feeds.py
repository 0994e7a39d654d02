import datetime as dt
import io
import xml.etree.ElementTree as ET
from email.utils import parsedate_to_datetime

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonpress.newsroom.actions.photos import add_photo
from commonpress.newsroom.photos.renditions import draw
from tests.factories.newsroom import BylineFactory, DeskFactory, StoryFactory, make_publication
from tests.factories.photos import make_photo, photo_file

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
DC = "{http://purl.org/dc/elements/1.1/}"
HOST = settings.PUBLIC_URL
MAY = dt.datetime(2026, 5, 3, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def told():
    make_publication(name="The Lower Valley Courier", tagline="Every morning")
    photo = make_photo(
        width=1400, height=700, photographer="Ada Byrne", agency="Harbour Press", caption="The bridge.",
        taken_on=dt.date(2024, 5, 1),
    )  # fmt: skip
    draw(photo.pk)
    photo.refresh_from_db()
    return StoryFactory(
        title="Bridge & tunnel <open>",
        dek="At\x0b last.",
        desk=DeskFactory(title="Town", slug="town"),
        bylines=[BylineFactory(name="Ada Byrne", slug="ada"), BylineFactory(name="Teo Marsh", slug="teo")],
        tags=["water"],
        lead_photo=photo,
        first_public_at=MAY,
    )


def fetched(client, address, kind):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"application/{kind}+xml; charset=utf-8"
    assert not answer.cookies
    return ET.parse(io.BytesIO(answer.content)).getroot()


def test_rss_tells_each_story_whole(client, told):
    channel = fetched(client, "/feed/", "rss").find("channel")

    assert channel.findtext("title") == "The Lower Valley Courier"
    assert channel.findtext("link") == f"{HOST}/"
    assert channel.findtext("description") == "Every morning"
    assert channel.find(f"{ATOM}link").attrib == {"rel": "self", "href": f"{HOST}/feed/"}
    (item,) = channel.findall("item")
    assert item.findtext("title") == "Bridge & tunnel <open>"
    assert item.findtext("link") == f"{HOST}{told.path_here}"
    assert item.findtext("description") == "At last."
    assert item.find("guid").text == f"urn:uuid:{told.uid}"
    assert item.find("guid").attrib == {"isPermaLink": "false"}
    assert parsedate_to_datetime(item.findtext("pubDate")) == MAY
    assert [node.text for node in item.findall(f"{DC}creator")] == ["Ada Byrne", "Teo Marsh"]
    assert [node.text for node in item.findall("category")] == ["Town", "water"]
    jpeg = next(made for made in told.lead_photo.pictures if made["type"] == "image/jpeg")
    assert item.find("enclosure").attrib == {
        "url": f"{HOST}/media/{jpeg['name']}",
        "length": str(jpeg["bytes"]),
        "type": "image/jpeg",
    }
    media = item.find(f"{MEDIA}content")
    assert (media.attrib["width"], media.attrib["height"]) == ("1200", "600")
    assert media.findtext(f"{MEDIA}credit") == "Ada Byrne / Harbour Press"
    assert media.findtext(f"{MEDIA}description") == "File photo, May 1, 2024. The bridge."


def test_atom_tells_each_story_whole(client, told):
    feed = fetched(client, "/feed/atom/", "atom")

    assert feed.findtext(f"{ATOM}title") == "The Lower Valley Courier"
    assert feed.findtext(f"{ATOM}id") == f"{HOST}/"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "The Lower Valley Courier"
    assert {(link.get("rel"), link.get("href")) for link in feed.findall(f"{ATOM}link")} == {
        ("alternate", f"{HOST}/"),
        ("self", f"{HOST}/feed/atom/"),
    }
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{told.uid}"
    assert entry.findtext(f"{ATOM}title") == "Bridge & tunnel <open>"
    assert entry.findtext(f"{ATOM}summary") == "At last."
    assert dt.datetime.fromisoformat(entry.findtext(f"{ATOM}published")) == MAY
    assert dt.datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) == told.last_public_at
    assert feed.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated")
    names = [node.findtext(f"{ATOM}name") for node in entry.findall(f"{ATOM}author")]
    assert names == ["Ada Byrne", "Teo Marsh"]
    assert entry.find(f"{ATOM}link[@rel='enclosure']").get("type") == "image/jpeg"


@pytest.mark.parametrize("base", ["/town/", "/by/ada/", "/tag/water/"])
def test_a_desk_a_byline_and_a_tag_have_feeds_of_their_own(client, told, base):
    StoryFactory(title="Elsewhere")

    rss = fetched(client, f"{base}feed/", "rss")
    atom = fetched(client, f"{base}feed/atom/", "atom")

    assert [node.text for node in rss.findall("channel/item/title")] == ["Bridge & tunnel <open>"]
    assert [node.text for node in atom.findall(f"{ATOM}entry/{ATOM}title")] == ["Bridge & tunnel <open>"]
    assert rss.findtext("channel/link") == f"{HOST}{base}"


@pytest.mark.parametrize(
    "address", ["/nothing/feed/", "/by/nobody/feed/", "/tag/nothing/feed/atom/", "/town/feed/json/"]
)
def test_there_is_no_feed_of_what_is_not_there(client, told, address):
    assert client.get(address).status_code == 404


def test_feeds_tell_nothing_of_drafts(client):
    StoryFactory(title="Secret", published=False)

    assert fetched(client, "/feed/", "rss").findall("channel/item") == []


def test_a_feed_is_only_read(client):
    assert client.post("/feed/", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 405
    assert client.head("/feed/").status_code == 200


def test_a_longer_feed_costs_no_more(client, told):
    with CaptureQueriesContext(connection) as one:
        client.get("/feed/")
    for number in range(3):
        photo = add_photo(photo_file(), title="x", alt="x")
        StoryFactory(title=f"Another {number}", lead_photo=photo, bylines=[BylineFactory()], tags=["more"])

    with CaptureQueriesContext(connection) as four:
        client.get("/feed/")

    assert len(four) == len(one) <= 8
