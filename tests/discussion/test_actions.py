import pytest
from django.utils import timezone

from commonpress.accounts.erasing import erase
from commonpress.accounts.models import Guest, Person
from commonpress.accounts.rules import Role
from commonpress.changes.models import Change
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.erasure import erase_commenter, erase_writer_of
from commonpress.discussion.actions.moderation import hold_comment, release_comment, remove_comment, restore_comment
from commonpress.discussion.actions.votes import DOWN, NONE, UP, vote
from commonpress.discussion.errors import (
    AnsweredIsGone,
    ClosedWhileWriting,
    ColleagueIsNotErased,
    CommentIsGone,
    NotAModerator,
    OwnComment,
    SentAlready,
    ThreadIsClosed,
)
from commonpress.discussion.models import (
    Comment,
    CommentState,
    DiscussionSettings,
    Erasure,
    Hold,
    RemovalReason,
    Thread,
    Vote,
)
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.story import Story
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_post_comment_puts_a_guests_comment_on_the_story():
    story = story_to_discuss()
    guest = GuestFactory()

    comment = post_comment(story, writer=guest, text="  Well *said*.  ", name=" Mara\n")

    assert (comment.guest, comment.person, comment.name) == (guest, None, "Mara")
    assert (comment.body_source, comment.body_html) == ("Well *said*.", "<p>Well <em>said</em>.</p>")
    assert (comment.parent, comment.root, comment.path, comment.depth) == (None, None, "0001", 0)
    assert Thread.objects.get(page=story).published_count == 1
    assert Change.objects.filter(key=f"thread:{story.pk}").count() == 1


def test_a_reply_stands_under_what_it_answers():
    story = story_to_discuss()
    question = comment_on(story, "Why?")
    other = comment_on(story, "Hm.")

    answer = comment_on(story, "Because.", parent=question)
    thanks = comment_on(story, "Thanks.", parent=answer)

    assert [other.path, answer.path, thanks.path] == ["0002", "00010001", "000100010001"]
    question.refresh_from_db()
    answer.refresh_from_db()
    assert (question.reply_count, question.descendant_count) == (1, 2)
    assert (answer.reply_count, answer.descendant_count, answer.root_id) == (1, 1, question.pk)


def test_a_reply_to_the_deepest_level_keeps_its_true_parent_and_stands_beside_it():
    story = story_to_discuss()
    comment = comment_on(story)
    for _level in range(11):
        comment = comment_on(story, "Deeper.", parent=comment)

    beyond = comment_on(story, "Deepest.", parent=comment)

    assert (comment.depth, beyond.depth) == (11, 11)
    assert beyond.parent_id == comment.pk
    assert beyond.path[:-4] == comment.path[:-4]
    assert_counts_agree_with_rows(story)


def test_the_same_form_sent_twice_posts_one_comment():
    story = story_to_discuss()
    guest = GuestFactory()

    first = post_comment(story, writer=guest, text="Once.", once="a-key-of-a-form")
    again = post_comment(story, writer=guest, text="Once.", once="a-key-of-a-form")

    assert again == first
    assert Comment.objects.count() == 1
    assert_counts_agree_with_rows(story)


@pytest.mark.parametrize("there", ["the same story", "another story"])
def test_a_key_that_was_used_for_other_words_is_refused(there):
    story = story_to_discuss()
    post_comment(story, writer=GuestFactory(), text="First words.", once="a-key-of-a-form")
    page = story if there == "the same story" else story_to_discuss("Another")

    with pytest.raises(SentAlready):
        post_comment(page, writer=GuestFactory(), text="Other words.", once="a-key-of-a-form")

    assert Comment.objects.get().body_source == "First words."
    assert_counts_agree_with_rows(story)


