"""The reader's pages as bytes: valid, small, the same for everybody."""

import gzip
import re
import warnings
from datetime import UTC, datetime

import html5lib
import pytest

from commonpress.newsroom.models.publication import SPOT_COLOUR, Publication
from commonpress.theme.css import paper_css
from tests.factories.newsroom import (
    BylineFactory,
    DeskFactory,
    PlainPageFactory,
    StoryFactory,
    make_publication,
)

pytestmark = pytest.mark.django_db

PARAGRAPH = (
    "<p>The council voted <b>seven to four</b> to keep the ferry running through the winter, after a hearing "
    'at which forty residents spoke, most of them <a href="https://records.example/">against the cut</a>.</p>'
)
BODY = [
    ("paragraph", PARAGRAPH * 12),
    ("heading", "What a winter costs"),
    ("quote", {"text": "<p>“Later is where this town keeps its money.”</p>", "speaker": "P. S.", "context": "in June"}),
    ("pull_figure", {"figure": "7–4", "text": "The vote"}),
    ("embed", {"url": "https://www.video.example/watch?v=1", "title": "The hearing", "note": "Three hours"}),
    ("table", {"caption": "Winters", "has_head": True, "rows": "Winter | Loss\n2024 | −86.8\n2025 | −92.4"}),
    ("call_for_support", {"text": "Readers pay for this.", "button": "Give"}),
    ("paragraph", PARAGRAPH * 12),
]


def a_paper():
    make_publication(call_before="You pay for this paper.", call_after="You read to the end.", place="Averay")
    byline = BylineFactory(role="Reporter", biography="Writes about water.")
    PlainPageFactory(title="Imprint", body=[("paragraph", PARAGRAPH)])
    desk = DeskFactory(title="Council", dek="What is decided.")
    first = datetime(2026, 5, 3, 17, tzinfo=UTC)
    stories = [
        StoryFactory(desk=desk, bylines=[byline], tags=["Ferry"], body=BODY, first_public_at=first) for _ in range(8)
    ]
    return desk, byline, stories


@pytest.mark.parametrize("address", ["/", "STORY", "DESK", "/imprint/", "/2026/", "/2026/05/", "/no-such-page/"])
def test_every_page_is_valid_html(client, address):
    desk, _byline, stories = a_paper()

    answer = client.get({"STORY": stories[0].path_here, "DESK": desk.path_here}.get(address, address))

    assert answer.status_code == (404 if address == "/no-such-page/" else 200)

    assert errors_in(answer.content) == []
    assert answer.text.count("<h1") == 1
    assert answer.text.count("<main") == 1


def test_the_front_has_the_large_nameplate_and_a_story_the_small_one(client):
    *_rest, stories = a_paper()

    assert '<header class="nameplate nameplate--front">' in client.get("/").text
    assert '<header class="nameplate ">' in client.get(stories[0].path_here).text


def test_the_navigation_says_where_the_reader_is(client):
    desk, *_rest = a_paper()

    current = re.findall(
        r'<a class="desks__link"\s+href="([^"]+)"\s+aria-current="page"', client.get(desk.path_here).text
    )

    assert current == [desk.path_here]
    assert "aria-current" not in client.get("/").text


def test_an_empty_paper_says_what_to_do_next(client):
    make_publication(set_up_at=datetime(2026, 5, 3, 17, tzinfo=UTC))

    answer = client.get("/")

    assert errors_in(answer.content) == []
    assert "Nothing is published yet" in answer.text


def test_a_story_without_its_comments_weighs_no_more_than_twenty_kilobytes(client):
    *_rest, stories = a_paper()

    answer = client.get(stories[0].path_here)

    assert len(gzip.compress(answer.content, 6)) <= 20_480


def test_a_page_carries_no_style_script_or_handler_of_its_own(client):
    *_rest, stories = a_paper()

    for address in ("/", stories[0].path_here):
        html = client.get(address).text
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(?: src=|ld\+json))|javascript:", html) == []
        assert re.findall(r'(?:src|srcset)="(?:https?:)?//', html) == []


def test_a_page_is_the_same_bytes_for_everybody_and_sets_no_cookie(client, admin_client):
    *_rest, stories = a_paper()

    for address in ("/", stories[0].path_here):
        stranger, editor = client.get(address), admin_client.get(address)
        assert stranger.content == editor.content
        assert stranger.cookies == {}


def test_a_page_of_another_colour_names_it_in_a_stylesheet(client):
    make_publication(spot_colour="#0b5cad")

    assert 'href="/-/spot/0b5cad.css"' in client.get("/").text

    Publication.objects.update(spot_colour=SPOT_COLOUR)
    assert "/-/spot/" not in client.get("/").text
    assert f"--spot:{SPOT_COLOUR};" in paper_css()


def test_the_navigation_costs_one_query_with_one_desk_and_with_three(django_assert_num_queries):
    from commonpress.newsroom.queries.navigation import navigation

    make_publication()
    DeskFactory(title="Town", position=2)
    PlainPageFactory(title="Imprint", place="foot")
    with django_assert_num_queries(1):
        navigation()
    DeskFactory(title="Council", position=1)
    DeskFactory(title="A draft", position=0, published=False)
    PlainPageFactory(title="How we work", place="navigation")
    PlainPageFactory(title="Nowhere", place="")

    with django_assert_num_queries(1):
        found = navigation()

    assert [(link.title, link.address) for link in found.top] == [
        ("Council", "/council/"),
        ("Town", "/town/"),
        ("How we work", "/how-we-work/"),
    ]
    assert [link.title for link in found.foot] == ["Imprint"]


def errors_in(html: bytes) -> list[str]:
    parser = html5lib.HTMLParser(strict=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser.parse(html, transport_encoding="utf-8")
    return [f"{where}: {code} {details}" for where, code, details in parser.errors if code not in UNKNOWN_TO_HTML5LIB]


# Written before HTML had these, and never mended.
UNKNOWN_TO_HTML5LIB: set[str] = set()
