"""Requests that arrive together, on real connections and real commits."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from commonpress.accounts.actions.badges import give_badge, take_badge
from commonpress.accounts.models import Badge, Guest
from commonpress.accounts.rules import Role
from commonpress.changes.models import Change
from commonpress.discussion.actions.bursts import count_held_votes
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.corrections import accept_request, decline_request, request_correction
from commonpress.discussion.actions.edits import edit_comment
from commonpress.discussion.actions.erasure import delete_comment
from commonpress.discussion.actions.moderation import hold_comment, release_comment, remove_comment
from commonpress.discussion.actions.votes import DOWN, NONE, UP, vote
from commonpress.discussion.errors import CommentIsGone, HeldByModerator, PassageIsChanged
from commonpress.discussion.models import (
    Comment,
    CommentState,
    CommentWording,
    CorrectionRequest,
    Passage,
    RemovalReason,
    StoryText,
    Vote,
    VoteBurst,
)
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.newsroom.models.correction import Correction
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss
from tests.factories.passages import TEXT, revise, story_with_text
from tests.together import together

pytestmark = [pytest.mark.commits, pytest.mark.both_databases]


def test_parallel_votes_of_one_voter_are_one_vote():
    story = story_to_discuss()
    comment = comment_on(story)
    voter = PersonFactory()

    results = together(*[lambda: vote(comment, page=story, voter=voter, value=UP) for _click in range(12)])

    assert not [result for result in results if isinstance(result, Exception)]
    assert Vote.objects.count() == 1
    assert_counts_agree_with_rows(story)


def test_parallel_votes_of_many_are_all_counted():
    story = story_to_discuss()
    comment = comment_on(story)
    voters = [GuestFactory() for _voter in range(12)]

    results = together(
        *[
            lambda voter=voter, place=place: vote(
                comment, page=story, voter=voter, value=DOWN if place % 3 == 0 else UP
            )
            for place, voter in enumerate(voters)
        ]
    )

    assert not [result for result in results if isinstance(result, Exception)]
    comment.refresh_from_db()
    assert (comment.ups_guest, comment.downs_guest) == (8, 4)
    assert_counts_agree_with_rows(story)


def test_parallel_replies_to_one_parent_each_get_their_own_place():
    story = story_to_discuss()
    question = comment_on(story)
    guests = [GuestFactory() for _guest in range(10)]

    results = together(
        *[lambda guest=guest: comment_on(story, "An answer.", writer=guest, parent=question) for guest in guests]
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert sorted(Comment.objects.filter(parent=question).values_list("path", flat=True)) == [
        f"0001{ordinal:04}" if ordinal < 10 else "0001000a" for ordinal in range(1, 11)
    ]
    assert_counts_agree_with_rows(story)


def test_the_first_comments_of_a_story_posted_together_share_one_thread():
    story = story_to_discuss()
    guests = [GuestFactory() for _guest in range(8)]

    results = together(*[lambda guest=guest: comment_on(story, writer=guest) for guest in guests])

    assert not [result for result in results if isinstance(result, Exception)]
    assert_counts_agree_with_rows(story)


def test_one_form_sent_many_times_at_once_posts_one_comment():
    story = story_to_discuss()
    guest = GuestFactory()

    results = together(
        *[lambda: post_comment(story, writer=guest, text="Once.", once="one-key-of-a-form") for _click in range(8)]
    )

    assert len({result.pk for result in results}) == 1
    assert_counts_agree_with_rows(story)


def test_the_clicks_of_a_stranger_that_arrive_together_make_one_guest():
    story = story_to_discuss()
    form = {"text": "Once.", "once": "one-key-of-a-form"}

    answers = together(
        *[
            lambda: Client(headers={"sec-fetch-site": "same-origin"}).post(f"/-/compose/{story.pk}", form)
            for _click in range(3)
        ]
    )

    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert sum("guest" in answer.cookies for answer in answers) == 1
    assert (Comment.objects.count(), Guest.objects.count()) == (1, 1)


def test_one_key_used_for_two_stories_at_once_posts_in_one_of_them():
    stories = [story_to_discuss("One"), story_to_discuss("Other")]
    guests = [GuestFactory(), GuestFactory()]

    results = together(
        *[
            lambda story=story, guest=guest: post_comment(story, writer=guest, text="Once.", once="one-key-of-a-form")
            for story, guest in zip(stories, guests, strict=True)
        ]
    )

    assert sorted(type(result).__name__ for result in results) == ["Comment", "SentAlready"]
    assert Comment.objects.count() == 1


def test_a_guest_is_claimed_while_everybody_votes_and_answers():
    story = story_to_discuss()
    comments = [comment_on(story, f"Number {number}") for number in range(4)]
    guest, person, others = GuestFactory(), PersonFactory(), [GuestFactory() for _other in range(3)]
    for comment in comments:
        vote(comment, page=story, voter=guest, value=UP)

    results = together(
        *[lambda: claim_guest(guest, by=person) for _tab in range(2)],
        *[lambda comment=comment: vote(comment, page=story, voter=person, value=UP) for comment in comments[:2]],
        *[lambda other=other: comment_on(story, "An answer.", writer=other, parent=comments[3]) for other in others],
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert sorted(Vote.objects.values_list("voter_key", flat=True)) == [person.voter_key] * 4
    assert_counts_agree_with_rows(story)


def test_a_moderator_decides_while_everybody_votes():
    story = story_to_discuss()
    comment = comment_on(story)
    by, voters = moderator(), [GuestFactory() for _voter in range(8)]

    results = together(
        *[lambda voter=voter: vote(comment, page=story, voter=voter, value=UP) for voter in voters],
        *[lambda: hold_comment(comment, by=by), lambda: release_comment(comment, by=by)] * 2,
    )

    assert all(isinstance(result, Comment | CommentIsGone) for result in results)
    assert_counts_agree_with_rows(story)


def test_a_reply_and_the_removal_of_its_parent_leave_the_counts_right():
    story = story_to_discuss()
    question = comment_on(story)
    by, guests = moderator(), [GuestFactory() for _guest in range(6)]

    results = together(
        lambda: remove_comment(question, by=by, reason=RemovalReason.ABUSE),
        *[lambda guest=guest: comment_on(story, "An answer.", writer=guest, parent=question) for guest in guests],
    )

    assert all(isinstance(result, Comment | CommentIsGone) for result in results)
    assert_counts_agree_with_rows(story)


def test_an_edit_and_a_moderators_hold_leave_one_of_the_two_wordings_and_the_counters_right():
    story, writer, by = story_to_discuss(), GuestFactory(), moderator()
    comment = comment_on(story, "Before.", writer=writer)

    results = together(
        lambda: hold_comment(comment, by=by),
        lambda: edit_comment(comment, page=story_again(story), by=writer, text="After.", stood=comment.wording),
    )

    comment.refresh_from_db()
    was_refused = isinstance(results[1], HeldByModerator)
    assert not was_refused or comment.body_source == "Before."
    assert (comment.body_source == "After.") == (CommentWording.objects.count() == 1)
    assert (comment.state, comment.held_for) == (CommentState.HELD, "moderator")
    assert_counts_agree_with_rows(story)


def test_parallel_edits_replace_each_other_only_when_they_have_seen_each_other():
    story, writer = story_to_discuss(), GuestFactory()
    comment = comment_on(story, "Before.", writer=writer)

    results = together(
        *[
            lambda number=number: edit_comment(
                comment, page=story_again(story), by=writer, text=f"After {number}.", stood=comment.wording
            )
            for number in range(5)
        ]
    )

    assert sorted(type(result).__name__ for result in results) == ["Comment"] + ["WordingIsAnother"] * 4
    assert CommentWording.objects.count() == 1


def test_a_comment_deleted_while_it_is_answered_leaves_its_place_or_no_answer():
    story, writer = story_to_discuss(), GuestFactory()
    question = comment_on(story, "Asked.", writer=writer)
    guests = [GuestFactory() for _guest in range(4)]

    results = together(
        lambda: delete_comment(question, by=writer),
        *[
            lambda guest=guest: comment_on(story_again(story), "An answer.", writer=guest, parent=question)
            for guest in guests
        ],
    )

    answers = sum(isinstance(result, Comment) for result in results)
    assert all(result is None or isinstance(result, Comment | CommentIsGone) for result in results)
    assert Comment.objects.filter(pk=question.pk, body_source="").count() == (1 if answers else 0)
    assert Comment.objects.count() == (answers + 1 if answers else 0)
    assert_counts_agree_with_rows(story)


def test_of_many_newcomers_at_once_as_many_are_counted_as_one_by_one(settings):
    settings.NEWCOMERS_VOTES = 5
    story = story_to_discuss()
    comment = comment_on(story)
    voters = [GuestFactory() for _voter in range(12)]

    together(*[lambda voter=voter: vote(comment, page=story, voter=voter, value=UP) for voter in voters])

    comment.refresh_from_db()
    assert (comment.ups_guest, VoteBurst.objects.get().held_count) == (5, 7)
    assert_counts_agree_with_rows(story)


def test_votes_are_counted_while_their_voters_take_them_back(settings):
    settings.NEWCOMERS_VOTES = 1
    story = story_to_discuss()
    comment = comment_on(story)
    voters = [GuestFactory() for _voter in range(8)]
    for voter in voters:
        vote(comment, page=story, voter=voter, value=UP)

    results = together(
        lambda: count_held_votes(comment, by=None),
        *[lambda voter=voter: vote(comment, page=story, voter=voter, value=NONE) for voter in voters],
    )

    assert not [result for result in results if isinstance(result, Exception)]
    comment.refresh_from_db()
    assert (comment.ups_guest, Vote.objects.count()) == (0, 0)
    assert_counts_agree_with_rows(story)


def test_a_mark_that_is_taken_away_is_on_no_comment_posted_meanwhile():
    story, person = story_to_discuss(), PersonFactory()
    give_badge(person, Badge.Kind.SUPPORTER, until=timezone.now() + timedelta(days=1))

    together(
        *[
            lambda number=number: comment_on(story_again(story), f"Number {number}", writer=person)
            for number in range(4)
        ],
        lambda: take_badge(person, Badge.Kind.SUPPORTER),
    )

    assert Comment.objects.count() == 4
    assert not Comment.objects.filter(is_supporter=True).exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_what_is_posted_while_a_mark_is_prolonged_has_it():
    story, person = story_to_discuss(), PersonFactory()
    give_badge(person, Badge.Kind.SUPPORTER, until=timezone.now() + timedelta(days=1))

    with transaction.atomic():
        give_badge(person, Badge.Kind.SUPPORTER, until=timezone.now() + timedelta(days=2))
        (comment,) = together(lambda: comment_on(story_again(story), writer=person))

    comment.refresh_from_db()
    assert comment.is_supporter


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_mark_given_while_its_person_writes_is_on_no_comment_whose_page_is_not_told():
    stories, person = [story_to_discuss("One"), story_to_discuss("Other")], PersonFactory()
    comment_on(stories[0], writer=person)
    late = []

    def post_once_threads_are_locked(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "is_supporter" in sql:
            late.extend(together(lambda: comment_on(story_again(stories[1]), writer=person)))
        return execute(sql, params, many, context)

    before = set(Change.objects.values_list("pk", flat=True))
    with connection.execute_wrapper(post_once_threads_are_locked):
        give_badge(person, Badge.Kind.SUPPORTER, until=timezone.now() + timedelta(days=1))

    marked = set(Comment.objects.filter(is_supporter=True).values_list("thread_id", flat=True))
    assert len(late) == 1
    assert marked == {stories[0].pk}
    assert f"thread:{stories[0].pk}" in Change.objects.exclude(pk__in=before).values_list("key", flat=True)


def test_of_editors_who_decide_one_request_at_once_one_decides_and_the_others_are_told_so():
    story = story_with_text()
    (anchor,) = found_in(texts_of(story.body), "paid 4 million euros")
    comment = post_comment(story, writer=GuestFactory(), text="It was 6 million.", about=anchor)
    editors = [PersonFactory(roles=[Role.EDITOR]) for _editor in range(4)]
    request_correction(comment, by=editors[0])

    results = together(
        *[
            lambda by=by: accept_request(comment, story_again(story), text="It was 6 million.", credit="", by=by)
            for by in editors[:2]
        ],
        *[lambda by=by: decline_request(comment, note="It was confirmed.", by=by) for by in editors[2:]],
    )

    request = CorrectionRequest.objects.get()
    assert sorted(type(result).__name__ for result in results) == ["CorrectionRequest"] + ["RequestIsDecided"] * 3
    (decided_by,) = [by for by, result in zip(editors, results, strict=True) if isinstance(result, CorrectionRequest)]
    assert request.decided_by == decided_by
    assert request.state == ("accepted" if decided_by in editors[:2] else "declined")
    assert (request.note == "") == (request.correction is not None) == (request.state == "accepted")
    assert Correction.objects.count() == (request.state == "accepted")


def story_again(story):
    """Return the story as another request has it: each reads its state anew."""
    return type(story).objects.get(pk=story.pk)


def test_the_first_words_marked_while_the_story_is_published_again_stand_in_it_or_are_refused():
    story = story_with_text()
    (anchor,) = found_in(texts_of(story.body), "Nobody knows")
    writer = GuestFactory()

    posted, _revised = together(
        lambda: post_comment(story, writer=writer, text="In May?", about=anchor),
        lambda: revise(story, TEXT.replace("<p>The bridge", "<p>It is so. The bridge")),
    )

    story = type(story).objects.get(pk=story.pk)
    passages = list(Passage.objects.all())
    assert isinstance(posted, PassageIsChanged if not passages else Comment)
    assert all(passage.anchor.stands_in(texts_of(story.body)) for passage in passages)
    assert [text.blocks for text in StoryText.objects.all()] == [texts_of(story.body) for _passage in passages]