def test_a_discussion_closed_while_the_reader_types_refuses_the_comment():
    story = story_to_discuss()
    Story.objects.filter(pk=story.pk).update(comments_state=CommentsState.CLOSED)

    with pytest.raises(ClosedWhileWriting):
        post_comment(story, writer=GuestFactory(), text="Too late.")

    assert Comment.objects.count() == 0


def test_an_answer_to_a_comment_removed_meanwhile_is_refused():
    story = story_to_discuss()
    question = comment_on(story)
    remove_comment(question, by=moderator(), reason=RemovalReason.ABUSE)

    with pytest.raises(AnsweredIsGone):
        comment_on(story, parent=question)


def test_an_answer_to_a_comment_of_another_story_is_refused():
    elsewhere = comment_on(story_to_discuss("Another story"))

    with pytest.raises(AnsweredIsGone):
        comment_on(story_to_discuss(), parent=elsewhere)


@pytest.mark.parametrize(
    ("hold", "text", "is_first", "is_held"),
    [
        (Hold.NOTHING, "See https://a.example", True, False),
        (Hold.LINKS, "See https://a.example", False, True),
        (Hold.LINKS, "`http://a.example/x`", False, True),
        (Hold.LINKS, "No link", True, False),
        (Hold.FIRST, "No link", True, True),
        (Hold.FIRST, "No link", False, False),
        (Hold.FIRST, "See https://a.example", False, True),
        (Hold.ALL, "No link", False, True),
    ],
)
def test_what_is_held_for_a_moderator(hold, text, is_first, is_held):
    story = story_to_discuss()
    guest = GuestFactory()
    if not is_first:
        comment_on(story, "Earlier.", writer=guest)
    DiscussionSettings(hold=hold, pk=1).save()

    comment = comment_on(story, text, writer=guest)

    assert (comment.state == CommentState.HELD) == is_held
    assert_counts_agree_with_rows(story)


def test_an_address_in_a_name_is_held_like_one_in_the_text():
    story = story_to_discuss()

    guests = post_comment(story, writer=GuestFactory(), text="Good.", name="casino.example best")
    persons = post_comment(story, writer=PersonFactory(display_name="www.casino.example"), text="Good.")

    assert [comment.state for comment in (guests, persons)] == [CommentState.HELD] * 2


def test_staff_are_never_held_and_are_marked():
    story = story_to_discuss()
    DiscussionSettings(hold=Hold.ALL, pk=1).save()

    comment = comment_on(story, "See https://a.example", writer=moderator())

    assert (comment.state, comment.is_staff_reply, comment.is_author_reply) == (CommentState.PUBLISHED, True, False)


def test_a_vote_is_cast_changed_and_taken_back():
    story = story_to_discuss()
    comment = comment_on(story)
    voter, guest = PersonFactory(), GuestFactory()

    vote(comment, page=story, voter=guest, value=UP)
    up = vote(comment, page=story, voter=voter, value=UP)
    again = vote(comment, page=story, voter=voter, value=UP)
    down = vote(comment, page=story, voter=voter, value=DOWN)
    none = vote(comment, page=story, voter=voter, value=NONE)

    assert [(c.votes_up, c.votes_down) for c in (up, again, down, none)] == [(2, 0), (2, 0), (1, 1), (1, 0)]
    assert Vote.objects.count() == 1
    assert_counts_agree_with_rows(story)


def test_nobody_votes_on_their_own_comment():
    story = story_to_discuss()
    guest = GuestFactory()
    comment = comment_on(story, writer=guest)

    with pytest.raises(OwnComment):
        vote(comment, page=story, voter=guest, value=UP)

    assert Vote.objects.count() == 0


def test_a_removed_comment_takes_no_votes():
    story = story_to_discuss()
    comment = comment_on(story)
    remove_comment(comment, by=moderator(), reason=RemovalReason.SPAM)

    with pytest.raises(CommentIsGone):
        vote(comment, page=story, voter=GuestFactory(), value=UP)


