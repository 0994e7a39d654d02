"""A discussion in a frame on another site: all of it can be read there, and nothing changed."""

import re

import html5lib
import pytest
from html5lib import HTMLParser

from commonpress.discussion import queries
from commonpress.discussion.actions.moderation import remove_comment
from commonpress.discussion.models import Comment, RemovalReason
from commonpress.newsroom.models.story import Story
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss
from tests.factories.newsroom import make_publication

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def publication():
    return make_publication(name="The Courier")


def framed(client, story, rest=""):
    answer = client.get(f"/embed/thread{story.path_here}{rest}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_frame_shows_the_discussion_and_leads_to_the_paper(client):
    story = story_to_discuss("Bridge closes")
    comment = comment_on(story, "Since when?", name="Mara")

    html = framed(client, story)

    HTMLParser(strict=True).parse(html)
    assert "Since when?" in html
    assert "1 comment" in html
    assert f'href="{story.path_here}#discussion"' in html
    assert f'href="/c/{comment.public_id}/" rel="nofollow">Reply or vote</a>' in html
    assert '<base target="_blank">' in html
    assert '<meta name="robots" content="noindex">' in html


def test_no_form_in_a_frame_changes_anything(client):
    story = story_to_discuss()
    comment_on(story)

    document = html5lib.parse(framed(client, story), namespaceHTMLElements=False)

    (form,) = document.iter("form")
    assert (form.get("method"), form.get("action")) == ("post", f"/-/compose/{story.pk}")
    assert (form.get("target"), form.get("rel")) == ("_blank", "noopener")
    buttons = [(button.get("name"), button.get("value")) for button in document.iter("button")]
    assert buttons == [("then", "preview")]
    assert list(document.iter("input")) == []
    assert list(document.iter("vote-button")) == []

    client.post(
        form.get("action"), {"text": "A thought.", "then": "preview"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert Comment.objects.count() == 1


def test_a_frame_loads_one_script_and_knows_no_reader(client):
    story = story_to_discuss()
    comment = comment_on(story, writer=PersonFactory())
    anybody = framed(client, story)
    client.force_login(comment.person)

    assert framed(client, story) == anybody
    assert re.findall(r'<script.*?src="(.*?)"', anybody, re.DOTALL) == ["/static/theme/embed/tell-height.js"]
    assert "site-me" not in anybody
    assert "thread-me" not in anybody


def test_orders_and_further_pages_stay_in_the_frame(client, monkeypatch):
    monkeypatch.setattr(queries, "BUDGET", 2)
    monkeypatch.setattr(queries, "ROOTS", 2)
    story = story_to_discuss()
    for text in ("One.", "Two.", "Three."):
        comment_on(story, text)

    first = framed(client, story, "comments/oldest/")
    further = re.search(rf'href="/embed/thread{story.path_here}(comments/oldest/after/\w+/)"\s+target="_self"', first)[
        1
    ]
    rest = framed(client, story, further)

    assert ("Two." in first, "Three." in first) == (True, False)
    assert ("Two." in rest, "Three." in rest) == (False, True)
    assert f'href="/embed/thread{story.path_here}comments/best/"' in rest
    assert "<form" not in rest


def test_a_closed_discussion_can_be_read_in_a_frame(client):
    story = story_to_discuss()
    comment_on(story, "Said before.")
    Story.objects.filter(pk=story.pk).update(comments_state="closed")

    html = framed(client, story)

    assert "Said before." in html
    assert "This discussion is closed." in html
    assert "Reply or vote" not in html
    assert "<form" not in html


def test_what_is_removed_is_in_no_frame(client):
    story = story_to_discuss()
    gone = comment_on(story, "Canary")
    comment_on(story, "An answer.", parent=gone)
    remove_comment(gone, by=moderator(), reason=RemovalReason.SPAM)

    html = framed(client, story)

    assert "Canary" not in html
    assert html.count("Reply or vote") == 1


@pytest.mark.parametrize("rest", ["comments/nothing/", "comments/as-me/", "comments/best/after/1aaaaaaaa/"])
def test_there_is_no_frame_of_what_is_not_there(client, rest):
    story = story_to_discuss()
    comment_on(story)

    assert client.get(f"/embed/thread{story.path_here}{rest}").status_code == 404
