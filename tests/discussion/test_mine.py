"""What of a thread is only one reader's: votes, and what waits for a moderator."""

import re

import pytest
from django.test import Client

from commonpress.discussion.actions.moderation import remove_comment
from commonpress.discussion.actions.votes import UP, vote
from commonpress.discussion.models import RemovalReason
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def reader() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


def test_a_held_comments_permalink_is_for_its_writer_and_moderators(reader):
    story = story_to_discuss()
    writer, by = PersonFactory(), moderator()
    comment = comment_on(story, "See https://a.example", writer=writer)
    seen = {}

    for name, person in {"stranger": None, "other": PersonFactory(), "writer": writer, "moderator": by}.items():
        client = Client()
        if person:
            client.force_login(person)
        response = client.get(comment.get_absolute_url())
        seen[name] = (response.status_code, "a.example" in response.content.decode())
        if person:
            assert "no-store" in response.headers["Cache-Control"] or response.status_code == 404

    assert seen == {"stranger": (404, False), "other": (404, False), "writer": (200, True), "moderator": (200, True)}


def test_mine_holds_my_votes_and_my_held_comments_and_nobody_elses():
    story = story_to_discuss()
    me, other = PersonFactory(), PersonFactory()
    comment = comment_on(story, "Said.")
    vote(comment, page=story, voter=me, value=UP)
    comment_on(story, "Mine https://a.example", writer=me, parent=comment)
    comment_on(story, "Theirs https://a.example", writer=other)
    client = Client()
    client.force_login(me)

    response = client.get(f"/-/me/thread/{story.pk}")

    mine = response.json()
    assert mine["votes"] == {comment.public_id: 1}
    assert [held["parent"] for held in mine["held"]] == [comment.public_id]
    assert "Mine" in mine["held"][0]["html"]
    assert "Waiting for a moderator" in mine["held"][0]["html"]
    assert "no-store" in response.headers["Cache-Control"]


def test_mine_names_no_writer_of_a_comment_that_was_removed():
    story = story_to_discuss()
    me = PersonFactory()
    bad, good = (
        comment_on(story, writer=PersonFactory(display_name=name))
        for name in ("Name of the removed", "Name of another")
    )
    for parent in (bad, good):
        comment_on(story, "Mine https://a.example", writer=me, parent=parent)
    remove_comment(bad, by=moderator(), reason=RemovalReason.PRIVATE)
    client = Client()
    client.force_login(me)

    held = client.get(f"/-/me/thread/{story.pk}").json()["held"]

    assert [re.search(r'aria-label="(Reply.*?)"', one["html"])[1] for one in held] == [
        "Reply to Name of another, level 2",
        "Reply, level 2",
    ]


@pytest.mark.parametrize("replies", [1, 3])
def test_mine_costs_the_same_queries_however_many_comments_wait(replies, django_assert_num_queries):
    story = story_to_discuss()
    me = PersonFactory()
    for number in range(replies):
        question = comment_on(story, f"Question {number}", writer=PersonFactory())
        comment_on(story, f"Answer {number} https://a.example", writer=me, parent=question)
    client = Client()
    client.force_login(me)

    with django_assert_num_queries(9):
        assert len(client.get(f"/-/me/thread/{story.pk}").json()["held"]) == replies


def test_a_held_comment_says_to_its_writer_and_to_moderators_what_each_can_do():
    writer = PersonFactory()
    comment = comment_on(story_to_discuss(), "See https://a.example", writer=writer)

    def said_to(person) -> str:
        client = Client()
        client.force_login(person)
        page = client.get(comment.get_absolute_url()).content.decode()
        return re.search(r'class="comment__held">(.*?)<', page)[1]

    assert said_to(writer) == "Waiting for a moderator. Only you can see it."
    assert said_to(moderator()) == "Held. Readers do not see it; you decide at the desk."


def test_mine_is_empty_for_a_stranger_and_asks_nothing(reader, django_assert_max_num_queries):
    story = story_to_discuss()

    with django_assert_max_num_queries(1):  # the publication, which every request reads
        response = reader.get(f"/-/me/thread/{story.pk}")

    assert response.json() == {}
    assert not response.cookies