def test_a_closed_discussion_takes_no_votes():
    story = story_to_discuss()
    comment = comment_on(story)
    story.comments_state = CommentsState.CLOSED

    with pytest.raises(ThreadIsClosed):
        vote(comment, page=story, voter=GuestFactory(), value=UP)


def test_a_removed_comment_with_replies_keeps_its_place_and_one_without_goes():
    story = story_to_discuss()
    question, lonely = comment_on(story, "Why?"), comment_on(story, "Hm.")
    comment_on(story, "Because.", parent=question)
    by = moderator()

    remove_comment(question, by=by, reason=RemovalReason.ABUSE, note="Third time")
    remove_comment(lonely, by=by, reason=RemovalReason.SPAM)

    question.refresh_from_db()
    lonely.refresh_from_db()
    assert (question.state, question.is_shown) == (CommentState.REMOVED, True)
    assert (lonely.state, lonely.is_shown) == (CommentState.REMOVED, False)
    removal = question.removals.get()
    assert (removal.by, removal.reason, removal.note) == (by, "abuse", "Third time")
    assert_counts_agree_with_rows(story)


def test_the_place_goes_with_the_last_reply_and_comes_back_with_it():
    story = story_to_discuss()
    question = comment_on(story, "Why?")
    answer = comment_on(story, "Because.", parent=question)
    by = moderator()
    remove_comment(question, by=by, reason=RemovalReason.ABUSE)

    remove_comment(answer, by=by, reason=RemovalReason.ABUSE)
    question.refresh_from_db()
    assert question.is_shown is False

    restore_comment(answer, by=by, reason="A quotation.")
    question.refresh_from_db()
    assert question.is_shown is True
    assert_counts_agree_with_rows(story)


def test_restore_comment_undoes_a_removal_and_keeps_it_on_record():
    story = story_to_discuss()
    comment = comment_on(story)
    by = moderator()
    remove_comment(comment, by=by, reason=RemovalReason.OTHER)

    restored = restore_comment(comment, by=by, reason="A quotation.")

    assert restored.state == CommentState.PUBLISHED
    removal = comment.removals.get()
    assert (removal.restored_by, removal.restored_at <= timezone.now()) == (by, True)
    assert removal.restored_reason == "A quotation."


def test_restore_comment_publishes_nothing_that_was_never_released():
    story = story_to_discuss()
    comment = comment_on(story, "See https://a.example")
    by = moderator()
    remove_comment(comment, by=by, reason=RemovalReason.SPAM)

    restored = restore_comment(comment, by=by, reason="A quotation.")

    assert restored.state == CommentState.HELD
    assert_counts_agree_with_rows(story)
    release_comment(comment, by=by)
    remove_comment(comment, by=by, reason=RemovalReason.SPAM)
    assert restore_comment(comment, by=by, reason="A quotation.").state == CommentState.PUBLISHED
    assert_counts_agree_with_rows(story)


def test_removing_twice_and_restoring_twice_change_nothing():
    story = story_to_discuss()
    comment = comment_on(story)
    by = moderator()

    remove_comment(comment, by=by, reason=RemovalReason.OTHER)
    remove_comment(comment, by=by, reason=RemovalReason.SPAM)
    assert [removal.reason for removal in comment.removals.all()] == ["other"]

    restore_comment(comment, by=by, reason="A quotation.")
    restore_comment(comment, by=by, reason="A quotation.")
    assert_counts_agree_with_rows(story)


def test_a_held_comment_is_released_and_a_published_one_held():
    story = story_to_discuss()
    comment = comment_on(story, "See https://a.example")
    by = moderator()

    released = release_comment(comment, by=by)
    held = hold_comment(released, by=by)

    assert (released.state, held.state) == (CommentState.PUBLISHED, CommentState.HELD)
    assert_counts_agree_with_rows(story)


