"""What streams say is what anybody may read: figures are made as kept pages are, for nobody."""

import json

import pytest

from commonpress.asgi import figures_at
from commonpress.discussion.models import Comment, CommentState
from commonpress.newsroom.actions.publishing import unpublish
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, story_to_discuss

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    story = story_to_discuss()
    comment_on(story, "It was closed on Monday.")
    comment_on(story, "See https://held.example", writer=PersonFactory(display_name="Ann Canary"))
    return story


def test_a_stream_says_what_a_stranger_may_fetch_and_nothing_that_is_held(story, client):
    address = f"/-/live/{story.pk}.json"
    assert Comment.objects.filter(state=CommentState.HELD).count() == 1

    made = figures_at(address)

    assert made.figures == client.get(address).json()
    assert made.figures["count"] == 1
    held = Comment.objects.get(state=CommentState.HELD)
    assert held.public_id not in json.dumps(made.figures)
    assert f"thread:{story.pk}" in made.keys


def test_a_withdrawn_story_has_no_figures(story):
    unpublish(story)

    assert figures_at(f"/-/live/{story.pk}.json") is None
    assert figures_at("/-/live/999999.json") is None


def test_a_paper_without_a_drive_says_nothing_of_one_yet():
    made = figures_at("/meter.json")

    assert (made.figures, made.keys) == ({}, {"drive:*"})
