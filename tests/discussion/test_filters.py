"""What of a discussion can be read by itself."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from commonpress.accounts.rules import Role
from commonpress.discussion import filters
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.moderation import (
    feature_comment,
    remove_comment,
    restore_comment,
    unfeature_comment,
)
from commonpress.discussion.filters import Filter
from commonpress.discussion.models import Comment, RemovalReason, Thread
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.newsroom.models.byline import Byline, StoryByline
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss
from tests.factories.passages import story_with_text

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def texts(view):
    return [Comment.objects.get(pk=entry.comment.pk).body_source for entry in view.entries]


def test_answers_are_those_of_staff_and_authors_the_newest_first():
    story = story_to_discuss()
    author = PersonFactory(display_name="Ada")
    StoryByline.objects.create(story=story, byline=Byline.objects.create(name="Ada", slug="ada", person=author))
    question = comment_on(story, "Why?")
    comment_on(story, "I wrote it.", writer=author, parent=question)
    comment_on(story, "I work here.", writer=PersonFactory(roles=[Role.REPORTER]), parent=question)

    view = filters.filtered(story.pk, Filter.ANSWERS)

    assert texts(view) == ["I work here.", "I wrote it."]
    assert view.counts.answers == 2
    assert_counts_agree_with_rows(story)


def test_inline_feedback_is_what_is_about_words_of_the_story(client):
    story = story_with_text()
    comment_on(story, "About the whole.")
    (words,) = found_in(texts_of(story.body), "paid 4 million euros", "")
    post_comment(story, writer=GuestFactory(), text="Was it not five?", about=words)

    view = filters.filtered(story.pk, Filter.FEEDBACK)

    assert (texts(view), view.counts.feedback) == (["Was it not five?"], 1)
    assert f"{story.path_here}comments/feedback/#discussion" in client.get(story.path_here).content.decode()
    assert "paid 4 million euros" in client.get(f"{story.path_here}comments/feedback/").content.decode()


def test_a_featured_comment_is_read_by_itself_until_it_is_no_longer(client):
    story = story_to_discuss()
    comment, by = comment_on(story, "Everybody should read this."), moderator()

    feature_comment(comment, by=by)
    feature_comment(comment, by=by)
    page = client.get(f"{story.path_here}comments/featured/").content.decode()

    assert "Everybody should read this." in page
    assert Thread.objects.get(pk=story.pk).featured_count == 1
    unfeature_comment(comment, by=by)
    assert "Everybody should read this." not in client.get(f"{story.path_here}comments/featured/").content.decode()
    assert_counts_agree_with_rows(story)


def test_a_removed_comment_is_not_among_the_featured_and_is_again_once_restored():
    story, by = story_to_discuss(), moderator()
    comment = feature_comment(comment_on(story, "Once praised."), by=by)
    comment_on(story, "An answer keeps its place.", parent=comment)

    remove_comment(comment, by=by, reason=RemovalReason.OTHER)

    assert filters.filtered(story.pk, Filter.FEATURED).entries == []
    assert_counts_agree_with_rows(story)
    restore_comment(comment, by=by, reason="A mistake.")
    assert texts(filters.filtered(story.pk, Filter.FEATURED)) == ["Once praised."]
    assert_counts_agree_with_rows(story)


def test_a_reply_by_itself_says_whom_it_answers_and_leads_there(client):
    story = story_to_discuss()
    question = comment_on(story, "Why?", name="Mara")
    feature_comment(comment_on(story, "Because.", parent=question), by=moderator())

    page = client.get(f"{story.path_here}comments/featured/").content.decode()

    assert f'<a href="/c/{question.public_id}/">in reply to Mara</a>' in page


def test_further_pages_follow_a_cursor_and_none_is_shown_twice(monkeypatch):
    monkeypatch.setattr(filters, "AT_ONCE", 2)
    story, by = story_to_discuss(), moderator()
    for number in range(5):
        comment = comment_on(story, str(number))
        Comment.objects.filter(pk=comment.pk).update(
            created_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
        )
        comment.refresh_from_db()
        comment.set_keys()
        comment.save()
        feature_comment(comment, by=by)
    seen, cursor = [], None

    for _page in range(3):
        view = filters.filtered(story.pk, Filter.FEATURED, after=cursor)
        seen += texts(view)
        cursor = view.next_cursor

    assert seen == ["4", "3", "2", "1", "0"]
    assert cursor is None
    assert filters.filtered(story.pk, Filter.FEATURED, after="1aaaaaaaa") is None


def test_what_is_new_since_a_page_is_read_on_from_there(client, monkeypatch):
    monkeypatch.setattr(filters, "AT_ONCE", 2)
    story = story_to_discuss()
    first = comment_on(story, "Read already.")
    page = client.get(story.path_here).content.decode()
    (link,) = re.findall(r'href="([^"]*/comments/since/[^"]*)"', page)
    for text in ("New one.", "New two.", "New three."):
        comment_on(story, text, parent=first)
    comment_on(story, "See https://elsewhere.example/ for more.")

    new = client.get(link).content.decode()
    (further,) = re.findall(r'class="discussion__next"\s+href="([^"]*)"', new)
    rest = client.get(further).content.decode()
    (newest,) = re.findall(r'href="([^"]*/comments/since/[^"]*)"', client.get(story.path_here).content.decode())
    nothing = client.get(newest).content.decode()

    assert link == f"{story.path_here}comments/since/{first.public_id}/"
    assert "Nothing has been said since." in nothing
    assert re.findall(r"New \w+\.", new) == ["New one.", "New two."]
    assert re.findall(r"New \w+\.", rest) == ["New three."]
    assert "Read already." not in new
    assert "elsewhere.example" not in new + rest


def test_there_is_a_way_to_each_kind_that_has_any(client):
    story = story_to_discuss()
    comment = comment_on(story)
    before = client.get(story.path_here).content.decode()

    feature_comment(comment, by=moderator())
    after = client.get(story.path_here).content.decode()

    assert "comments/featured/" not in before
    assert f"{story.path_here}comments/featured/#discussion" in after
    assert "comments/answers/" not in after


def test_only_moderators_feature(client):
    story = story_to_discuss()
    comment = comment_on(story)
    client.force_login(PersonFactory(roles=[Role.EDITOR]))

    client.post(f"/admin/discussion/{comment.pk}/feature/")

    assert not Comment.objects.get(pk=comment.pk).is_featured
    client.force_login(moderator())
    client.post(f"/admin/discussion/{comment.pk}/feature/")
    assert Comment.objects.get(pk=comment.pk).is_featured
    client.post(f"/admin/discussion/{comment.pk}/unfeature/")
    assert not Comment.objects.get(pk=comment.pk).is_featured