@pytest.mark.parametrize("verb", ["remove", "restore", "release", "hold"])
def test_only_moderators_moderate(verb):
    comment = comment_on(story_to_discuss())
    verbs = {
        "remove": lambda by: remove_comment(comment, by=by, reason=RemovalReason.OTHER),
        "restore": lambda by: restore_comment(comment, by=by, reason="A quotation."),
        "release": lambda by: release_comment(comment, by=by),
        "hold": lambda by: hold_comment(comment, by=by),
    }

    with pytest.raises(NotAModerator):
        verbs[verb](PersonFactory())


def test_erasing_a_guest_leaves_nothing_of_theirs_but_the_places_of_answered_comments():
    story = story_to_discuss()
    guest, other = GuestFactory(), GuestFactory()
    question = comment_on(story, "My address is Mill Lane 4.", writer=guest, name="Mara")
    answer = comment_on(story, "Thanks.", writer=other, parent=question)
    comment_on(story, "Alone.", writer=guest)
    vote(answer, page=story, voter=guest, value=UP)

    erased = erase_commenter(guest)

    assert erased == 2
    question.refresh_from_db()
    assert (question.state, question.guest, question.guest_name) == (CommentState.ERASED, None, "")
    assert (question.body_source, question.body_html) == ("", "")
    assert list(Comment.objects.order_by("number")) == [question, answer]
    assert not Vote.objects.filter(voter_key=guest.voter_key).exists()
    assert list(Guest.objects.all()) == [other]
    answer.refresh_from_db()
    assert answer.ups_guest == 1
    assert_counts_agree_with_rows(story)


def test_erasing_leaves_no_word_of_what_moderators_noted_about_the_writer():
    story = story_to_discuss()
    question = comment_on(story, "My address is Mill Lane 4.", name="Mara")
    comment_on(story, "Thanks.", parent=question)
    by = moderator()
    remove_comment(question, by=by, reason=RemovalReason.PRIVATE, note="Mara lives there.")
    restore_comment(question, by=by, reason="Mara does not mind.")

    erase_writer_of(question, by=by)

    removal = question.removals.get()
    assert (removal.note, removal.restored_reason, removal.reason) == ("", "", "private")


def test_a_moderator_erases_who_asked_and_it_stays_on_record_without_a_name():
    story = story_to_discuss()
    person, by = PersonFactory(), moderator()
    first = comment_on(story, writer=person)
    comment_on(story, "A second.", writer=person)

    erase_writer_of(first, by=by)

    erasure = Erasure.objects.get()
    assert (erasure.by, erasure.comment_count) == (by, 2)
    assert Comment.objects.count() == 0
    assert Person.objects.filter(pk=person.pk).exists()


def test_a_moderator_erases_no_colleague_and_nobody_else_erases_anybody():
    story = story_to_discuss()
    owners = comment_on(story, "An announcement.", writer=PersonFactory(roles=[Role.OWNER]))
    readers = comment_on(story, "A thought.", writer=PersonFactory())

    with pytest.raises(ColleagueIsNotErased):
        erase_writer_of(owners, by=moderator())
    with pytest.raises(NotAModerator):
        erase_writer_of(readers, by=PersonFactory())

    assert Comment.objects.count() == 2
    assert Erasure.objects.count() == 0


def test_erasing_somebody_who_only_answered_themselves_leaves_nothing():
    story = story_to_discuss()
    person = PersonFactory()
    question = comment_on(story, writer=person)
    comment_on(story, writer=person, parent=question)

    erase_commenter(person)

    assert Comment.objects.count() == 0
    assert_counts_agree_with_rows(story)


def test_deleting_an_account_erases_its_comments():
    story = story_to_discuss()
    person = PersonFactory()
    question = comment_on(story, "I live here.", writer=person)
    comment_on(story, parent=question)

    erase(person)

    question.refresh_from_db()
    assert (question.state, question.body_source, question.person) == (CommentState.ERASED, "", None)
    assert_counts_agree_with_rows(story)
