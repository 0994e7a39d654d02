"""A guest who signs in: what they said and voted is theirs, and counts once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commonpress.accounts.erasing import erase
from commonpress.accounts.models import Guest
from commonpress.discussion import own, rules
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.votes import DOWN, UP, vote
from commonpress.discussion.errors import OwnComment
from commonpress.discussion.models import Claim, Comment, CommentState, Vote
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import PASSWORD, GuestFactory, PersonFactory, make_person
from tests.factories.discussion import comment_on, mine_of, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def full_buckets():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def browser() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


def votes_on(comment):
    comment.refresh_from_db()
    return comment.ups, comment.downs, comment.ups_guest, comment.downs_guest


def test_a_guests_votes_become_the_persons_in_every_discussion():
    stories = [story_to_discuss("One"), story_to_discuss("Other")]
    comments = [comment_on(story) for story in stories]
    guest, person = GuestFactory(), PersonFactory()
    for story, comment, value in zip(stories, comments, (UP, DOWN), strict=True):
        vote(comment, page=story, voter=guest, value=value)

    claim_guest(guest, by=person)

    assert [votes_on(comment) for comment in comments] == [(1, 0, 0, 0), (0, 1, 0, 0)]
    assert {one.voter_key for one in Vote.objects.all()} == {person.voter_key}
    for story in stories:
        assert_counts_agree_with_rows(story)


@pytest.mark.parametrize(("older", "kept"), [("guest", (1, 0, 0, 0)), ("person", (0, 1, 0, 0))])
def test_where_both_voted_the_older_vote_stays(older, kept):
    story = story_to_discuss()
    comment = comment_on(story)
    guest, person = GuestFactory(), PersonFactory()
    vote(comment, page=story, voter=guest, value=UP)
    vote(comment, page=story, voter=person, value=DOWN)
    earlier = {"guest": guest, "person": person}[older].voter_key
    Vote.objects.filter(voter_key=earlier).update(at=timezone.now() - timedelta(days=1))

    claim_guest(guest, by=person)

    assert votes_on(comment) == kept
    assert Vote.objects.get().voter_key == person.voter_key
    assert_counts_agree_with_rows(story)


def test_votes_on_what_is_now_ones_own_go_and_others_stay():
    story = story_to_discuss()
    guest, person, other = GuestFactory(), PersonFactory(), PersonFactory()
    guests, persons = comment_on(story, writer=guest), comment_on(story, "Another.", writer=person)
    vote(persons, page=story, voter=guest, value=UP)
    vote(guests, page=story, voter=person, value=UP)
    vote(guests, page=story, voter=other, value=DOWN)

    claim_guest(guest, by=person)

    assert [votes_on(comment) for comment in (guests, persons)] == [(0, 1, 0, 0), (0, 0, 0, 0)]
    with pytest.raises(OwnComment):
        vote(guests, page=story, voter=person, value=UP)
    assert_counts_agree_with_rows(story)


def test_a_guests_comments_are_the_persons_to_see_and_keep_their_name():
    story = story_to_discuss()
    guest, person, other = GuestFactory(), PersonFactory(display_name="Ada"), PersonFactory()
    held = comment_on(story, "See https://a.example", writer=guest, name="Mara")
    comment_on(story, "Said.", writer=guest, name="Mara")

    claim_guest(guest, by=person)

    held.refresh_from_db()
    assert (held.name, held.person, held.guest) == ("Mara", None, guest)
    assert own.waiting_in(person, story) == [(held, held.why_held)]
    assert rules.may_see(held, person)
    assert rules.has_published(person)
    assert own.waiting_in(other, story) == []
    assert not rules.may_see(held, other)
    assert not rules.has_published(other)


def test_claiming_again_changes_nothing_and_a_guest_is_claimed_by_one_person_only():
    story = story_to_discuss()
    comment = comment_on(story)
    guest, person, other = GuestFactory(), PersonFactory(), PersonFactory()
    vote(comment, page=story, voter=guest, value=UP)

    claim_guest(guest, by=person)
    claim_guest(guest, by=person)
    claim_guest(guest, by=other)

    assert Claim.objects.get().person == person
    assert Vote.objects.get().voter_key == person.voter_key
    assert votes_on(comment) == (1, 0, 0, 0)
    assert_counts_agree_with_rows(story)


def test_deleting_an_account_erases_what_its_guests_said():
    story = story_to_discuss()
    guest, other, person = GuestFactory(), GuestFactory(), PersonFactory()
    question = comment_on(story, "I live in Mill Lane.", writer=guest, name="Mara")
    comment_on(story, "An answer.", writer=other, parent=question)
    comment_on(story, "Alone.", writer=guest)
    claim_guest(guest, by=person)

    erase(person)

    question.refresh_from_db()
    assert (question.state, question.name, question.body_source) == (CommentState.ERASED, "Guest", "")
    assert Comment.objects.count() == 2
    assert list(Guest.objects.all()) == [other]
    assert_counts_agree_with_rows(story)


@pytest.mark.parametrize("way", ["voting", "commenting"])
def test_who_votes_as_a_guest_signs_in_and_goes_on_is_one_voter(browser, way):
    story = story_to_discuss()
    comment = comment_on(story)
    browser.post(f"/-/vote/{comment.public_id}", {"value": "1"})
    assert votes_on(comment) == (0, 0, 1, 0)

    # Signed in before the guest's cookie was looked for.
    browser.force_login(PersonFactory())
    if way == "voting":
        answer = browser.post(f"/-/vote/{comment.public_id}", {"value": "1"})
    else:
        answer = browser.post(f"/-/compose/{story.pk}", {"text": "And another thing."})

    assert answer.status_code == 302
    assert answer.cookies["guest"].value == ""
    assert votes_on(comment) == (1, 0, 0, 0)
    assert_counts_agree_with_rows(story)


def test_signing_in_claims_what_the_browser_did_before(browser):
    story = story_to_discuss()
    comment = comment_on(story)
    browser.post(f"/-/vote/{comment.public_id}", {"value": "1"})
    browser.post(f"/-/compose/{story.pk}", {"text": "See https://a.example", "name": "Mara"})
    person = make_person("ada@readers.example", password=PASSWORD)

    browser.post("/accounts/login/", {"login": "ada@readers.example", "password": PASSWORD})

    assert "guest" not in {name for name, morsel in browser.cookies.items() if morsel.value}
    assert votes_on(comment) == (1, 0, 0, 0)
    mine = mine_of(browser, story)
    assert mine["votes"] == {comment.public_id: 1}
    assert "Mara" in mine["held"][0]["html"]
    assert Claim.objects.get().person == person
    assert_counts_agree_with_rows(story)


def test_signing_in_without_having_said_anything_claims_nothing(browser):
    make_person("ada@readers.example", password=PASSWORD)

    browser.post("/accounts/login/", {"login": "ada@readers.example", "password": PASSWORD})

    assert Claim.objects.count() == 0


def test_a_first_comment_as_a_guest_counts_as_the_persons_first():
    story = story_to_discuss()
    guest, person = GuestFactory(), PersonFactory()
    post_comment(story, writer=guest, text="Hello.")

    assert not rules.has_published(person)
    claim_guest(guest, by=person)
    assert rules.has_published(person)
