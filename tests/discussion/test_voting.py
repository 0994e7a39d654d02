"""Voting through the addresses readers use."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from wagtail.models import PageViewRestriction

from commonpress.accounts.models import Guest
from commonpress.discussion.actions.moderation import remove_comment
from commonpress.discussion.drawing import entry_html
from commonpress.discussion.models import Comment, RemovalReason, Vote
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.story import Story
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = pytest.mark.django_db

FRAGMENT = {"x-fragment": "1"}


@pytest.fixture(autouse=True)
def full_buckets():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def reader() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


def signed_in(person) -> Client:
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(person)
    return client


def test_a_vote_returns_to_where_the_comment_was_read(reader):
    story = story_to_discuss()
    comment = comment_on(story)
    address = f"/-/vote/{comment.public_id}"

    there = reader.post(address, {"value": "1"}, headers={"referer": f"http://testserver{story.path_here}"})
    nowhere = reader.post(address, {"value": "-1"})
    elsewhere = reader.post(address, {"value": "1"}, headers={"referer": "https://evil.example/x"})

    assert there.headers["Location"] == f"{story.path_here}#c-{comment.public_id}"
    assert nowhere.headers["Location"] == elsewhere.headers["Location"] == comment.get_absolute_url()
    comment.refresh_from_db()
    assert (comment.ups_guest, comment.downs_guest) == (1, 0)


def test_without_javascript_who_votes_the_same_again_comes_to_where_the_vote_is_taken_back(reader):
    story = story_to_discuss()
    comment = comment_on(story, writer=PersonFactory())
    address, here = f"/-/vote/{comment.public_id}", {"referer": f"http://testserver{story.path_here}"}
    reader.post(address, {"value": "1"}, headers=here)

    again = reader.post(address, {"value": "1"}, headers=here)
    offer = reader.get(comment.get_absolute_url()).content.decode()
    reader.post(address, {"value": "0"})

    assert again.headers["Location"] == f"{comment.get_absolute_url()}#c-{comment.public_id}"
    assert "Your vote is marked. Press it again to take it back." in offer
    assert 'value="0" aria-pressed="true" aria-label="Vote up"' in offer
    assert "Your vote is marked" not in reader.get(comment.get_absolute_url()).content.decode()
    comment.refresh_from_db()
    assert comment.score == 0


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example/x", "///evil.example", "\\\\evil.example", ""])
def test_a_vote_never_leads_to_another_host(reader, path):
    comment = comment_on(story_to_discuss())

    response = reader.post(
        f"/-/vote/{comment.public_id}", {"value": "1"}, headers={"referer": f"http://testserver{path}"}
    )

    assert response.headers["Location"] == comment.get_absolute_url()


def test_with_javascript_a_vote_answers_its_figure_with_the_button_pressed(reader):
    comment = comment_on(story_to_discuss())

    response = reader.post(f"/-/vote/{comment.public_id}", {"value": "1"}, headers=FRAGMENT)

    html = response.content.decode()
    assert '<output class="vote__score">1</output>' in html
    assert 'value="0" aria-pressed="true" aria-label="Vote up"' in html


def test_a_score_below_nothing_has_a_true_minus(reader):
    story = story_to_discuss()
    comment = comment_on(story)

    reader.post(f"/-/vote/{comment.public_id}", {"value": "-1"})

    assert '<output class="vote__score">−1</output>' in reader.get(story.path_here).content.decode()


@pytest.mark.parametrize("value", ["2", "", "up", "1e0", "١"])
def test_a_nonsense_vote_is_refused(reader, value):
    comment = comment_on(story_to_discuss())

    response = reader.post(f"/-/vote/{comment.public_id}", {"value": value})

    assert response.status_code == 422
    assert Vote.objects.count() == 0
    assert Guest.objects.count() == 1


@time_machine.travel(datetime(2026, 5, 3, 10, 20, tzinfo=UTC), tick=False)
def test_thirty_new_voters_of_one_address_an_hour_count_and_one_more_is_asked_to_sign_in(settings, reader):
    # That many come at once is another matter (test_bursts.py).
    settings.NEWCOMERS_VOTES = 0
    comment = comment_on(story_to_discuss(), writer=PersonFactory())
    address = f"/-/vote/{comment.public_id}"
    reader.post(address, {"value": "1"})

    def stranger(**options):
        return Client(headers={"sec-fetch-site": "same-origin"}, **options).post(address, {"value": "1"})

    statuses = [stranger().status_code for _voter in range(29)]
    refused = stranger()

    assert set(statuses) == {302}
    assert refused.status_code == 429
    assert "Please sign in to vote" in refused.content.decode()
    assert "guest" not in refused.cookies
    # Who has voted before, who is signed in and who reads elsewhere are not meant.
    assert reader.post(address, {"value": "-1"}).status_code == 302
    assert signed_in(PersonFactory()).post(address, {"value": "1"}).status_code == 302
    assert stranger(REMOTE_ADDR="203.0.113.9").status_code == 302
    comment.refresh_from_db()
    assert (comment.ups, comment.ups_guest, comment.downs_guest) == (1, 30, 1)


@time_machine.travel(datetime(2026, 5, 3, 10, 20, tzinfo=UTC), tick=False)
def test_more_votes_a_minute_than_a_person_may_cast_are_refused_and_change_nothing(settings):
    settings.VOTES_PER_MINUTE = 2
    comment = comment_on(story_to_discuss())
    address, voter = f"/-/vote/{comment.public_id}", signed_in(PersonFactory())

    statuses = [voter.post(address, {"value": value}).status_code for value in ("1", "-1")]
    refused = voter.post(address, {"value": "1"})

    assert (statuses, refused.status_code) == ([302, 302], 429)
    assert "That was a lot at once." in refused.content.decode()
    assert Vote.objects.get().value == -1
    # Somebody else of the same network is not meant.
    assert signed_in(PersonFactory()).post(address, {"value": "1"}).status_code == 302


@time_machine.travel(datetime(2026, 5, 3, 10, 20, tzinfo=UTC), tick=False)
def test_more_votes_a_minute_than_an_address_may_send_are_refused_whoever_casts_them(settings):
    settings.VOTES_PER_MINUTE = 1
    comment = comment_on(story_to_discuss())
    address = f"/-/vote/{comment.public_id}"

    def vote_from(place):
        return signed_in(PersonFactory()).post(address, {"value": "1"}, REMOTE_ADDR=place).status_code

    # A household is handed a whole /64.
    statuses = [vote_from(f"2001:db8:1:1::{number}") for number in range(1, 8)]

    assert statuses == [302] * 6 + [429]
    assert vote_from("2001:db8:1:2::1") == 302


def test_a_refused_vote_or_comment_of_a_stranger_makes_no_guest_and_sets_no_cookie(reader):
    story = story_to_discuss()
    comment = comment_on(story, writer=PersonFactory())
    remove_comment(comment, by=moderator(), reason=RemovalReason.ABUSE)

    refused = [
        reader.post(f"/-/vote/{comment.public_id}", {"value": "1"}),
        reader.post(f"/-/compose/{story.pk}/{comment.public_id}", {"text": "An answer."}),
    ]

    assert [(answer.status_code, len(answer.cookies)) for answer in refused] == [(409, 0)] * 2
    assert Guest.objects.count() == 0


def test_get_never_votes_or_posts(reader):
    story = story_to_discuss()
    comment = comment_on(story)

    assert reader.get(f"/-/vote/{comment.public_id}?value=1").status_code == 405
    assert reader.get(f"/-/compose/{story.pk}?text=x&then=post").status_code == 200
    assert (Comment.objects.count(), Vote.objects.count()) == (1, 0)


def test_what_is_told_of_a_vote_is_how_the_comment_has_its_buttons(reader):
    story = story_to_discuss()
    comment = comment_on(story, writer=PersonFactory())

    for value, pressed in (("-1", -1), ("1", 1), ("0", 0)):
        told = reader.post(f"/-/vote/{comment.public_id}", {"value": value}, headers=FRAGMENT).content.decode()

        comment.refresh_from_db()
        html = entry_html(comment, story, my_vote=pressed)
        assert told == html[html.index("<vote-button") : html.index("</vote-button>")] + "</vote-button>"


def change(story, **fields):
    Story.objects.filter(pk=story.pk).update(**fields or {"live": True})


def make_private(story):
    PageViewRestriction.objects.create(page=story.get_parent(), restriction_type=PageViewRestriction.LOGIN)


@pytest.mark.parametrize(
    ("befalls", "status"),
    [
        (change, 200),
        (lambda story: change(story, comments_state=CommentsState.CLOSED), 409),
        (lambda story: change(story, comments_state=CommentsState.OFF), 404),
        (lambda story: change(story, live=False), 410),
        (lambda story: change(story, live=False, public_path=""), 404),
        (make_private, 404),
    ],
)
def test_a_vote_is_taken_where_the_discussion_is_open_to_readers(reader, befalls, status):
    story = story_to_discuss()
    comment = comment_on(story)
    befalls(story)

    response = reader.post(f"/-/vote/{comment.public_id}", {"value": "1"}, headers=FRAGMENT)

    assert response.status_code == status
    assert Vote.objects.count() == (status == 200)


@pytest.mark.parametrize("value", ["", "2", "+1", " 1", "1.0", "up", "١"])
def test_a_vote_is_up_or_down_or_taken_back_and_nothing_else(reader, value):
    comment = comment_on(story_to_discuss())

    response = reader.post(f"/-/vote/{comment.public_id}", {"value": value}, headers=FRAGMENT)

    assert response.status_code == 422
    assert Vote.objects.count() == 0


def test_a_vote_asks_for_little(reader, django_assert_num_queries):
    comment = comment_on(story_to_discuss(), writer=PersonFactory())
    reader.post(f"/-/vote/{comment.public_id}", {"value": "1"}, headers=FRAGMENT)

    # The publication, the guest, comment and page; then, between two savepoints each of the view and the action:
    # the comment, the vote that stood, the vote, the counters, what changed.
    with django_assert_num_queries(3 + 5 + 4):
        reader.post(f"/-/vote/{comment.public_id}", {"value": "-1"}, headers=FRAGMENT)
