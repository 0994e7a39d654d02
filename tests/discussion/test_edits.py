"""Changing one's own comment: for a while, until it is answered."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from commonpress.changes.models import Change
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.actions.edits import edit_comment
from commonpress.discussion.actions.erasure import delete_comment, erase_commenter
from commonpress.discussion.actions.moderation import (
    feature_comment,
    hold_comment,
    release_comment,
    remove_comment,
)
from commonpress.discussion.actions.votes import UP, vote
from commonpress.discussion.errors import (
    AnsweredMeanwhile,
    ClosedWhileWriting,
    EditIsOver,
    HeldByModerator,
    NotYourComment,
    OwnCommentIsGone,
    ReadAnother,
    RemovedByModerator,
    WordingIsAnother,
)
from commonpress.discussion.models import (
    Comment,
    CommentState,
    CommentWording,
    DiscussionSettings,
    HeldFor,
    Hold,
    RemovalReason,
    Thread,
)
from commonpress.newsroom.models.story import Story
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, mine_of, moderator, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def full_buckets():
    cache.clear()


@pytest.fixture
def browser() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


def edited(comment, story, by, text, **more):
    return edit_comment(comment, page=story, by=by, text=text, stood=more.pop("stood", comment.wording), **more)


def written_long_ago(comment):
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(minutes=16))


def test_an_edit_changes_the_words_and_keeps_the_earlier_ones_votes_and_counters():
    story, writer = story_to_discuss(), GuestFactory()
    comment = comment_on(story, "A frist thought.", writer=writer)
    vote(comment, page=story, voter=PersonFactory(), value=UP)
    before = set(Change.objects.values_list("pk", flat=True))

    edited(comment, story, writer, "A *first* thought.")

    comment.refresh_from_db()
    assert comment.body_html == "<p>A <em>first</em> thought.</p>"
    assert comment.edited_at is not None
    assert (comment.state, comment.ups) == (CommentState.PUBLISHED, 1)
    assert list(CommentWording.objects.values_list("body_source", flat=True)) == ["A frist thought."]
    assert list(Change.objects.exclude(pk__in=before).values_list("key", flat=True)) == [f"thread:{story.pk}"]
    assert_counts_agree_with_rows(story)


def test_what_is_sent_twice_changes_once():
    story, writer = story_to_discuss(), GuestFactory()
    comment = comment_on(story, writer=writer)
    stood = comment.wording

    for _click in range(2):
        edited(comment, story, writer, "Another thought.", stood=stood)

    assert CommentWording.objects.count() == 1


def test_a_stale_form_replaces_nothing():
    story, writer = story_to_discuss(), GuestFactory()
    comment = comment_on(story, "One.", writer=writer)
    stood = comment.wording
    edited(comment, story, writer, "Two.")

    with pytest.raises(WordingIsAnother):
        edited(comment, story, writer, "Three.", stood=stood)

    comment.refresh_from_db()
    assert comment.body_source == "Two."


def close(comment):
    Story.objects.filter(pk=comment.thread_id).update(comments_state="closed")


REFUSED = {
    "it is too late": (written_long_ago, EditIsOver),
    "somebody has answered": (
        lambda comment: comment_on(comment.thread.page.specific, parent=comment),
        AnsweredMeanwhile,
    ),
    "a moderator holds it": (lambda comment: hold_comment(comment, by=moderator()), HeldByModerator),
    "a moderator removed it": (
        lambda comment: remove_comment(comment, by=moderator(), reason=RemovalReason.SPAM),
        RemovedByModerator,
    ),
    "it was deleted": (lambda comment: delete_comment(comment, by=comment.guest), OwnCommentIsGone),
    "the discussion was closed": (close, ClosedWhileWriting),
}


@pytest.mark.parametrize("because", REFUSED)
def test_what_happened_meanwhile_refuses_an_edit_and_changes_nothing(because):
    story, writer = story_to_discuss(), GuestFactory()
    comment = comment_on(story, "Said.", writer=writer)
    happens, refusal = REFUSED[because]
    happens(comment)

    with pytest.raises(refusal):
        edited(comment, story, writer, "Something else.")

    assert not Comment.objects.filter(body_source="Something else.").exists()
    assert not CommentWording.objects.exists()


def test_an_answer_that_was_removed_again_does_not_count_as_one():
    story, writer = story_to_discuss(), GuestFactory()
    comment = comment_on(story, writer=writer)
    remove_comment(comment_on(story, parent=comment), by=moderator(), reason=RemovalReason.SPAM)

    edited(comment, story, writer, "Another thought.")

    assert CommentWording.objects.count() == 1


def test_nobody_edits_what_another_wrote_not_even_a_moderator():
    story = story_to_discuss()
    comment = comment_on(story)

    for other in (GuestFactory(), PersonFactory(), moderator()):
        with pytest.raises(NotYourComment):
            edited(comment, story, other, "Put into their mouth.")


def test_who_claimed_a_guest_edits_what_the_guest_wrote_and_the_guest_no_longer_does_so_apart():
    story, guest, person = story_to_discuss(), GuestFactory(), PersonFactory()
    comment = comment_on(story, writer=guest, name="Gus")
    claim_guest(guest, by=person)

    with pytest.raises(NotYourComment):
        edited(comment, story, guest, "With the guest's cookie.")
    edited(comment, story, person, "Mine after all.")

    comment.refresh_from_db()
    assert (comment.body_source, comment.name) == ("Mine after all.", "Gus")


@pytest.mark.parametrize(
    ("hold", "text", "held_for"),
    [
        (Hold.NOTHING, "See https://a.example", ""),
        (Hold.LINKS, "See https://a.example", HeldFor.LINK),
        (Hold.LINKS, "No link.", ""),
        (Hold.FIRST, "No link.", HeldFor.FIRST),
        (Hold.ALL, "No link.", HeldFor.ALL),
    ],
)
def test_an_edit_is_held_as_a_new_comment_would_be_though_the_old_wording_was_released(hold, text, held_for):
    story, writer = story_to_discuss(), GuestFactory()
    comment = comment_on(story, "Harmless.", writer=writer)
    DiscussionSettings(pk=1, hold=hold).save()

    edited(comment, story, writer, text)

    comment.refresh_from_db()
    assert comment.held_for == held_for
    assert comment.state == (CommentState.HELD if held_for else CommentState.PUBLISHED)
    assert_counts_agree_with_rows(story)


def test_a_moderator_releases_only_the_wording_they_read():
    story, writer, by = story_to_discuss(), GuestFactory(), moderator()
    comment = comment_on(story, "See https://a.example", writer=writer)
    read = comment.wording
    edited(comment, story, writer, "See https://b.example")

    with pytest.raises(ReadAnother):
        release_comment(comment, by=by, read=read)

    comment.refresh_from_db()
    assert comment.state == CommentState.HELD
    release_comment(comment, by=by, read=comment.wording)
    comment.refresh_from_db()
    assert (comment.state, comment.held_for) == (CommentState.PUBLISHED, "")


def test_a_moderator_features_only_the_wording_they_read():
    story, writer, by = story_to_discuss(), GuestFactory(), moderator()
    comment = comment_on(story, "Worth reading.", writer=writer)
    read = comment.wording
    edited(comment, story, writer, "Buy my lamps.")

    with pytest.raises(ReadAnother):
        feature_comment(comment, by=by, read=read)

    comment.refresh_from_db()
    assert not comment.is_featured
    assert feature_comment(comment, by=by, read=comment.wording).is_featured


def test_at_the_desk_a_wording_that_is_gone_is_not_featured(client):
    story, writer = story_to_discuss(), GuestFactory()
    comment = comment_on(story, "Worth reading.", writer=writer)
    client.force_login(moderator())
    form = client.get("/admin/discussion/published/").content.decode()
    edited(comment, story, writer, "Buy my lamps.")

    answer = client.post(f"/admin/discussion/{comment.pk}/feature/", {"read": comment.wording})

    assert f'name="read" value="{comment.wording}"' in form
    assert answer.status_code == 409
    assert not Comment.objects.get().is_featured


@pytest.mark.parametrize("hold", [Hold.NOTHING, Hold.ALL])
def test_a_featured_comment_is_featured_no_longer_once_it_says_something_else(hold):
    story, writer = story_to_discuss(), GuestFactory()
    comment = feature_comment(comment_on(story, "Worth reading.", writer=writer), by=moderator())
    DiscussionSettings(pk=1, hold=hold).save()

    edited(comment, story, writer, "Worth reading.")
    featured_before = Comment.objects.get().is_featured
    edited(comment, story, writer, "Buy my lamps.")

    assert featured_before
    assert not Comment.objects.get().is_featured
    assert Thread.objects.get().featured_count == 0
    assert_counts_agree_with_rows(story)


def test_who_edits_a_featured_comment_is_told_first_that_it_will_be_featured_no_longer(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "Worth reading."})
    comment = Comment.objects.get()
    words = "it is featured no longer"

    before = browser.get(f"/-/edit/{comment.public_id}").content.decode()
    feature_comment(comment, by=moderator())
    after = browser.get(f"/-/edit/{comment.public_id}").content.decode()

    assert [words in page for page in (before, after)] == [False, True]


def test_erasing_a_writer_erases_earlier_wordings_also_where_the_place_stays():
    story, writer = story_to_discuss(), GuestFactory()
    comment = comment_on(story, "My secret.", writer=writer)
    edited(comment, story, writer, "Nothing.")
    comment_on(story, parent=comment)

    erase_commenter(writer)

    comment.refresh_from_db()
    assert (comment.state, comment.edited_at) == (CommentState.ERASED, None)
    assert not CommentWording.objects.exists()


def test_a_guest_edits_through_plain_pages_and_readers_see_that_it_was_edited(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "A frist thought.", "name": "Gus"})
    comment = Comment.objects.get()

    form = browser.get(f"/-/edit/{comment.public_id}").content.decode()
    sent = {"text": "A first thought.", "wording": comment.wording}
    preview = browser.post(f"/-/edit/{comment.public_id}", sent | {"then": "preview"}).content.decode()
    answer = browser.post(f"/-/edit/{comment.public_id}", sent)

    assert "A frist thought.</textarea>" in form
    assert "It is not saved yet." in preview
    assert answer.headers["Location"] == f"/c/{comment.public_id}/#c-{comment.public_id}"
    page = Client().get(story.path_here).content.decode()
    assert "<p>A first thought.</p>" in page
    assert 'class="comment__edited">edited <time' in page


def test_what_was_typed_too_late_is_given_back_with_what_to_do(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "A thought."})
    comment = Comment.objects.get()
    written_long_ago(comment)

    answer = browser.post(f"/-/edit/{comment.public_id}", {"text": "My long text", "wording": comment.wording})

    assert answer.status_code == 409
    assert "My long text" in answer.content.decode()
    assert "You can still delete it" in answer.content.decode()


def test_a_stale_form_comes_back_with_both_wordings_and_can_be_sent_again(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "One."})
    comment = Comment.objects.get()
    stale = {"text": "Three.", "wording": comment.wording}
    browser.post(f"/-/edit/{comment.public_id}", {"text": "Two.", "wording": comment.wording})
    comment.refresh_from_db()

    answer = browser.post(f"/-/edit/{comment.public_id}", stale)

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "<p>Two.</p>" in shown
    assert "Three.</textarea>" in shown
    assert f'value="{comment.wording}"' in shown


@pytest.mark.parametrize("text", ["", "x" * 10_001, "\u202e\u200b"])
def test_what_no_comment_may_say_an_edit_may_not_either(browser, text):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "One."})
    comment = Comment.objects.get()

    answer = browser.post(f"/-/edit/{comment.public_id}", {"text": text, "wording": comment.wording})

    comment.refresh_from_db()
    assert (answer.status_code, comment.body_source) == (422, "One.")


def test_a_stranger_is_offered_no_form_and_learns_of_no_held_comment():
    story = story_to_discuss()
    shown, held = comment_on(story), comment_on(story, "See https://a.example")

    answers = [Client().get(f"/-/edit/{one.public_id}").status_code for one in (shown, held)]
    sent = [
        Client(headers={"sec-fetch-site": "same-origin"}).post(f"/-/edit/{name}", {"text": "My text"})
        for name in (shown.public_id, held.public_id, "a" * 11)
    ]

    assert answers == [403, 404]
    assert [answer.status_code for answer in sent] == [403, 403, 403]
    assert all("My text" in answer.content.decode() for answer in sent)


def test_with_javascript_the_changed_comment_comes_as_a_fragment(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "One."})
    comment = Comment.objects.get()
    piece = {"X-Fragment": "1"}

    form = browser.get(f"/-/edit/{comment.public_id}", headers=piece)
    wrong = browser.post(f"/-/edit/{comment.public_id}", {"text": "", "wording": comment.wording}, headers=piece)
    saved = browser.post(f"/-/edit/{comment.public_id}", {"text": "Two.", "wording": comment.wording}, headers=piece)

    assert [answer.headers.get("X-Fragment") for answer in (form, wrong, saved)] == ["1", "1", None]
    assert form.content.decode().strip().startswith('<form class="compose"')
    assert f'<li id="c-{comment.public_id}">' in saved.content.decode()
    assert f'href="/-/edit/{comment.public_id}"' in saved.content.decode()


def test_mine_tells_what_can_still_be_edited(browser):
    story = story_to_discuss()
    for text in ("Old.", "Answered.", "New."):
        browser.post(f"/-/compose/{story.pk}", {"text": text})
    old, answered, new = Comment.objects.order_by("pk")
    written_long_ago(old)
    comment_on(story, parent=answered)

    mine = mine_of(browser, story)

    assert mine["editable"] == [new.public_id]
    assert set(mine["wrote"]) == {old.public_id, answered.public_id, new.public_id}
    assert "/-/edit/ID" in mine["acts_of_editable"]
    assert "/-/edit/" not in mine["acts"]
    assert "/-/delete/ID" in mine["acts"]
