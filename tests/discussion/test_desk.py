"""The moderators' screens at the desk."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client

from commonpress.accounts.rules import Role
from commonpress.discussion import effects, queries
from commonpress.discussion.actions.edits import edit_comment
from commonpress.discussion.actions.imports import finish_import, import_comment
from commonpress.discussion.actions.threads import set_discussion
from commonpress.discussion.models import Comment, CommentState, DiscussionSettings, Hold, RemovalReason
from commonpress.discussion.views import desk
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.story import Story
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = pytest.mark.django_db

DESK = "/admin/discussion/"


@pytest.fixture
def at_desk() -> Client:
    client = Client()
    client.force_login(moderator())
    return client


def decide(client, comment, verb, **fields):
    return client.post(f"{DESK}{comment.pk}/{verb}/", {"back": DESK, **fields})


def test_the_held_list_shows_what_waits_and_nothing_else(at_desk):
    story = story_to_discuss("Mill Lane")
    comment_on(story, "Held https://a.example", name="Mara")
    comment_on(story, "Standing")

    html = at_desk.get(DESK).content.decode()

    assert "Held" in html
    assert "Mara" in html
    assert "Mill Lane" in html
    assert "Standing" not in html


def test_the_menu_says_how_many_wait(at_desk):
    story = story_to_discuss()
    for number in range(3):
        comment_on(story, f"Number {number} https://a.example")

    assert queries.waiting_count() == 3
    assert "Comments (3)" in at_desk.get(DESK).content.decode()


def test_a_moderator_releases_a_held_comment(at_desk):
    comment = comment_on(story_to_discuss(), "See https://a.example")

    response = decide(at_desk, comment, "release")

    comment.refresh_from_db()
    assert (response.headers["Location"], comment.state) == (DESK, CommentState.PUBLISHED)


def test_a_moderator_removes_with_a_reason_and_restores(at_desk):
    comment = comment_on(story_to_discuss(), "Canary")

    decide(at_desk, comment, "remove", reason="abuse", note="again")
    removed = at_desk.get(f"{DESK}removed/").content.decode()
    decide(at_desk, comment, "restore", reason="It was a quotation.")

    assert "Canary" in removed
    assert "Removed by Mo Derator: insult or threat (again)" in removed
    comment.refresh_from_db()
    assert comment.state == CommentState.PUBLISHED
    for address in (f"{DESK}{comment.pk}/", f"{DESK}published/"):
        html = at_desk.get(address).content.decode()
        assert re.search(r"\(again\); restored .* by Mo Derator \(It was a quotation\.\)", html)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Please give a reason. Colleagues see it beside the removal."),
        (" \n", "Please give a reason. Colleagues see it beside the removal."),
        ("x" * 401, "A reason has room for 400 letters; this one has 401. Please shorten it."),
    ],
)
def test_restoring_without_a_reason_is_refused_with_a_sentence_at_the_field(at_desk, typed, sentence):
    comment = comment_on(story_to_discuss())
    decide(at_desk, comment, "remove", reason="abuse")

    response = decide(at_desk, comment, "restore", reason=typed, back=f"{DESK}removed/")

    comment.refresh_from_db()
    html = response.content.decode()
    assert (response.status_code, comment.state) == (422, CommentState.REMOVED)
    assert f'id="restore-error" role="alert">{sentence}</p>' in html
    assert f'value="{typed}"' in html
    assert f'name="back" value="{DESK}removed/"' in html


def test_readers_see_no_reason_for_restoring(at_desk):
    story = story_to_discuss()
    comment = comment_on(story)
    decide(at_desk, comment, "remove", reason="abuse")
    decide(at_desk, comment, "restore", reason="Canary")

    assert "Canary" in at_desk.get(f"{DESK}{comment.pk}/").content.decode()
    for address in (story.path_here, comment.get_absolute_url()):
        assert "Canary" not in at_desk.get(address).content.decode()


def test_a_moderator_is_told_where_a_restored_comment_is(at_desk):
    story = story_to_discuss()
    told = {}
    for text in ("Canary", "Canary https://a.example"):
        comment = comment_on(story, text)
        decide(at_desk, comment, "remove", reason="abuse")
        answer = at_desk.post(f"{DESK}{comment.pk}/restore/", {"back": DESK, "reason": "A quotation."}, follow=True)
        told[text] = [str(message) for message in answer.context["messages"]][-1]

    assert told == {
        "Canary": "The comment stands on the page again.",
        "Canary https://a.example": "The comment waits among the held ones again.",
    }


A_REASON = "Please choose a reason. Readers and the writer see it."
TOO_LONG = "A note has room for 400 letters; this one has 401. Please shorten it."


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ({"reason": "", "note": "the third time"}, {"removal-error": A_REASON}),
        ({"reason": "because", "note": "the third time"}, {"removal-error": A_REASON}),
        ({"reason": "abuse", "note": "x" * 401}, {"note-error": TOO_LONG}),
        ({"reason": "", "note": "x" * 401}, {"removal-error": A_REASON, "note-error": TOO_LONG}),
    ],
)
def test_a_removal_that_is_refused_says_why_at_its_field_and_keeps_what_was_typed(at_desk, typed, sentences):
    comment = comment_on(story_to_discuss())

    response = decide(at_desk, comment, "remove", **typed, back=f"{DESK}published/")

    comment.refresh_from_db()
    html = response.content.decode()
    assert (response.status_code, comment.state) == (422, CommentState.PUBLISHED)
    assert dict(re.findall(r'id="(\w+-error)" role="alert">(.*?)</p>', html)) == sentences
    assert f'value="{typed["note"]}"' in html
    assert ('<option value="abuse" selected>' in html) == (typed["reason"] == "abuse")
    assert f'name="back" value="{DESK}published/"' in html


def test_a_decision_is_posted_and_no_other_is_known(at_desk):
    comment = comment_on(story_to_discuss())

    assert at_desk.get(f"{DESK}{comment.pk}/remove/").status_code == 405
    assert decide(at_desk, comment, "praise").status_code == 404
    assert at_desk.post(f"{DESK}999999/remove/", {"reason": "abuse"}).status_code == 404


def test_lists_are_searched_by_story(at_desk):
    comment_on(story_to_discuss("Mill Lane"), "On the mill")
    comment_on(story_to_discuss("Town hall"), "On the hall")

    html = at_desk.get(f"{DESK}published/", {"story": "mill"}).content.decode()

    assert "On the mill" in html
    assert "On the hall" not in html


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_queries_however_long(at_desk, rows, django_assert_max_num_queries):
    story = story_to_discuss()
    for number in range(rows):
        comment_on(story, f"Number {number} https://a.example")
    at_desk.get(DESK)

    with django_assert_max_num_queries(22):
        at_desk.get(DESK)


def test_long_lists_have_pages_and_nonsense_pages_lead_nowhere(at_desk, monkeypatch):
    monkeypatch.setattr(desk, "A_PAGE", 2)
    story = story_to_discuss()
    for number in range(3):
        comment_on(story, f"Number {number} https://a.example")
    second = list(Comment.objects.order_by("id"))[1]

    assert f"?after={second.pk}" in at_desk.get(DESK).content.decode()
    assert "Number 2" in at_desk.get(DESK, {"after": second.pk}).content.decode()
    assert at_desk.get(DESK, {"after": "x'"}).status_code == 404
    assert at_desk.get(DESK, {"after": "9" * 30}).status_code == 404


def test_the_hold_switch_is_set_at_the_desk(at_desk):
    at_desk.post(f"{DESK}settings/", {"hold": "all", "tell_address": "desk@paper.example"})

    settings = DiscussionSettings.load()
    assert (settings.hold, settings.tell_address) == (Hold.ALL, "desk@paper.example")


def test_a_wrong_address_in_the_settings_is_said_beside_the_field(at_desk):
    response = at_desk.post(f"{DESK}settings/", {"hold": "all", "tell_address": "desk"})

    assert response.status_code == 422
    assert "Enter a valid email address." in response.content.decode()
    assert DiscussionSettings.load().hold == Hold.LINKS


def test_the_way_back_leads_to_the_desk_only(at_desk):
    comment = comment_on(story_to_discuss())

    for back in ("https://evil.example/", "//evil.example", "/2026/x/", ""):
        assert decide(at_desk, comment, "hold", back=back).headers["Location"] == DESK


def test_a_moderator_erases_a_writer_who_asked_for_it_after_confirming(at_desk):
    story = story_to_discuss()
    guest = GuestFactory()
    question = comment_on(story, "I live in Mill Lane.", writer=guest, name="Mara")
    comment_on(story, "An answer.", parent=question)
    comment_on(story, "Alone.", writer=guest)

    unsure = decide(at_desk, question, "erase")
    assert unsure.status_code == 422
    assert "Nothing was erased. Please confirm that it shall be" in unsure.content.decode()
    assert Comment.objects.filter(guest=guest).count() == 2

    decide(at_desk, question, "erase", sure="yes")
    question.refresh_from_db()
    assert (question.state, question.name, question.body_html) == (CommentState.ERASED, "Guest", "")
    assert Comment.objects.count() == 2


def test_the_desk_says_who_erased_and_offers_it_for_no_colleague(at_desk):
    story = story_to_discuss()
    guests = comment_on(story, "I live in Mill Lane.", name="Mara")
    owners = comment_on(story, "An announcement.", writer=PersonFactory(roles=[Role.OWNER]))

    decide(at_desk, guests, "erase", sure="yes")
    refused = decide(at_desk, owners, "erase", sure="yes")

    listed = at_desk.get(f"{DESK}removed/").content.decode()
    assert "1 comment, by Mo Derator" in listed
    assert "Mara" not in listed
    assert refused.status_code == 409
    assert "/erase/" not in at_desk.get(f"{DESK}{owners.pk}/").content.decode()
    assert list(Comment.objects.all()) == [owners]


def test_an_imported_comment_is_erased_alone(at_desk):
    story = story_to_discuss()
    mine, namesake = (
        import_comment(story, html="Old.", name="Tom", created_at=datetime(2019, 5, 1, tzinfo=UTC)) for _row in "ab"
    )
    finish_import(story)

    decide(at_desk, mine, "erase", sure="yes")

    assert list(Comment.objects.all()) == [namesake]


def test_a_moderator_closes_and_opens_a_discussion_and_no_draft_brings_the_old_state_back(at_desk):
    story = story_to_discuss()
    story.title = "A better headline"
    story.save_revision()

    at_desk.post(f"{DESK}of/{story.pk}/closed/")

    assert Story.objects.get(pk=story.pk).comments_state == "closed"
    draft = Story.objects.get(pk=story.pk).get_latest_revision_as_object()
    assert (draft.title, draft.comments_state) == ("A better headline", "closed")
    at_desk.post(f"{DESK}of/{story.pk}/open/")
    assert Story.objects.get(pk=story.pk).comments_state == "open"
    assert at_desk.post(f"{DESK}of/{story.pk}/off/").status_code == 404
    assert at_desk.post(f"{DESK}of/999999/closed/").status_code == 404


def test_closing_a_discussion_loses_no_draft_saved_since_the_page_was_loaded():
    story = story_to_discuss()
    story.save_revision()
    page = Story.objects.select_related("latest_revision").get(pk=story.pk)
    for headline in ("A better headline", "The best headline"):
        story.title = headline
        revision = story.save_revision()
        revision.content["dek"] = f"Under {headline}"
        revision.save()

    set_discussion(page, CommentsState.CLOSED, by=moderator())

    draft = Story.objects.get(pk=story.pk).get_latest_revision_as_object()
    assert (draft.title, draft.dek, draft.comments_state) == (
        "The best headline",
        "Under The best headline",
        "closed",
    )


ROLES = [None, "reader", Role.REPORTER, Role.TREASURER, Role.EDITOR, Role.MODERATOR, Role.OWNER]


@pytest.mark.parametrize("role", ROLES)
def test_who_may_enter_the_moderators_screens(role):
    comment = comment_on(story_to_discuss(), "Canary https://a.example")
    client = Client()
    if role:
        client.force_login(PersonFactory(roles=[] if role == "reader" else [role]))
    addresses = [DESK, f"{DESK}removed/", f"{DESK}published/", f"{DESK}settings/", f"{DESK}{comment.pk}/"]

    answers = [client.get(address) for address in addresses]
    for verb in ("release", "hold", "remove", "restore", "release"):
        decide(client, comment, verb, reason="other")
    closed = client.post(f"{DESK}of/{comment.thread_id}/closed/")

    may = role in {Role.MODERATOR, Role.OWNER}
    assert [answer.status_code == 200 for answer in answers] == [may] * 5
    assert (closed.status_code == 302 and closed.headers["Location"] == DESK) == may
    assert Story.objects.get(pk=comment.thread_id).comments_state == ("closed" if may else "open")
    comment.refresh_from_db()
    assert (comment.state == CommentState.HELD) == (not may)
    if not may:
        assert not any("Canary" in answer.content.decode() for answer in answers)


def test_who_is_named_in_the_settings_hears_of_held_comments_once_an_hour(run_jobs):
    DiscussionSettings(pk=1, tell_address="desk@paper.example").save()
    story = story_to_discuss()
    with time_machine.travel(datetime(2026, 5, 3, 10, 20, tzinfo=UTC), tick=False):
        for number in range(3):
            comment_on(story, f"Number {number} https://a.example")

    told = [effects.comments_held(datetime(2026, 5, 3, 11, minute, tzinfo=UTC)) for minute in (1, 2)]
    later = effects.comments_held(datetime(2026, 5, 3, 12, 1, tzinfo=UTC))
    run_jobs()

    assert (told, later) == ([True, True], False)
    assert [message.subject for message in mail.outbox] == ["3 comments wait for you"]
    assert mail.outbox[0].to == ["desk@paper.example"]
    assert "a.example" not in mail.outbox[0].body


def test_a_comment_that_waits_since_it_was_changed_is_told_of_as_well(run_jobs):
    DiscussionSettings(pk=1, tell_address="desk@paper.example").save()
    story, writer = story_to_discuss(), GuestFactory()
    with time_machine.travel(datetime(2026, 5, 3, 10, 55, tzinfo=UTC), tick=False):
        comment = comment_on(story, "No link.", writer=writer)
        comment_on(story, "Never changed.")

    told = [effects.comments_held(datetime(2026, 5, 3, 11, 1, tzinfo=UTC))]
    with time_machine.travel(datetime(2026, 5, 3, 11, 5, tzinfo=UTC), tick=False):
        edit_comment(comment, page=story, by=writer, text="See https://a.example", stood=comment.wording)
    told += [effects.comments_held(datetime(2026, 5, 3, hour, 1, tzinfo=UTC)) for hour in (12, 13)]
    run_jobs()

    assert told == [False, True, False]
    assert [message.subject for message in mail.outbox] == ["1 comment waits for you"]


def test_nobody_is_written_to_when_no_address_is_set():
    now = datetime(2026, 5, 3, 11, 1, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 5, 3, 10, 20, tzinfo=UTC), tick=False):
        comment_on(story_to_discuss(), "See https://a.example")

    assert effects.comments_held(now) is False


def test_every_reason_is_in_words():
    assert all(label and label != value for value, label in RemovalReason.choices)
