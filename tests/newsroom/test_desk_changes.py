"""Publishing at the desk, when something breaks on the way."""

import pytest
from django.db import connection
from django.urls import reverse

from commonpress.newsroom.actions import publishing
from commonpress.newsroom.models.story import Story
from tests.factories.newsroom import BylineFactory, DeskFactory, DraftFactory, StoryFactory
from tests.newsroom.test_desk import PUBLISH, begin, edit, story_form

pytestmark = pytest.mark.commits


class PowerCut(Exception):
    """What nobody expects."""


@pytest.fixture
def break_publishing(monkeypatch):
    """Return what has publishing break from now on, at its end: the page has gone live by then."""

    def cut(page):
        raise PowerCut

    return lambda: monkeypatch.setattr(publishing, "index_for_the_desk", cut)


def test_a_new_story_that_cannot_be_published_whole_is_not_there(desk, break_publishing):
    client = desk("editor")
    client.raise_request_exception = False
    form = story_form("Bridge reopens", desk=DeskFactory(), bylines=[BylineFactory()])
    break_publishing()

    answer = begin(client, form, **PUBLISH)

    assert answer.status_code == 500
    assert not Story.objects.exists()


def test_a_draft_that_cannot_be_published_whole_stays_the_draft_it_was(desk, break_publishing):
    client = desk("editor")
    client.raise_request_exception = False
    draft = DraftFactory(title="Bridge closed")
    form = story_form("Bridge reopens", desk=draft.desk, bylines=[BylineFactory()])
    break_publishing()

    answer = edit(client, draft, form, **PUBLISH)

    kept = Story.objects.get()
    assert answer.status_code == 500
    assert (kept.live, kept.first_public_at, kept.public_path) == (False, None, "")
    assert kept.get_latest_revision_as_object().title == "Bridge closed"
    assert client.get(kept.path_here).status_code == 404


def test_a_story_that_cannot_be_withdrawn_whole_stays_public(desk, break_publishing):
    client = desk("editor")
    client.raise_request_exception = False
    story = StoryFactory()
    break_publishing()

    answer = client.post(reverse("wagtailadmin_pages:unpublish", args=(story.pk,)))

    assert answer.status_code == 500
    assert list(Story.objects.published()) == [story]


def test_what_can_be_published_is_kept(desk):
    client = desk("editor")

    begin(client, story_form("Bridge reopens", bylines=[BylineFactory()], desk=DeskFactory()), **PUBLISH)

    assert [story.title for story in Story.objects.published()] == ["Bridge reopens"]
    assert not connection.in_atomic_block


def test_what_went_live_without_being_settled_is_settled_by_the_clock():
    story = StoryFactory()
    Story.objects.filter(pk=story.pk).update(first_public_at=None, public_path="", shown_under=[])

    publishing.publish_due()

    assert list(Story.objects.published()) == [story]
    assert Story.objects.get().public_path == story.path_here
