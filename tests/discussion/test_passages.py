"""Comments on some words of a story, and the author's questions in it."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonpress.changes.models import Change
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.erasure import erase_commenter
from commonpress.discussion.actions.moderation import remove_comment, restore_comment
from commonpress.discussion.anchors import State
from commonpress.discussion.errors import PassageIsChanged, QuestionIsClosed
from commonpress.discussion.models import Passage, PassageKind, RemovalReason, StoryText, Thread
from commonpress.discussion.passage_text import found_in, marks_in, texts_of
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import GuestFactory
from tests.factories.discussion import comment_on, moderator
from tests.factories.passages import TEXT, marked, revise, story_with_text

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def anchor_in(story, quote, before=""):
    (anchor,) = found_in(texts_of(story.body), quote, before)
    return anchor


def comment_about(story, quote, text="Is that so?", **more):
    return post_comment(story, writer=GuestFactory(), text=text, about=anchor_in(story, quote), **more)


def test_a_comment_on_a_passage_stands_in_the_thread_and_is_counted_at_the_passage():
    story = story_with_text()

    comment = comment_about(story, "paid 4 million euros")

    passage = Passage.objects.get()
    assert comment.passage == passage
    assert (passage.kind, passage.exact, passage.published_count) == (PassageKind.READER, "paid 4 million euros", 1)
    assert Thread.objects.get().feedback_count == 1
    assert_counts_agree_with_rows(story)


def test_two_readers_who_mark_the_same_words_talk_about_one_passage():
    story = story_with_text()

    comment_about(story, "paid 4 million euros")
    comment_about(story, "paid 4 million euros")
    comment_about(story, "4 million euros")

    assert sorted(Passage.objects.values_list("exact", "published_count")) == [
        ("4 million euros", 1),
        ("paid 4 million euros", 2),
    ]


def test_a_removed_comment_is_not_counted_at_its_passage_until_it_is_restored():
    story = story_with_text()
    comment = comment_about(story, "Monday night")

    remove_comment(comment, by=moderator(), reason=RemovalReason.OTHER)
    without = Passage.objects.get().published_count, Thread.objects.get().feedback_count
    restore_comment(comment, by=moderator(), reason="A slip.")

    assert without == (0, 0)
    assert (Passage.objects.get().published_count, Thread.objects.get().feedback_count) == (1, 1)
    assert_counts_agree_with_rows(story)


def test_an_erased_writer_leaves_no_count_at_the_passage():
    story = story_with_text()
    writer = GuestFactory()
    post_comment(story, writer=writer, text="Mine.", about=anchor_in(story, "Monday"))

    erase_commenter(writer)

    assert Passage.objects.get().published_count == 0
    assert_counts_agree_with_rows(story)


def test_words_that_were_changed_meanwhile_are_refused_and_nothing_is_posted():
    story = story_with_text()
    anchor = anchor_in(story, "4 million")
    revise(story, TEXT.replace("4 million", "6 million"))

    with pytest.raises(PassageIsChanged):
        post_comment(story, writer=GuestFactory(), text="Too much.", about=anchor)

    assert not Passage.objects.exists()


def test_a_passage_follows_its_words_when_the_story_is_published_again():
    story = story_with_text()
    comment_about(story, "Nobody knows when it opens again.")

    revise(story, TEXT.replace("<p>The bridge", "<p>It is so. The bridge"))

    passage = Passage.objects.get()
    assert (passage.state, passage.exact) == (State.SHIFTED, "Nobody knows when it opens again.")
    assert passage.anchor.stands_in(StoryText.objects.get().blocks)


def test_a_passage_that_was_edited_remembers_its_wording():
    story = story_with_text()
    comment_about(story, "The council paid 4 million euros for it.")

    revise(story, TEXT.replace("4 million", "6 million"))

    passage = Passage.objects.get()
    assert (passage.state, passage.exact) == (State.EDITED, "The council paid 6 million euros for it.")
    assert [words for _until, words in passage.wordings] == ["The council paid 4 million euros for it."]


def test_a_passage_whose_words_are_gone_is_orphaned_though_its_look_alike_stays_and_comes_back_with_them():
    story = story_with_text()
    comment = comment_about(story, "The council paid 4 million euros for it.")

    revise(story, TEXT.replace(" The council paid 4 million euros for it.", ""))
    gone = Passage.objects.get()
    revise(story, TEXT)

    assert (gone.state, gone.exact) == (State.ORPHANED, "The council paid 4 million euros for it.")
    assert Passage.objects.get().state == State.INTACT
    comment.refresh_from_db()
    assert comment.passage == gone


def writes_of_passages(queries):
    return [query["sql"] for query in queries if query["sql"].startswith('UPDATE "discussion_passage"')]


def test_a_publication_writes_only_the_passages_it_changes():
    story = story_with_text()
    comment_about(story, "closed on Monday night")
    comment_about(story, "Nobody knows")

    with CaptureQueriesContext(connection) as same:
        revise(story, TEXT)
    with CaptureQueriesContext(connection) as other:
        revise(story, TEXT.replace("<p>Nobody", "<p>It is so. Nobody"))

    assert writes_of_passages(same) == []
    (write,) = writes_of_passages(other)
    first, second = Passage.objects.order_by("start")
    assert write.endswith(f'WHERE "discussion_passage"."id" IN ({second.pk})')
    assert (first.state, second.state) == (State.INTACT, State.SHIFTED)


def test_a_question_marked_in_the_text_is_asked_once_published():
    mark = uuid4()
    text = TEXT.replace("Nobody knows", marked("Nobody knows", "When should it &amp; why?", mark=mark))

    story = story_with_text(text)

    passage = Passage.objects.get()
    assert (passage.kind, passage.mark, passage.question) == ("question", mark, "When should it & why?")
    assert (passage.exact, passage.is_open, passage.thread_id) == ("Nobody knows", True, story.pk)


def test_a_question_keeps_its_answers_when_its_words_are_edited_and_when_it_is_closed():
    mark = uuid4()
    story = story_with_text(TEXT.replace("Nobody knows", marked("Nobody knows", mark=mark)))
    answer = post_comment(story, writer=GuestFactory(), text="In May.", about=Passage.objects.get())

    revise(story, TEXT.replace("Nobody knows", marked("Hardly anybody can say", mark=mark, is_open=False)))

    passage = Passage.objects.get()
    assert (passage.exact, passage.state, passage.is_open) == ("Hardly anybody can say", State.EDITED, False)
    assert passage.published_count == 1
    with pytest.raises(QuestionIsClosed):
        post_comment(story, writer=GuestFactory(), text="In June.", about=passage)
    answer.refresh_from_db()
    assert answer.passage == passage


def test_a_question_whose_mark_was_taken_away_is_orphaned_and_its_answers_stay():
    mark = uuid4()
    text = TEXT.replace("Nobody knows", marked("Nobody knows", mark=mark))
    story = story_with_text(text)
    answer = post_comment(story, writer=GuestFactory(), text="In May.", about=Passage.objects.get())

    revise(story, TEXT)
    without = Passage.objects.get()
    revise(story, text)

    assert without.is_orphaned
    assert not Passage.objects.get().is_orphaned
    answer.refresh_from_db()
    assert answer.passage == without


def test_a_copy_of_a_story_asks_the_same_of_its_own_readers():
    mark = uuid4()
    text = TEXT.replace("Nobody knows", marked("Nobody knows", mark=mark))

    story_with_text(text)
    story_with_text(text, title="The same once more")

    assert Passage.objects.filter(mark=mark).count() == 2


def test_a_draft_asks_nothing_yet():
    story_with_text(TEXT.replace("Nobody knows", marked("Nobody knows")), published=False)

    assert not Passage.objects.exists()


def test_a_reply_to_a_comment_on_a_passage_is_about_the_comment():
    story = story_with_text()
    comment = comment_about(story, "Monday night")

    reply = comment_on(story, "Yes.", parent=comment)

    assert reply.passage is None
    assert Passage.objects.get().published_count == 1


def test_only_what_a_passage_shows_is_said_to_have_changed():
    story = story_with_text()
    Change.objects.all().delete()

    comment_on(story, "On the whole.")
    ordinary = set(Change.objects.values_list("key", flat=True))
    comment_about(story, "Monday night")

    assert f"passages:{story.pk}" not in ordinary
    assert f"passages:{story.pk}" in set(Change.objects.values_list("key", flat=True))


def test_the_text_of_a_block_is_what_a_reader_sees():
    story = story_with_text(
        "<p>One  <b>two</b>\n three&nbsp;&amp; four</p><ul><li>five</li><li><i>six</i></li></ul><hr/><p>a<br/>b</p>"
    )

    assert list(texts_of(story.body).values()) == ["One two three & four\nfive\nsix\na\nb"]


def test_a_mark_around_formatted_words_is_about_their_text():
    text = "<p>The " + marked("bridge was <b>closed on </b>") + "Monday.</p>"
    story = story_with_text(text)

    (mark,) = marks_in(story.body)

    assert mark.anchor.exact == "bridge was closed on"


LINK = '<a href="https://example.org/">council</a>'


@pytest.mark.parametrize(
    ("between", "again", "exact"),
    [
        (LINK, " paid 4 million", "The council paid 4 million"),
        (f"{LINK} <a>once</a> ", "more", "The council once more"),
        (f"{LINK} and {LINK}", " paid", "The"),
        (" council, as it says: ", "The", "The"),
        (f"{LINK}</p><p>", "It paid", "The"),
    ],
)
def test_a_question_whose_words_were_linked_later_is_about_all_of_them(between, again, exact):
    mark = uuid4()
    story = story_with_text(f"<p>{marked('The ', mark=mark)}{between}{marked(again, mark=mark)} euros.</p>")

    assert [mark.anchor.exact for mark in marks_in(story.body)] == [exact]


@pytest.mark.parametrize(
    ("quote", "before", "count"),
    [
        ("paid 4 million", "", 1),
        ("The council paid", "", 2),
        ("The council paid", "opens again. ", 1),
        ("nothing", "", 0),
    ],
)
def test_a_quote_is_found_by_itself_or_by_what_stands_before_it(quote, before, count):
    story = story_with_text()

    assert len(found_in(texts_of(story.body), quote, before)) == count
