"""Who followed a discussion and has another address now: nothing of theirs goes to the one they left."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from commonpress.accounts.actions.staff import save_person
from commonpress.discussion.actions.following import follow_discussion
from commonpress.discussion.topics import What
from commonpress.notices import links
from commonpress.notices.digest import send_digests
from commonpress.notices.models import Follow, Pace, Subscriber
from commonpress.notices.subscribers import subscriber_at, subscriber_of
from tests.factories.accounts import make_person
from tests.factories.discussion import comment_on, story_to_discuss
from tests.factories.notices import follower
from tests.mailbox import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

OLD, NEW = "ada@readers.example", "lovelace@readers.example"


@pytest.fixture(autouse=True)
def full_buckets():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def story():
    return story_to_discuss()


@pytest.fixture
def ada(story):
    """Return a person who follows a story's discussion."""
    ada = make_person(OLD)
    follow_discussion(story, what=What.ALL, pace=Pace.NOW, writer=ada)
    return ada


def move_at_the_desk(person, email):
    person.email = email
    save_person(person, roles=[])


def prove_by_signing_in(email, mailbox, run_jobs):
    client = Client(headers={"sec-fetch-site": "same-origin"})
    asked = client.post("/accounts/login/", {"login": email})
    run_jobs()
    code = re.search(r"^ {4}(\S+)$", text_of(mailbox.mails[-1]), re.MULTILINE)[1]
    client.post(asked["Location"], {"code": code})
    assert EmailAddress.objects.get(email=email).verified


def told(mailbox):
    return [mail["To"] for mail in mailbox.mails if mail["Subject"].startswith("New comment")]


def test_an_address_changed_at_the_desk_gets_nothing_until_it_is_proven_and_the_old_one_nothing_more(
    story, ada, mailbox, run_jobs
):
    move_at_the_desk(ada, NEW)
    comment_on(story, "Before.")
    run_jobs()
    before = told(mailbox)

    prove_by_signing_in(NEW, mailbox, run_jobs)
    comment_on(story, "After.")
    run_jobs()

    assert before == []
    assert told(mailbox) == [NEW]


def test_what_was_to_be_told_at_the_old_address_is_not_sent_there(story, ada, mailbox, run_jobs):
    follow_discussion(story, what=What.ALL, pace=Pace.HOURLY, writer=ada)
    comment_on(story, "News.")
    run_jobs()
    move_at_the_desk(ada, NEW)

    send_digests(ada.subscriber.notices.get().due_at)
    run_jobs()

    assert mailbox.mails == []


def test_whoever_proves_an_address_that_was_left_gets_nothing_that_its_last_owner_followed(story, ada):
    bo = make_person("bo@readers.example")
    follow_discussion(story, what=What.ANSWERS, pace=Pace.NOW, writer=bo)
    move_at_the_desk(ada, NEW)

    theirs = subscriber_of(bo.pk, OLD)

    assert [follow.topic for follow in theirs.follows.all()] == [f"thread:{story.pk}:author"]
    assert [follow.topic for follow in ada.subscriber.follows.all()] == [f"thread:{story.pk}:all"]


def test_what_a_person_follows_ends_where_their_new_address_follows_something_and_is_not_proven(ada):
    there = follower("thread:1:all", email=NEW)

    move_at_the_desk(ada, NEW)

    assert Subscriber.objects.get() == there
    assert Follow.objects.get().topic == "thread:1:all"


def test_an_address_that_waits_to_be_proven_may_be_mended(ada, mailbox, run_jobs):
    move_at_the_desk(ada, "loveless@readers.example")
    move_at_the_desk(ada, NEW)

    prove_by_signing_in(NEW, mailbox, run_jobs)

    subscriber = Subscriber.objects.get()
    assert (subscriber.email, subscriber.is_left_alone, subscriber.follows.count()) == (NEW, False, 1)


def test_who_is_asked_at_a_left_address_is_somebody_else(story, ada, mailbox, run_jobs):
    move_at_the_desk(ada, NEW)

    follow_discussion(story, what=What.ALL, pace=Pace.NOW, writer=None, email=OLD)
    run_jobs()

    assert subscriber_at(OLD) != ada.subscriber
    assert [mail["To"] for mail in mailbox.mails] == [OLD]


@pytest.mark.parametrize("link", [links.manage, links.confirm, links.stop])
@pytest.mark.parametrize("how", ["at the desk", "proven"])
def test_letters_in_a_left_mailbox_open_no_page_of_their_reader(ada, link, how):
    path = link(ada.subscriber).removeprefix("http://localhost:8000")
    before = Client().get(path).status_code

    if how == "at the desk":
        move_at_the_desk(ada, NEW)
    else:
        subscriber_of(ada.pk, NEW)

    assert before == 200
    assert Client().get(path).status_code == 404
    assert Client().get(link(Subscriber.objects.get()).removeprefix("http://localhost:8000")).status_code == 200
