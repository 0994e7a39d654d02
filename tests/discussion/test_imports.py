from datetime import UTC, datetime, timedelta

import pytest

from commonpress.discussion.actions.imports import finish_import, import_comment, set_parent
from commonpress.discussion.actions.transcripts import Contribution, TakenDown, enter_transcript
from commonpress.discussion.models import Comment, CommentKind, CommentState, RemovalReason, Thread, Vote
from commonpress.notices.models import Letter
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MAY = datetime(2019, 5, 1, 12, 0, tzinfo=UTC)


def bring(story, text, minutes=0, **fields):
    return import_comment(story, html=text, created_at=MAY + timedelta(minutes=minutes), **{"name": "Tom", **fields})


def order(story):
    return [(c.body_source, c.depth) for c in Comment.objects.filter(thread=story.pk).order_by("path")]


def test_an_imported_comment_keeps_its_date_name_state_and_votes():
    story = story_to_discuss()

    comment = bring(story, "Old.\nLines.", name="Tom", state=CommentState.HELD, ups=7, downs=2)
    finish_import(story)

    comment.refresh_from_db()
    assert (comment.created_at, comment.imported_name, comment.state) == (MAY, "Tom", CommentState.HELD)
    assert (comment.votes_up, comment.votes_down, comment.score) == (7, 2, 5)
    assert comment.body_html == "<p>Old.<br>Lines.</p>"
    assert Vote.objects.count() == 0
    assert_counts_agree_with_rows(story)


def test_nobody_is_told_of_what_was_imported():
    story = story_to_discuss()

    bring(story, "See https://a.example", state=CommentState.HELD)
    finish_import(story)

    assert Letter.objects.count() == 0


def test_parents_may_come_after_their_replies():
    story = story_to_discuss()
    answer = bring(story, "answer", minutes=5)
    other = bring(story, "other", minutes=3)
    deep = bring(story, "thanks", minutes=9)
    question = bring(story, "question", minutes=1)

    set_parent(answer, question)
    set_parent(deep, answer)
    assert finish_import(story) == 0

    assert order(story) == [("question", 0), ("answer", 1), ("thanks", 2), ("other", 0)]
    assert other.parent_id is None
    assert_counts_agree_with_rows(story)


def test_comments_that_answer_each_other_in_a_circle_are_cut_loose_and_counted():
    story = story_to_discuss()
    one, two = bring(story, "one"), bring(story, "two", minutes=1)
    set_parent(one, two)
    set_parent(two, one)

    assert finish_import(story) == 1

    assert len(order(story)) == 2
    assert_counts_agree_with_rows(story)


def test_a_parent_on_another_page_is_cut_loose():
    story = story_to_discuss()
    stray = bring(story, "stray")
    set_parent(stray, bring(story_to_discuss("Elsewhere"), "there"))

    assert finish_import(story) == 1

    assert order(story) == [("stray", 0)]


def test_replies_deeper_than_twelve_levels_keep_their_true_parents():
    story = story_to_discuss()
    chain = [bring(story, str(level), minutes=level) for level in range(16)]
    for child, parent in zip(chain[1:], chain, strict=False):
        set_parent(child, parent)
    finish_import(story)

    rows = list(Comment.objects.order_by("number"))

    assert [row.parent_id for row in rows[1:]] == [row.pk for row in rows[:-1]]
    assert [row.depth for row in rows] == [*range(12), 11, 11, 11, 11]
    assert_counts_agree_with_rows(story)


def test_a_second_import_joins_what_was_written_here_since():
    story = story_to_discuss()
    question = bring(story, "question")
    finish_import(story)
    here = comment_on(story, "written here", parent=Comment.objects.get(pk=question.pk))

    late = bring(story, "late", minutes=4)
    set_parent(late, question)
    finish_import(story)

    assert order(story) == [("question", 0), ("late", 1), ("written here", 1)]
    after = comment_on(story, "and on", parent=Comment.objects.get(pk=here.pk))
    assert after.depth == 2
    assert_counts_agree_with_rows(story)


def test_pingbacks_are_told_apart():
    story = story_to_discuss()
    bring(story, "[...] as they wrote [...]", kind=CommentKind.PINGBACK, name="Another paper")
    finish_import(story)

    assert Comment.objects.get().kind == CommentKind.PINGBACK
    assert Thread.objects.get(pk=story.pk).published_count == 1


def test_a_nameless_comment_is_a_guests():
    assert bring(story_to_discuss(), "Hello", name="").name == "Guest"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a" * 41, "a" * 39 + "…"),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 40,
            "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 17 + "…",
        ),
        ("\U0001f468\u200d" * 100 + "\U0001f466", "\U0001f468\u200d" * 60),
    ],
)
def test_a_name_is_cut_to_what_readers_count_and_the_database_holds(name, kept):
    assert Comment.objects.get(pk=bring(story_to_discuss(), "Hello", name=name).pk).name == kept


def test_hostile_imported_html_is_inert():
    html = bring(story_to_discuss(), '<p onclick="x()">Hi<script>alert(1)</script></p>').body_html

    assert html == "<p>Hi</p>"


def test_a_transcript_is_entered_with_its_writers_votes_and_removals():
    story = story_to_discuss()
    guest, person, by = GuestFactory(), PersonFactory(display_name="Ada"), moderator()

    entered = enter_transcript(
        story,
        [
            Contribution(writer=guest, text="Why?", created_at=MAY, name="Mara", for_it=[person]),
            Contribution(writer=person, text="Because.", created_at=MAY + timedelta(minutes=1), answers=0),
            Contribution(writer=guest, text="See https://a.example", created_at=MAY, is_held=True),
            Contribution(
                writer=guest, text="Fool.", created_at=MAY, taken_down=TakenDown(by, RemovalReason.ABUSE, "again")
            ),
        ],
    )

    assert [comment.state for comment in Comment.objects.order_by("number")] == [
        "published",
        "published",
        "held",
        "removed",
    ]
    assert Comment.objects.get(body_source="Because.").parent == entered[0]
    assert Vote.objects.get().comment == entered[0]
    assert_counts_agree_with_rows(story)
