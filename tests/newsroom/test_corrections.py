"""A correction that was issued stays over its story, whatever is published after it."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from commonpress.newsroom.actions.corrections import issue_correction
from commonpress.newsroom.actions.publishing import publish, publish_due, schedule, settle_published
from commonpress.newsroom.models.story import Story
from tests.factories.accounts import PersonFactory
from tests.factories.newsroom import BylineFactory, StoryFactory
from tests.newsroom.test_desk import PUBLISH, edit, story_form

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SPRING = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def correct(story, text="It was 6 million euros."):
    return issue_correction(story, text=text, credit="Nora", by=PersonFactory(roles=["editor"]))


def shown(client, story):
    return client.get(Story.objects.get(pk=story.pk).path_here).content.decode()


def test_a_form_that_was_open_when_a_story_was_corrected_takes_nothing_back(desk):
    client = desk("editor")
    story = StoryFactory()
    form = story_form("The bridge", desk=story.desk, bylines=[BylineFactory()])
    correction = correct(story)

    edit(client, story, form)
    opened = Story.objects.get(pk=story.pk).get_latest_revision_as_object()
    edit(client, story, form, **PUBLISH)

    assert opened.corrected_at == correction.at
    assert Story.objects.get(pk=story.pk).title == "The bridge"
    html = shown(client, story)
    assert "It was 6 million euros." in html
    assert "With thanks to Nora." in html
    assert "Corrected" in html


def test_a_date_of_correction_that_an_editor_set_can_be_taken_away_by_them(desk):
    client = desk("editor")
    with time_machine.travel(SPRING, tick=False):
        story = StoryFactory()
    form = story_form("The bridge", desk=story.desk, bylines=[BylineFactory()])
    edit(client, story, form | {"corrected_at": "2026-04-01 10:00"}, **PUBLISH)
    before = Story.objects.get(pk=story.pk).corrected_at

    edit(client, story, form, **PUBLISH)

    assert before is not None
    assert Story.objects.get(pk=story.pk).corrected_at is None


def test_a_later_date_that_an_editor_gives_stands(desk):
    client = desk("editor")
    with time_machine.travel(SPRING, tick=False):
        story = StoryFactory()
        correct(story)
    form = story_form("The bridge", desk=story.desk, bylines=[BylineFactory()])

    edit(client, story, form | {"corrected_at": "2026-04-01 10:00"}, **PUBLISH)

    assert Story.objects.get(pk=story.pk).corrected_at.date() == dt.date(2026, 4, 1)


def test_a_revision_scheduled_before_the_correction_keeps_it(client):
    with time_machine.travel(SPRING, tick=False):
        story = StoryFactory()
        story.title = "The bridge, again"
        schedule(story, at=SPRING + 2 * HOUR)
        story.go_live_at = None
        story.save_revision()
    with time_machine.travel(SPRING + HOUR, tick=False):
        correction = correct(story)

    with time_machine.travel(SPRING + 3 * HOUR, tick=False):
        publish_due()

    story.refresh_from_db()
    assert (story.title, story.corrected_at) == ("The bridge, again", correction.at)
    assert "It was 6 million euros." in shown(client, story)


def test_an_older_revision_that_is_brought_back_keeps_it(desk):
    client = desk("editor")
    story = StoryFactory()
    before = story.latest_revision
    story.title = "The bridge, again"
    publish(story)
    correction = correct(story)

    reverted = client.get(reverse("wagtailadmin_pages:revisions_revert", args=(story.pk, before.pk)))
    before.publish()

    assert reverted.context["page"].corrected_at == correction.at
    assert Story.objects.get(pk=story.pk).corrected_at == correction.at


def test_a_correction_issued_while_the_story_was_being_published_stays(client):
    story = StoryFactory()
    correction = correct(story)
    # As the editor's save left it, which had been read before there was a correction.
    Story.objects.filter(pk=story.pk).update(corrected_at=None)

    settle_published(story)

    assert Story.objects.get(pk=story.pk).corrected_at == correction.at
