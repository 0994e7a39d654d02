"""What the version before this one still writes on a database that is up to date: without the newer keys and counts."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from commonpress.accounts.rules import Role
from commonpress.discussion import queries
from commonpress.discussion.actions.moderation import (
    feature_comment,
    hold_comment,
    release_comment,
    remove_comment,
    unfeature_comment,
)
from commonpress.discussion.actions.overlap import complete_threads
from commonpress.discussion.models import Comment, CommentState, RemovalReason, Thread
from commonpress.discussion.queries import Sort
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.discussion.test_plans import a_big_thread, explain
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

filling = import_module("commonpress.discussion.migrations.0008_comments_are_given_their_new_keys")


def by_the_older_version(comment):
    """Leave of a comment what the version before this one would have written."""
    Comment.objects.filter(pk=comment.pk).update(key_hot=None, key_discussed=None)
    Thread.objects.filter(pk=comment.thread_id).update(answers_count=0, featured_count=0, feedback_count=0)
    comment.refresh_from_db()
    return comment


def answer_of_staff(story, **fields):
    return comment_on(story, "An answer.", writer=PersonFactory(roles=[Role.MODERATOR]), **fields)


@pytest.mark.parametrize("sort", [Sort.HOT, Sort.MOST_DISCUSSED])
def test_what_has_no_place_in_an_order_yet_comes_last_in_it(sort):
    story = story_to_discuss()
    placed = comment_on(story, "Placed.")
    late = by_the_older_version(comment_on(story, "Late."))

    page = Client().get(f"{story.path_here}comments/{sort}/").content.decode()

    assert [entry.comment.pk for entry in queries.view_of(story.pk, sort).entries] == [placed.pk, late.pk]
    assert page.index(placed.anchor) < page.index(late.anchor)


def test_an_answer_that_was_never_counted_is_removed_and_the_count_stays_at_none():
    story = story_to_discuss()
    answer = by_the_older_version(answer_of_staff(story))

    remove_comment(answer, by=moderator(), reason=RemovalReason.PRIVATE)

    assert_counts_agree_with_rows(story)


def test_a_featured_comment_that_was_never_counted_is_featured_no_longer():
    story, by = story_to_discuss(), moderator()
    comment = by_the_older_version(feature_comment(comment_on(story), by=by))

    unfeature_comment(comment, by=by)

    assert Thread.objects.get().featured_count == 0


def test_a_held_comment_gets_its_place_when_it_is_released():
    story, by = story_to_discuss(), moderator()
    held = by_the_older_version(hold_comment(comment_on(story), by=by))

    release_comment(held, by=by)

    assert_counts_agree_with_rows(story)


def test_what_is_missing_is_given_to_threads_afterwards():
    story, other = story_to_discuss(), story_to_discuss("Another")
    question = by_the_older_version(comment_on(story))
    by_the_older_version(answer_of_staff(story, parent=question))
    comment_on(other)
    before = Thread.objects.get(pk=other.pk).version

    completed = [complete_threads(timezone.now()) for _hour in range(2)]

    assert completed == [1, 0]
    assert_counts_agree_with_rows(story)
    assert Thread.objects.get(pk=other.pk).version == before


def test_whether_something_is_missing_is_read_by_indexes():
    thread = a_big_thread()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE discussion_comment")
    Thread.objects.filter(pk=thread.pk).update(last_comment_at=timezone.now())
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        complete_threads(timezone.now())

    plans = [explain(sql, params) for sql, params in asked if 'FROM "discussion_comment"' in sql]
    assert plans
    for plan in plans:
        assert "Seq Scan" not in plan
        if connection.vendor == "sqlite":
            assert "comment_answers" in plan or "comment_roots_by_key_hot" in plan


def test_the_filling_gives_every_comment_its_keys_batch_by_batch_and_counts_answers(monkeypatch):
    monkeypatch.setattr(filling, "AT_ONCE", 2)
    story = story_to_discuss()
    questions = [by_the_older_version(comment_on(story, f"Question {number}")) for number in range(5)]
    by_the_older_version(answer_of_staff(story, parent=questions[0]))
    remove_comment(answer_of_staff(story), by=moderator(), reason=RemovalReason.PRIVATE)

    for _time in range(2):
        filling.give_keys(apps, connection.schema_editor())

    assert not filling.Migration.atomic
    assert Comment.objects.filter(state=CommentState.PUBLISHED).count() == 6
    assert_counts_agree_with_rows(story)
