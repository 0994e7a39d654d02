"""What of a thread is only one reader's: votes, and what waits for a moderator."""

import re

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.moderation import remove_comment
from commonpress.discussion.actions.votes import UP, vote
from commonpress.discussion.models import RemovalReason
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.newsroom.actions.publishing import unpublish
from commonpress.newsroom.models.story import Story
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, mine_of, moderator, story_to_discuss
from tests.factories.passages import story_with_text

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

    response = client.get(f"/-/me?page={story.pk}")

    mine = mine_of(client, story)
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

    held = mine_of(client, story)["held"]

    assert [re.search(r'aria-label="(Reply.*?)"', one["html"])[1] for one in held] == [
        "Reply to Name of another, level 2",
        "Reply, level 2",
    ]


@pytest.mark.parametrize("replies", [1, 3])
def test_mine_costs_the_same_queries_however_many_comments_wait(replies, django_assert_num_queries):
    story = story_with_text()
    me = PersonFactory()
    (about,) = found_in(texts_of(story.body), "paid 4 million")
    for number in range(replies):
        question = post_comment(story, writer=PersonFactory(), text=f"Question {number}", about=about)
        comment_on(story, f"Answer {number} https://a.example", writer=me, parent=question)
        post_comment(story, writer=me, text=f"Mine {number} https://a.example", about=about)
    client = Client()
    client.force_login(me)

    with django_assert_num_queries(14):
        assert len(mine_of(client, story)["held"]) == 2 * replies


def test_a_held_comment_says_to_its_writer_and_to_moderators_what_each_can_do():
    writer = PersonFactory()
    comment = comment_on(story_to_discuss(), "See https://a.example", writer=writer)

    def said_to(person) -> str:
        client = Client()
        client.force_login(person)
        page = client.get(comment.get_absolute_url()).content.decode()
        return re.search(r'class="comment__held">(.*?)<', page)[1]

    assert said_to(writer) == (
        "Waiting for a moderator. Only you can see it. Comments with links are looked at before they appear."
    )
    assert said_to(moderator()) == "Held. Readers do not see it; you decide at the desk."


def test_mine_is_empty_for_a_stranger_and_asks_nothing(reader, django_assert_max_num_queries):
    story = story_to_discuss()

    with django_assert_max_num_queries(1):  # the publication, which every request reads
        response = reader.get(f"/-/me?page={story.pk}")

    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("state", ["off", "withdrawn", "private"])
def test_of_a_discussion_nobody_sees_nothing_is_told(state):
    story = story_to_discuss()
    me = PersonFactory()
    comment_on(story, "Mine https://a.example", writer=me)
    client = Client()
    client.force_login(me)
    assert mine_of(client, story)["held"] != []

    if state == "off":
        Story.objects.filter(pk=story.pk).update(comments_state="off")
    elif state == "withdrawn":
        unpublish(story)
    else:
        PageViewRestriction.objects.create(page=story, restriction_type=PageViewRestriction.LOGIN)

    assert mine_of(client, story) == {}


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_pages_of_other_sites_are_told_nothing(headers):
    story = story_to_discuss()
    me = PersonFactory(display_name="Ada Reader")
    vote(comment_on(story), page=story, voter=me, value=UP)
    client = Client()
    client.force_login(me)

    told = [client.get(f"/-/me?page={story.pk}", headers=sent) for sent in (headers, {"sec-fetch-site": "same-origin"})]

    assert [b"Ada Reader" in answer.content for answer in told] == [False, True]
    assert [answer.status_code for answer in told] == [204, 200]
    for answer in told:
        assert "no-store" in answer["Cache-Control"]
        assert "Cookie" in answer["Vary"]


def test_a_guests_page_asks_from_their_first_vote_on_and_an_account_asks_nothing_of_them(reader):
    story = story_to_discuss()
    comment = comment_on(story)

    reader.post(f"/-/vote/{comment.public_id}", {"value": "1"})

    assert reader.cookies["here"].value == "g"
    mine = mine_of(reader, story)
    assert {name for name, told in mine.items() if told} == {"votes"}
    assert mine["votes"] == {comment.public_id: 1}
    assert "Sign out" not in reader.get(f"/-/me?page={story.pk}").content.decode()


def test_who_signs_out_and_was_a_guest_before_is_a_guest_again(reader):
    person = PersonFactory()
    comment = comment_on(story_to_discuss())
    reader.post(f"/-/vote/{comment.public_id}", {"value": "1"})
    reader.force_login(person)

    reader.post("/accounts/logout/")

    assert reader.cookies["here"].value == "g"
