"""A form that is sent twice, by a double click or from the browser's history."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from commonpress.accounts.models import Guest
from commonpress.discussion.models import Comment
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, story_to_discuss

pytestmark = pytest.mark.django_db

FRAGMENT = {"x-fragment": "1"}


@pytest.fixture(autouse=True)
def full_buckets():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def reader() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


def signed_in(person) -> Client:
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(person)
    return client


def test_a_double_click_posts_one_comment_and_answers_the_same(reader):
    story = story_to_discuss()
    form = {"text": "Once.", "once": "key-of-the-form"}

    first = reader.post(f"/-/compose/{story.pk}", form)
    again = Client(headers={"sec-fetch-site": "same-origin"}).post(f"/-/compose/{story.pk}", form)

    assert first.headers["Location"] == again.headers["Location"]
    assert Comment.objects.count() == 1
    assert Guest.objects.count() == 1
    assert not again.cookies


def test_a_double_click_without_javascript_posts_one_comment_of_one_guest():
    story = story_to_discuss()
    question = comment_on(story, "Why?", writer=PersonFactory())
    strangers = [Client(headers={"sec-fetch-site": "same-origin"}) for _click in range(2)]

    with time_machine.travel(datetime(2026, 5, 3, 10, 20, 4, tzinfo=UTC), tick=False) as clock:
        first, again = (stranger.post(f"/-/compose/{story.pk}", {"text": "Once."}) for stranger in strangers)
        clock.shift(2)
        late = strangers[1].post(f"/-/compose/{story.pk}", {"text": "Once."})
    assert first.headers["Location"] == again.headers["Location"] == late.headers["Location"]
    assert (Comment.objects.filter(parent=None, guest__isnull=False).count(), Guest.objects.count()) == (1, 1)

    with time_machine.travel(datetime(2026, 5, 3, 10, 20, 20, tzinfo=UTC), tick=False):
        strangers[0].post(f"/-/compose/{story.pk}", {"text": "Once."})
        strangers[0].post(f"/-/compose/{story.pk}/{question.public_id}", {"text": "Once."})
    assert Comment.objects.filter(body_source="Once.").count() == 3


def test_people_behind_one_address_who_say_the_same_are_not_taken_for_one():
    story = story_to_discuss()

    for person in (PersonFactory(), PersonFactory()):
        signed_in(person).post(f"/-/compose/{story.pk}", {"text": "Yes."})

    assert Comment.objects.filter(body_source="Yes.").count() == 2


@pytest.mark.parametrize("there", ["the same story", "another story", "a reply"])
def test_other_words_in_a_form_that_was_sent_are_kept_and_can_be_sent_again(reader, there):
    story = story_to_discuss()
    key = "key-of-the-form"
    reader.post(f"/-/compose/{story.pk}", {"text": "First words.", "once": key})
    first = Comment.objects.get()
    address = {
        "the same story": f"/-/compose/{story.pk}",
        "another story": f"/-/compose/{story_to_discuss('Another').pk}",
        "a reply": f"/-/compose/{story.pk}/{first.public_id}",
    }[there]

    refused = reader.post(address, {"text": "Quite other words.", "name": "Mara", "once": key})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "This form was sent already." in page
    assert "Quite other words.</textarea>" in page
    fresh = re.search(r'name="once" value="([^"]+)"', page)[1]
    assert fresh != key
    sent = reader.post(address, {"text": "Quite other words.", "name": "Mara", "once": fresh})
    assert sent.status_code == 302
    assert [comment.body_source for comment in Comment.objects.order_by("id")] == ["First words.", "Quite other words."]


def test_with_javascript_a_form_that_was_sent_comes_back_with_a_new_key(reader):
    story = story_to_discuss()
    reader.post(f"/-/compose/{story.pk}", {"text": "First words.", "once": "key-of-the-form"})

    refused = reader.post(
        f"/-/compose/{story.pk}", {"text": "Other words.", "once": "key-of-the-form"}, headers=FRAGMENT
    )

    assert (refused.status_code, refused.headers["X-Fragment"]) == (409, "1")
    assert "<html" not in refused.content.decode()
    assert "key-of-the-form" not in refused.content.decode()
