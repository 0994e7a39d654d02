import datetime as dt
import json
import re

import html5lib
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.photos.renditions import draw
from tests.factories.newsroom import BylineFactory, DeskFactory, StoryFactory, make_publication
from tests.factories.photos import make_photo

pytestmark = pytest.mark.django_db

HOST = settings.PUBLIC_URL


def head_of(client, address):
    page = client.get(address).content.decode()
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return tree.find("head"), page


def meta(head):
    return {
        node.get("property") or node.get("name"): node.get("content")
        for node in head.iter("meta")
        if node.get("property") or node.get("name")
    }


def structured(head):
    (script,) = [node for node in head.iter("script") if node.get("type") == "application/ld+json"]
    return json.loads(script.text)


@pytest.fixture
def told():
    publication = make_publication(name="The Lower Valley Courier", language="en", zone="America/Chicago")
    photo = make_photo(
        width=1400, height=700, photographer="Ada Byrne", agency="Harbour Press", caption="The bridge.",
        copyright="© Harbour Press", licence="https://licences.example/one", taken_on=dt.date(2024, 5, 1),
    )  # fmt: skip
    draw(photo.pk)
    photo.refresh_from_db()
    assert publication.pk == 1
    return StoryFactory(
        title='A "bridge" </script><script>alert(1)</script> & more',
        dek="At last.",
        desk=DeskFactory(title="Town", slug="town"),
        bylines=[BylineFactory(name="Ada Byrne", slug="ada"), BylineFactory(name="Teo Marsh", slug="teo")],
        tags=["water", "bridges"],
        lead_photo=photo,
        lead_caption="The bridge in spring.",
        first_public_at=dt.datetime(2026, 5, 3, 2, 0, tzinfo=dt.UTC),
    )


def test_a_story_is_described_to_machines(client, told):
    head, _page = head_of(client, told.path_here)

    data = structured(head)
    address = f"{HOST}{told.path_here}"
    jpeg = next(made for made in told.lead_photo.pictures if made["type"] == "image/jpeg")
    picture = f"{HOST}/media/{jpeg['name']}"
    modified = data.pop("dateModified")
    assert dt.datetime.fromisoformat(modified) == told.last_public_at
    assert data == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": told.title,
        "description": "At last.",
        "datePublished": "2026-05-02T21:00:00-05:00",
        "inLanguage": "en",
        "author": [
            {"@type": "Person", "name": "Ada Byrne", "url": f"{HOST}/by/ada/"},
            {"@type": "Person", "name": "Teo Marsh", "url": f"{HOST}/by/teo/"},
        ],
        "publisher": {"@type": "NewsMediaOrganization", "name": "The Lower Valley Courier", "url": f"{HOST}/"},
        "articleSection": "Town",
        "keywords": ["bridges", "water"],
        "isAccessibleForFree": True,
        "image": {
            "@type": "ImageObject",
            "url": picture,
            "contentUrl": picture,
            "width": 1200,
            "height": 600,
            "caption": "File photo, May 1, 2024. The bridge in spring.",
            "description": "A bridge over a river",
            "creditText": "Ada Byrne / Harbour Press",
            "copyrightNotice": "© Harbour Press",
            "license": "https://licences.example/one",
            "dateCreated": "2024-05-01",
            "creator": {"@type": "Person", "name": "Ada Byrne"},
        },
    }


def test_a_headline_cannot_end_the_script_it_stands_in(client, told):
    _head, page = head_of(client, told.path_here)

    assert "<script>alert" not in page
    assert re.search(r"\\u003c/script\\u003e", page)


def test_a_story_is_described_to_sites_that_link_to_it(client, told):
    head, _page = head_of(client, told.path_here)

    said = meta(head)
    assert said["og:type"] == "article"
    assert said["og:title"] == told.title
    assert said["og:description"] == said["description"] == "At last."
    assert said["og:url"] == f"{HOST}{told.path_here}"
    assert said["og:image"].startswith(f"{HOST}/media/photos/")
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "600")
    assert said["og:image:alt"] == "A bridge over a river"
    (canonical,) = [node.get("href") for node in head.iter("link") if node.get("rel") == "canonical"]
    assert canonical == f"{HOST}{told.path_here}"


def test_a_story_without_photo_byline_or_desk_says_only_what_is_so(client):
    make_publication()
    story = StoryFactory(desk=None, dek="")

    head, _page = head_of(client, story.path_here)

    data = structured(head)
    assert {"image", "articleSection", "keywords", "description", "commentCount"} & set(data) == set()
    assert data["author"] == data["publisher"]
    assert "og:image" not in meta(head)


@pytest.mark.parametrize("base", ["/town/", "/by/ada/", "/tag/water/"])
def test_a_list_names_its_feeds_and_its_address(client, told, base):
    head, _page = head_of(client, base)

    links = {(node.get("rel"), node.get("href")) for node in head.iter("link")}
    assert {("alternate", f"{base}feed/"), ("alternate", f"{base}feed/atom/"), ("canonical", f"{HOST}{base}")} <= links
    assert ("alternate", "/feed/") in links
    assert meta(head)["og:type"] == "website"


def test_a_story_with_many_photos_costs_no_more_than_with_one(client):
    make_publication()
    photos = [make_photo(title=f"Photo {number}") for number in range(4)]
    for photo in photos:
        draw(photo.pk)
    story = StoryFactory(lead_photo=photos[0], body=[("photo", {"photo": photos[1], "caption": ""})])
    client.get(story.path_here)  # what is kept per process is kept now
    with CaptureQueriesContext(connection) as few:
        client.get(story.path_here)
    story.body = [("photo", {"photo": photo, "caption": "x"}) for photo in photos]
    publish(story)

    with CaptureQueriesContext(connection) as many:
        page = client.get(story.path_here).content.decode()

    assert page.count("<picture>") == 5
    assert len(many) == len(few)
