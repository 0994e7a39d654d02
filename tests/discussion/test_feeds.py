import datetime as dt
import io
import xml.etree.ElementTree as ET
from email.utils import parsedate_to_datetime

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from commonpress.accounts.rules import Role
from commonpress.discussion import feeds
from commonpress.discussion.actions.edits import edit_comment
from commonpress.discussion.actions.moderation import hold_comment, remove_comment
from commonpress.discussion.models import RemovalReason
from commonpress.newsroom.actions.publishing import unpublish
from commonpress.newsroom.models.story import Story
from commonpress.prerender.publisher import make
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss
from tests.factories.newsroom import BylineFactory, make_publication

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
HOST = settings.PUBLIC_URL
MAY = dt.datetime(2026, 5, 3, 10, 0, tzinfo=dt.UTC)


def fetched(client, address, kind):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"application/{kind}+xml; charset=utf-8"
    assert not answer.cookies
    return ET.parse(io.BytesIO(answer.content)).getroot()


def told(client, base):
    """Return the texts of a feed's entries."""
    entries = fetched(client, f"{base}comments/feed/atom/", "atom").findall(f"{ATOM}entry")
    return [entry.findtext(f"{ATOM}summary") for entry in entries]


def test_atom_tells_each_comment_whole(client):
    make_publication(name="The Courier")
    story = story_to_discuss("Bridge & tunnel <open>")
    with time_machine.travel(MAY, tick=False):
        comment = comment_on(story, "I saw *both* & more <script>.", name="Mara")

    feed = fetched(client, f"{story.path_here}comments/feed/atom/", "atom")

    assert feed.findtext(f"{ATOM}title") == "Comments: Bridge & tunnel <open> – The Courier"
    assert feed.findtext(f"{ATOM}id") == f"{HOST}{story.path_here}comments/feed/atom/"
    assert {(link.get("rel"), link.get("href")) for link in feed.findall(f"{ATOM}link")} == {
        ("alternate", f"{HOST}{story.path_here}#discussion"),
        ("self", f"{HOST}{story.path_here}comments/feed/atom/"),
    }
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"{HOST}/c/{comment.public_id}/"
    assert entry.find(f"{ATOM}link").get("href") == f"{HOST}/c/{comment.public_id}/"
    assert entry.findtext(f"{ATOM}title") == "Mara: Bridge & tunnel <open>"
    assert entry.find(f"{ATOM}summary").get("type") == "html"
    assert entry.findtext(f"{ATOM}summary") == "<p>I saw <em>both</em> &amp; more &lt;script&gt;.</p>"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Mara"
    assert dt.datetime.fromisoformat(entry.findtext(f"{ATOM}published")) == MAY
    assert feed.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated") == MAY.isoformat()


def test_rss_tells_each_comment_whole(client):
    story = story_to_discuss("Bridge closes")
    with time_machine.travel(MAY, tick=False):
        comment = comment_on(story, "Since when?", name="Mara")

    channel = fetched(client, f"{story.path_here}comments/feed/", "rss").find("channel")

    (item,) = channel.findall("item")
    assert item.findtext("title") == "Mara: Bridge closes"
    assert item.findtext("link") == item.findtext("guid") == f"{HOST}/c/{comment.public_id}/"
    assert item.find("guid").attrib == {"isPermaLink": "true"}
    assert item.findtext("description") == "<p>Since when?</p>"
    assert item.findtext(f"{DC}creator") == "Mara"
    assert parsedate_to_datetime(item.findtext("pubDate")) == MAY


def test_a_feed_tells_the_newest_first_and_no_more_than_its_room(client, monkeypatch):
    monkeypatch.setattr(feeds, "NEWEST", 2)
    story = story_to_discuss()
    first = comment_on(story, "One.")
    comment_on(story, "Two.", parent=first)
    comment_on(story, "Three.")

    assert told(client, story.path_here) == ["<p>Three.</p>", "<p>Two.</p>"]


def test_an_entry_that_was_changed_says_when_and_keeps_its_name(client):
    story, writer = story_to_discuss(), PersonFactory()
    with time_machine.travel(MAY, tick=False):
        comment = comment_on(story, "Frist.", writer=writer)
    later = MAY + dt.timedelta(minutes=3)
    with time_machine.travel(later, tick=False):
        edit_comment(comment, page=story, by=writer, text="First.", stood=comment.wording)

    (entry,) = fetched(client, f"{story.path_here}comments/feed/atom/", "atom").findall(f"{ATOM}entry")
    (told,) = client.get(f"/-/api{story.path_here}comments/").json()["comments"]

    assert entry.findtext(f"{ATOM}id") == f"{HOST}/c/{comment.public_id}/"
    assert entry.findtext(f"{ATOM}summary") == told["html"] == "<p>First.</p>"
    assert dt.datetime.fromisoformat(entry.findtext(f"{ATOM}published")) == MAY
    assert dt.datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) == later
    assert dt.datetime.fromisoformat(told["edited_at"]) == later


