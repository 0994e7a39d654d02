"""One's own comments: the list of them, why each waits or was removed, and deleting one."""

import pytest
from django.core.cache import cache
from django.test import Client

from commonpress.discussion import own
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.actions.erasure import delete_comment
from commonpress.discussion.actions.moderation import hold_comment, remove_comment
from commonpress.discussion.actions.votes import UP, vote
from commonpress.discussion.errors import NotYourComment, OwnComment
from commonpress.discussion.models import Comment, CommentState, DiscussionSettings, Hold, RemovalReason
from commonpress.newsroom.actions.publishing import unpublish
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


def test_a_comment_without_replies_goes_altogether():
    story, writer = story_to_discuss(), GuestFactory()
    comment = comment_on(story, writer=writer)
    comment_on(story)

    for _click in range(2):
        delete_comment(comment, by=writer)

    assert Comment.objects.count() == 1
    assert_counts_agree_with_rows(story)


def test_one_with_replies_leaves_its_place_without_name_and_text():
    story, writer = story_to_discuss(), GuestFactory()
    comment = comment_on(story, "My secret.", writer=writer, name="Gus")
    comment_on(story, "An answer.", parent=comment)

    delete_comment(comment, by=writer)

    comment.refresh_from_db()
    assert (comment.state, comment.guest, comment.guest_name, comment.body_source) == ("erased", None, "", "")
    page = Client().get(story.path_here).content.decode()
    assert "Deleted at the writer’s request." in page
    assert "An answer." in page
    assert "Gus" not in page
    assert_counts_agree_with_rows(story)


def test_nobody_deletes_what_another_wrote():
    story = story_to_discuss()
    comment = comment_on(story)

    for other in (GuestFactory(), PersonFactory(), moderator()):
        with pytest.raises(NotYourComment):
            delete_comment(comment, by=other)

    assert Comment.objects.count() == 1


def test_what_a_guest_wrote_whom_a_person_claimed_is_that_persons_to_delete_and_stays_the_guests_own():
    story, guest, person = story_to_discuss(), GuestFactory(), PersonFactory()
    comment = comment_on(story, writer=guest)
    claim_guest(guest, by=person)

    with pytest.raises(NotYourComment):
        delete_comment(comment, by=guest)
    with pytest.raises(OwnComment):
        vote(comment, page=story, voter=guest, value=UP)
    delete_comment(comment, by=person)

    assert not Comment.objects.exists()


def test_a_browser_that_still_has_a_claimed_guests_cookie_changes_and_deletes_nothing(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "A thought."})
    comment = Comment.objects.get()
    claim_guest(comment.guest, by=PersonFactory())

    answers = [
        browser.get(f"/-/delete/{comment.public_id}"),
        browser.post(f"/-/delete/{comment.public_id}"),
        browser.post(f"/-/edit/{comment.public_id}", {"text": "Another.", "wording": comment.wording}),
    ]

    assert [answer.status_code for answer in answers] == [404, 403, 403]
    assert Comment.objects.get().body_source == "A thought."


def test_a_guest_deletes_through_plain_pages_also_twice(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "A thought."})
    comment = Comment.objects.get()

    asked = browser.get(f"/-/delete/{comment.public_id}").content.decode()
    answers = [browser.post(f"/-/delete/{comment.public_id}") for _click in range(2)]

    assert "This cannot be undone." in asked
    assert [answer.headers["Location"] for answer in answers] == ["/-/my-comments/"] * 2
    assert "The comment is deleted." in browser.get("/-/my-comments/").content.decode()
    assert not Comment.objects.exists()


def test_a_get_deletes_nothing_and_a_stranger_cannot(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "A thought."})
    comment = Comment.objects.get()
    stranger = Client(headers={"sec-fetch-site": "same-origin"})

    browser.get(f"/-/delete/{comment.public_id}")
    answers = [stranger.get(f"/-/delete/{comment.public_id}"), stranger.post(f"/-/delete/{comment.public_id}")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Comment.objects.count() == 1


def test_who_signed_in_as_somebody_else_meanwhile_is_not_told_that_the_comment_is_deleted(browser):
    comment = comment_on(story_to_discuss(), writer=PersonFactory())
    browser.force_login(PersonFactory())

    answer = browser.post(f"/-/delete/{comment.public_id}")

    assert answer.status_code == 403
    assert str(NotYourComment.message) in answer.content.decode()
    assert "The comment is deleted." not in browser.get("/-/my-comments/").content.decode()
    assert Comment.objects.get().is_published


def test_a_place_that_replies_keep_is_deleted_as_was_wished_also_when_asked_twice(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "A thought."})
    comment = Comment.objects.get()
    comment_on(story, parent=comment)

    answers = [browser.post(f"/-/delete/{comment.public_id}") for _click in range(2)]

    assert [answer.headers["Location"] for answer in answers] == ["/-/my-comments/"] * 2
    assert "The comment is deleted." in browser.get("/-/my-comments/").content.decode()


