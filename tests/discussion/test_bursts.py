"""Votes of strangers that come all at once: held back, said to be, and counted or discarded."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from commonpress.accounts.models import Guest
from commonpress.discussion.actions.bursts import (
    HELD_FOR,
    WINDOW,
    count_held_votes,
    count_votes_held_long_enough,
    discard_held_votes,
)
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.actions.votes import DOWN, NONE, UP, vote
from commonpress.discussion.errors import NotAModerator
from commonpress.discussion.models import Standing, Vote, VoteBurst
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def two_newcomers_count(settings):
    cache.clear()
    settings.NEWCOMERS_VOTES = 2


def burst_on(story, comment, *, votes=5, value=UP):
    voters = [GuestFactory() for _voter in range(votes)]
    for voter in voters:
        vote(comment, page=story, voter=voter, value=value)
    comment.refresh_from_db()
    return voters


def test_what_comes_after_the_first_of_a_burst_is_held_back_and_counts_nowhere():
    story = story_to_discuss()
    comment = comment_on(story)

    burst_on(story, comment)

    assert (comment.ups_guest, Vote.objects.filter(standing=Standing.HELD).count()) == (2, 3)
    assert_counts_agree_with_rows(story)


def test_people_and_guests_who_have_been_here_are_counted_in_a_burst_too():
    story = story_to_discuss()
    comment = comment_on(story)
    burst_on(story, comment)
    old = GuestFactory(created_at=timezone.now() - timedelta(days=1))

    vote(comment, page=story, voter=PersonFactory(), value=UP)
    vote(comment, page=story, voter=old, value=DOWN)

    comment.refresh_from_db()
    assert (comment.ups, comment.ups_guest, comment.downs_guest) == (1, 2, 1)
    assert_counts_agree_with_rows(story)


def test_newcomers_who_come_one_by_one_are_all_counted():
    story = story_to_discuss()
    comment = comment_on(story)
    for _round in range(2):
        burst_on(story, comment, votes=2)
        VoteBurst.objects.update(window_at=timezone.now() - WINDOW * 2)

    comment.refresh_from_db()
    assert comment.ups_guest == 4


def test_a_held_vote_can_be_changed_and_taken_back_without_a_counter_moving():
    story = story_to_discuss()
    comment = comment_on(story)
    *_others, changes, leaves = burst_on(story, comment)

    vote(comment, page=story, voter=changes, value=DOWN)
    vote(comment, page=story, voter=leaves, value=NONE)

    comment.refresh_from_db()
    assert (comment.ups_guest, comment.downs_guest) == (2, 0)
    assert VoteBurst.objects.get().held_count == 2
    assert_counts_agree_with_rows(story)


def test_a_moderator_counts_them():
    story = story_to_discuss()
    comment = comment_on(story)
    voters = burst_on(story, comment)
    vote(comment, page=story, voter=voters[4], value=DOWN)

    counted = count_held_votes(comment, by=moderator())

    comment.refresh_from_db()
    assert (counted, comment.ups_guest, comment.downs_guest) == (3, 4, 1)
    assert VoteBurst.objects.get().held_at is None
    assert_counts_agree_with_rows(story)


def test_a_moderator_discards_them_and_no_clock_brings_them_back():
    story = story_to_discuss()
    comment = comment_on(story)
    burst_on(story, comment)

    discarded = discard_held_votes(comment, by=moderator())
    count_votes_held_long_enough(timezone.now() + HELD_FOR * 2)

    comment.refresh_from_db()
    assert (discarded, comment.ups_guest) == (3, 2)
    assert_counts_agree_with_rows(story)


def test_a_discarded_vote_does_not_count_when_it_is_taken_back_and_given_again():
    story = story_to_discuss()
    comment = comment_on(story)
    voter = burst_on(story, comment)[-1]
    discard_held_votes(comment, by=moderator())
    Guest.objects.update(created_at=timezone.now() - timedelta(days=2))
    voter.refresh_from_db()

    for value in (NONE, UP, DOWN):
        vote(comment, page=story, voter=voter, value=value)

    comment.refresh_from_db()
    assert (comment.ups_guest, comment.downs_guest) == (2, 0)
    assert Vote.objects.get(comment=comment, voter_key=voter.voter_key).standing == Standing.DISCARDED
    assert_counts_agree_with_rows(story)


def test_a_newcomer_who_changes_their_mind_is_one_newcomer():
    story = story_to_discuss()
    comment = comment_on(story)
    undecided, other = GuestFactory(), GuestFactory()

    for value in (UP, NONE, UP, NONE, UP):
        vote(comment, page=story, voter=undecided, value=value)
    vote(comment, page=story, voter=other, value=UP)

    comment.refresh_from_db()
    assert comment.ups_guest == 2


def test_after_a_day_they_are_counted_and_not_before():
    story = story_to_discuss()
    comment = comment_on(story)
    burst_on(story, comment)
    now = timezone.now()

    early = count_votes_held_long_enough(now + HELD_FOR / 2)
    due = count_votes_held_long_enough(now + HELD_FOR + timedelta(minutes=1))

    comment.refresh_from_db()
    assert (early, due, comment.ups_guest) == (0, 1, 5)
    assert_counts_agree_with_rows(story)


def test_only_moderators_decide():
    story = story_to_discuss()
    comment = comment_on(story)
    burst_on(story, comment)

    for verb in (count_held_votes, discard_held_votes):
        with pytest.raises(NotAModerator):
            verb(comment, by=PersonFactory())


def test_a_held_vote_of_who_turns_out_to_be_a_person_is_counted_as_the_persons():
    story = story_to_discuss()
    comment = comment_on(story)
    *_others, last = burst_on(story, comment)

    claim_guest(last, by=PersonFactory())

    comment.refresh_from_db()
    assert (comment.ups, comment.ups_guest, VoteBurst.objects.get().held_count) == (1, 2, 2)
    assert_counts_agree_with_rows(story)


def test_the_voter_is_told_with_and_without_a_script():
    story = story_to_discuss()
    comment = comment_on(story)
    burst_on(story, comment)
    plain, scripted = (Client(headers={"sec-fetch-site": "same-origin"}) for _browser in range(2))

    answer = plain.post(
        f"/-/vote/{comment.public_id}", {"value": "1"}, headers={"referer": f"http://testserver{story.path_here}"}
    )
    page = plain.get(answer["Location"].partition("#")[0]).content.decode()
    piece = scripted.post(f"/-/vote/{comment.public_id}", {"value": "1"}, headers={"X-Fragment": "1"}).content.decode()

    assert answer["Location"].startswith(comment.get_absolute_url())
    assert "Many votes have arrived at once." in page
    assert "Many votes have arrived at once." in piece
    assert Guest.objects.count() == 1 + 5 + 2


def test_the_desk_says_so_and_lets_moderators_decide():
    story = story_to_discuss("The bridge")
    comment = comment_on(story)
    burst_on(story, comment)
    client = Client()
    client.force_login(moderator())

    listed = client.get("/admin/discussion/").content.decode()
    client.post(f"/admin/discussion/{comment.pk}/held-votes/", {"then": "count"})
    after = client.get("/admin/discussion/").content.decode()

    assert "3 votes of newcomers are held back" in listed
    assert "held back" not in after
    comment.refresh_from_db()
    assert comment.ups_guest == 5


def test_nothing_is_held_where_the_paper_does_not_wish_it(settings):
    settings.NEWCOMERS_VOTES = 0
    story = story_to_discuss()
    comment = comment_on(story)

    burst_on(story, comment)

    assert comment.ups_guest == 5
    assert not VoteBurst.objects.exists()