def test_what_is_held_or_removed_is_in_no_feed(client):
    writer = PersonFactory()
    story = story_to_discuss(bylines=[BylineFactory(slug="ada", person=writer)])
    stays = comment_on(story, "It stays.", writer=writer)
    comment_on(story, "See https://a.example", writer=GuestFactory())
    gone, waits = comment_on(story, "Gone.", writer=writer), comment_on(story, "Waits.", writer=writer)
    comment_on(story, "An answer keeps its place.", parent=gone)
    remove_comment(gone, by=moderator(), reason=RemovalReason.ABUSE)
    hold_comment(waits, by=moderator())

    assert told(client, story.path_here) == ["<p>An answer keeps its place.</p>", stays.body_html]
    assert told(client, "/by/ada/") == [stays.body_html]


def test_a_byline_tells_what_its_person_says_as_author_and_as_staff_and_nothing_else_of_theirs(client):
    ada = PersonFactory(display_name="Ada", roles=[Role.EDITOR])
    reader = PersonFactory(display_name="Kestrel")
    own = story_to_discuss("Own", bylines=[BylineFactory(slug="ada", person=ada)])
    his = story_to_discuss("His", bylines=[BylineFactory(slug="ben", person=reader)])
    comment_on(own, "As the author.", writer=ada)
    comment_on(his, "As staff.", writer=ada)
    comment_on(own, "As a reader of hers.", writer=reader)
    comment_on(his, "As his author.", writer=reader)
    comment_on(own, "As a guest.", name="Ada B.")

    assert told(client, "/by/ada/") == ["<p>As staff.</p>", "<p>As the author.</p>"]
    assert told(client, "/by/ben/") == ["<p>As his author.</p>"]


def test_a_byline_without_an_account_has_said_nothing_and_names_no_feed(client):
    make_publication()
    BylineFactory(slug="ada")
    comment_on(story_to_discuss(), "By a guest.")

    assert told(client, "/by/ada/") == []
    assert "/by/ada/comments/" not in client.get("/by/ada/").content.decode()
    assert client.get("/by/nobody/comments/feed/").status_code == 404


@pytest.mark.parametrize("state", ["off", "withdrawn", "private"])
def test_nothing_is_told_of_pages_readers_do_not_see(client, state):
    writer = PersonFactory()
    story = story_to_discuss(bylines=[BylineFactory(slug="ada", person=writer)])
    comment_on(story, "Canary", writer=writer)
    if state == "off":
        Story.objects.filter(pk=story.pk).update(comments_state="off")
    if state == "withdrawn":
        unpublish(story)
    if state == "private":
        PageViewRestriction.objects.create(page=story, restriction_type=PageViewRestriction.LOGIN)

    answer = client.get(f"{story.path_here}comments/feed/")

    assert answer.status_code == (410 if state == "withdrawn" else 404)
    assert "Canary" not in answer.content.decode()
    assert told(client, "/by/ada/") == []


def test_the_pages_name_their_feeds(client):
    make_publication()
    story = story_to_discuss(bylines=[BylineFactory(slug="ada", person=PersonFactory())])
    comment_on(story)
    named = [
        (story.path_here, f"{story.path_here}comments/feed/"),
        (f"{story.path_here}comments/best/", f"{story.path_here}comments/feed/atom/"),
        ("/by/ada/", "/by/ada/comments/feed/"),
    ]

    for page, feed in named:
        assert f'href="{feed}"' in client.get(page).content.decode()

    Story.objects.filter(pk=story.pk).update(comments_state="off")
    assert "comments/feed/" not in client.get(story.path_here).content.decode()


def test_a_feed_that_has_nothing_to_tell_is_the_same_each_time_it_is_made(client):
    make_publication()
    story = story_to_discuss()
    address = f"{story.path_here}comments/feed/atom/".encode()
    with time_machine.travel(MAY, tick=False):
        first = make(address)
    with time_machine.travel(MAY + dt.timedelta(days=1), tick=False):
        again = make(address)

    assert first.answers[b""].body == again.answers[b""].body


@pytest.mark.both_databases
def test_a_longer_feed_costs_no_more(client):
    writer = PersonFactory()
    story = story_to_discuss(bylines=[BylineFactory(slug="ada", person=writer)])
    comment_on(story, writer=writer)
    addresses = [f"{story.path_here}comments/feed/", "/by/ada/comments/feed/atom/"]
    costs = []
    for _count in range(2):
        with CaptureQueriesContext(connection) as asked:
            for address in addresses:
                client.get(address)
        costs.append(len(asked))
        for number in range(3):
            comment_on(story_to_discuss(f"Another {number}"), writer=writer)
            comment_on(story, "More.", writer=writer)

    assert costs[0] == costs[1] <= 12


def test_a_feed_is_only_read(client):
    story = story_to_discuss()

    assert client.post(f"{story.path_here}comments/feed/", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 405
    assert client.head(f"{story.path_here}comments/feed/").status_code == 200
