"""What readers with a story open are told of its discussion: counts and ids, and only of what everybody may read."""

import pytest

from commonpress.discussion.actions.moderation import hold_comment, release_comment, remove_comment
from commonpress.discussion.actions.votes import DOWN, UP, vote
from commonpress.discussion.models import RemovalReason
from commonpress.newsroom.actions.publishing import unpublish
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.prerender.publisher import make
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def story():
    return story_to_discuss()


def address(story):
    return f"/-/live/{story.pk}.json"


def test_the_figures_of_a_discussion_are_its_count_and_its_newest_comments(client, story):
    first = comment_on(story, "A first thought.")
    second = comment_on(story, "An answer.", parent=first)
    vote(first, page=story, voter=PersonFactory(), value=UP)
    vote(first, page=story, voter=GuestFactory(), value=UP)
    vote(second, page=story, voter=PersonFactory(), value=DOWN)

    response = client.get(address(story))

    assert response.json() == {
        "count": 2,
        "says": "2 comments",
        "is_open": True,
        "comments": [[second.public_id, -1], [first.public_id, 2]],
    }
    assert response.cookies == {}


def test_an_empty_discussion_has_figures_too(client, story):
    assert client.get(address(story)).json() == {
        "count": 0, "says": "0 comments", "is_open": True, "comments": [],
    }  # fmt: skip


def test_what_waits_or_was_removed_is_in_no_figures_until_it_is_public(client, story):
    shown, held, removed = (comment_on(story, text) for text in ("One.", "Two.", "Three."))
    before = client.get(address(story)).content
    hold_comment(held, by=moderator())
    remove_comment(removed, by=moderator(), reason=RemovalReason.SPAM)

    figures = client.get(address(story)).json()

    assert (figures["count"], figures["comments"]) == (1, [[shown.public_id, 0]])
    release_comment(held, by=moderator())
    assert client.get(address(story)).json()["count"] == 2
    assert held.public_id.encode() in before


def test_a_comment_that_is_held_at_once_changes_no_byte(client, story, settings):
    comment_on(story, "One.")
    before = client.get(address(story)).content

    comment_on(story, "See <https://elsewhere.example/> for more.")

    assert client.get(address(story)).content == before


def test_the_figures_are_bounded_however_long_the_discussion(client, story, monkeypatch):
    monkeypatch.setattr("commonpress.discussion.views.threads.LONGEST", 2)
    comments = [comment_on(story, f"Thought {number}.") for number in range(4)]

    figures = client.get(address(story)).json()

    assert (figures["count"], [key for key, _score in figures["comments"]]) == (
        4,
        [comments[3].public_id, comments[2].public_id],
    )


def test_one_comment_and_many_cost_the_same_queries(client, story, django_assert_num_queries):
    other = story_to_discuss("The ferry runs")
    comment_on(story, "One.")
    for number in range(3):
        comment_on(other, f"Thought {number}.")
    make(address(story).encode())

    for one in (story, other):
        with django_assert_num_queries(5):
            make(address(one).encode())


def test_a_discussion_readers_do_not_see_has_no_figures(client, story):
    closed = story_to_discuss("Closed", comments_state=CommentsState.CLOSED)
    off = story_to_discuss("Off", comments_state=CommentsState.OFF)
    withdrawn = story_to_discuss("Withdrawn")
    unpublish(withdrawn)

    statuses = [client.get(address(one)).status_code for one in (story, closed, off, withdrawn)]

    assert statuses == [200, 200, 404, 410]
    assert client.get(address(closed)).json()["is_open"] is False
    assert client.get("/-/live/0.json").status_code == 404
    assert client.post(address(story)).status_code == 405


def test_the_figures_are_kept_for_everybody_as_pages_are(story):
    comment_on(story, "One.")

    page = make(address(story).encode())

    assert {f"thread:{story.pk}", f"page:{story.pk}"} <= page.keys