def test_what_stands_on_a_withdrawn_story_can_still_be_deleted(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "A thought."})
    comment = Comment.objects.get()
    unpublish(story)

    listed = browser.get("/-/my-comments/").content.decode()
    browser.post(f"/-/delete/{comment.public_id}")

    assert "A thought." in listed
    assert story.path_here not in listed
    assert not Comment.objects.exists()


WHY = {
    Hold.LINKS: ("See https://a.example", "Comments with links are looked at before they appear."),
    Hold.FIRST: ("Hello.", "A first comment is looked at before it appears."),
    Hold.ALL: ("Hello.", "Every comment is looked at before it appears."),
}


@pytest.mark.parametrize("hold", WHY)
def test_the_writer_of_a_held_comment_is_told_which_rule_held_it(browser, hold):
    story = story_to_discuss()
    DiscussionSettings(pk=1, hold=hold).save()
    text, why = WHY[hold]

    posted = browser.post(f"/-/compose/{story.pk}", {"text": text}, headers={"X-Fragment": "1"}).content.decode()
    comment = Comment.objects.get()
    told = [
        posted,
        browser.get(comment.get_absolute_url()).content.decode(),
        browser.get("/-/my-comments/").content.decode(),
        mine_of(browser, story)["held"][0]["html"],
    ]

    assert [why in page for page in told] == [True] * 4


def test_the_writer_of_a_comment_a_moderator_holds_is_told_so(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "A thought."})
    comment = Comment.objects.get()

    hold_comment(comment, by=moderator())

    assert "A moderator wants to look at it again." in browser.get(comment.get_absolute_url()).content.decode()


def test_the_writer_of_a_removed_comment_is_told_why_and_what_they_can_do(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "A thought."})
    comment = Comment.objects.get()
    remove_comment(comment, by=moderator(), reason=RemovalReason.OFF_TOPIC, note="Third time this week.")

    own_page = browser.get(comment.get_absolute_url()).content.decode()
    listed = browser.get("/-/my-comments/").content.decode()
    in_thread = mine_of(browser, story)["held"]
    stranger = Client().get(comment.get_absolute_url()).content.decode()

    for page in (own_page, listed, in_thread[0]["html"]):
        assert "not about the story" in page
        assert "Third time" not in page
    assert "If you think this is a mistake" in own_page
    assert "If you think this is a mistake" in listed
    assert "If you think this is a mistake" not in stranger
    assert "/-/my-comments/" in in_thread[0]["html"]


def test_the_list_holds_ones_own_alone_and_what_one_wrote_as_a_guest():
    story, person, guest = story_to_discuss("The bridge"), PersonFactory(), GuestFactory()
    comment_on(story, "Mine as a guest.", writer=guest)
    comment_on(story, "Mine.", writer=person)
    comment_on(story, "Theirs.", writer=PersonFactory())
    claim_guest(guest, by=person)
    client = Client()
    client.force_login(person)

    page = client.get("/-/my-comments/").content.decode()

    assert ["Mine." in page, "Mine as a guest." in page, "Theirs." in page] == [True, True, False]
    assert "no-store" in client.get("/-/my-comments/").headers["Cache-Control"]


def test_the_list_comes_in_pages_whose_cursors_are_ones_own():
    story, writer = story_to_discuss(), GuestFactory()
    for number in range(own.A_PAGE + 2):
        comment_on(story, f"Number {number}", writer=writer)

    first, cursor = own.comments_of(writer)
    second, end = own.comments_of(writer, after=cursor)

    assert [one.comment.body_source for one in second] == ["Number 1", "Number 0"]
    assert (len(first), end) == (own.A_PAGE, None)
    assert own.comments_of(GuestFactory(), after=cursor) is None


@pytest.mark.parametrize("comments", [1, 3])
def test_the_list_costs_the_same_queries_however_long_it_is(comments, django_assert_num_queries):
    person = PersonFactory()
    for number in range(comments):
        comment_on(story_to_discuss(f"Story {number}"), f"See https://a.example/{number}", writer=person)

    with django_assert_num_queries(7):
        told, _cursor = own.comments_of(person)

    assert len(told) == comments


def test_a_stranger_has_no_list_and_is_told_how_to_find_theirs():
    page = Client().get("/-/my-comments/").content.decode()

    assert "This browser has written nothing here yet" in page


def test_what_is_erased_is_no_longer_in_the_list(browser):
    story = story_to_discuss()
    browser.post(f"/-/compose/{story.pk}", {"text": "A thought."})
    comment = Comment.objects.get()
    comment_on(story, parent=comment)

    browser.post(f"/-/delete/{comment.public_id}")

    assert Comment.objects.get(pk=comment.pk).state == CommentState.ERASED
    assert "You have no comments here." in browser.get("/-/my-comments/").content.decode()
