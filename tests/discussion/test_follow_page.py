"""The page for who follows a discussion without writing in it, and the way there."""

import pytest
from django.core.cache import cache
from django.test import Client

from commonpress.discussion.actions.following import follow_discussion
from commonpress.discussion.topics import What
from commonpress.notices.models import Follow, Pace
from tests.factories.accounts import make_person
from tests.factories.discussion import story_to_discuss

pytestmark = pytest.mark.django_db

ADA = "ada@readers.example"


@pytest.fixture(autouse=True)
def full_buckets():
    cache.clear()


@pytest.fixture
def reader() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


def signed_in(person) -> Client:
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(person)
    return client


@pytest.mark.parametrize("address", ["", "ada@", "ada at readers.example"])
def test_a_wrong_address_is_said_without_a_choice_that_is_not_there(reader, address):
    story = story_to_discuss()

    refused = reader.post(f"/-/follow/{story.pk}", {"tell": "all", "address": address})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "This is not an e-mail address. Please look it over." in page
    assert "choose “nothing”" not in page
    assert f'value="{address}"' in page
    assert not Follow.objects.exists()


def test_the_follow_page_offers_replies_only_to_who_writes_here(reader):
    story = story_to_discuss()

    stranger = reader.get(f"/-/follow/{story.pk}").content.decode()
    person = signed_in(make_person(ADA)).get(f"/-/follow/{story.pk}").content.decode()
    refused = reader.post(f"/-/follow/{story.pk}", {"tell": "replies", "address": ADA})

    assert 'value="replies"' not in stranger
    assert 'value="replies"' in person
    assert ADA in person
    assert 'name="address"' not in person
    assert refused.status_code == 422


def test_the_kept_page_says_nothing_of_who_follows(reader):
    story = story_to_discuss()
    before = reader.get(story.path_here).content

    follow_discussion(story, what=What.ALL, pace=Pace.NOW, writer=make_person())

    assert reader.get(story.path_here).content == before
    assert f"/-/follow/{story.pk}" in before.decode()
