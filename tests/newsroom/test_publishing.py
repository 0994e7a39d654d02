import datetime as dt

import pytest
import time_machine
from wagtail.models import PageLogEntry

from commonpress.changes.models import Change
from commonpress.newsroom.actions.publishing import publish, publish_due, schedule, unpublish
from commonpress.newsroom.models.redirect import Redirect
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.models.year import Year
from commonpress.newsroom.queries.withdrawn import was_withdrawn_at
from commonpress.newsroom.schedules import publish_what_is_due
from tests.factories.newsroom import (
    BylineFactory,
    DeskFactory,
    DraftFactory,
    PlainPageFactory,
    StoryFactory,
    make_publication,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SPRING = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)


def test_publishing_moves_a_draft_to_the_year_it_is_first_published_in():
    with time_machine.travel(SPRING, tick=False):
        draft = DraftFactory(title="Bridge reopens")
    new_year = dt.datetime(2027, 1, 9, 8, tzinfo=dt.UTC)

    with time_machine.travel(new_year, tick=False):
        publish(draft)

    assert draft.path_here == "/2027/bridge-reopens/"
    assert draft.first_public_at == new_year
    assert draft.last_public_at == new_year
    assert draft.get_parent().specific == Year.objects.get(slug="2027")


def test_a_year_begins_at_midnight_in_the_publications_zone():
    make_publication(zone="America/Chicago")
    draft = DraftFactory(title="Fireworks")

    with time_machine.travel(dt.datetime(2027, 1, 1, 3, tzinfo=dt.UTC), tick=False):
        publish(draft)

    assert draft.path_here == "/2026/fireworks/"


def test_publishing_again_in_another_year_keeps_address_and_first_date():
    with time_machine.travel(SPRING, tick=False):
        story = StoryFactory(title="Bridge reopens")
    a_year_later = SPRING + dt.timedelta(days=365)

    with time_machine.travel(a_year_later, tick=False):
        story.title = "Bridge reopens, again"
        publish(story)

    assert story.path_here == "/2026/bridge-reopens/"
    assert story.first_public_at == SPRING
    assert story.last_public_at == a_year_later


def test_a_revision_from_before_the_first_publication_does_not_forget_its_date():
    with time_machine.travel(SPRING, tick=False):
        story = DraftFactory(title="Bridge reopens")
        before = story.latest_revision
        publish(story)

    before.publish()

    story.refresh_from_db()
    assert story.first_public_at == SPRING
    assert story.path_here == "/2026/bridge-reopens/"


def test_a_slug_taken_in_the_year_of_publication_gets_a_number():
    with time_machine.travel(SPRING, tick=False):
        draft = DraftFactory(title="Mayor resigns")
    with time_machine.travel(SPRING + dt.timedelta(days=365), tick=False):
        StoryFactory(title="Mayor resigns")

        publish(draft)

    assert draft.path_here == "/2027/mayor-resigns-2/"
    assert draft.get_latest_revision_as_object().slug == "mayor-resigns-2"


def test_two_drafts_that_took_the_same_slug_are_both_published():
    first, second = DraftFactory(title="Mayor resigns"), DraftFactory(title="Mayor stays")
    second.slug = "mayor-resigns"
    second.save_revision()

    publish(first)
    second.latest_revision.publish()

    second.refresh_from_db()
    assert [first.slug, second.slug] == ["mayor-resigns", "mayor-resigns-2"]


def test_a_changed_slug_leaves_a_redirect_and_changing_back_takes_it_away():
    story = StoryFactory(title="Bridge closed")
    old = story.path_here

    story.slug = "bridge-open"
    publish(story)
    first_move = list(Redirect.objects.values_list("old", "page"))
    story.slug = "bridge-closed"
    publish(story)

    assert first_move == [(old, story.pk)]
    assert list(Redirect.objects.values_list("old", flat=True)) == [old.replace("closed", "open")]


def test_a_drafts_slug_leaves_no_redirect():
    draft = DraftFactory(title="Bridge closed")

    draft.slug = "bridge-open"
    draft.save_revision()
    publish(draft)

    assert not Redirect.objects.exists()


def test_renaming_a_desk_changes_its_own_address_only():
    desk = DeskFactory(title="Council")
    story = StoryFactory(desk=desk)
    address = story.path_here

    desk.slug = "city-hall"
    publish(desk)

    story.refresh_from_db()
    assert story.path_here == address
    assert list(Redirect.objects.values_list("old", "page")) == [("/council/", desk.pk)]


def test_a_page_below_a_renamed_page_keeps_its_old_address_as_a_redirect():
    about = PlainPageFactory(title="About")
    PlainPageFactory(title="Jobs", parent=about)

    about.refresh_from_db()
    about.slug = "about-us"
    publish(about)

    assert set(Redirect.objects.values_list("old", flat=True)) == {"/about/", "/about/jobs/"}


def test_a_withdrawn_story_is_known_as_such_and_a_draft_is_not():
    story = StoryFactory(title="Rumour")
    draft = DraftFactory(title="Secret")

    unpublish(story)

    assert not story.live
    assert was_withdrawn_at(f"/{story.first_public_at.year}/rumour/")
    assert not was_withdrawn_at(draft.path_here)
    assert list(Story.objects.published()) == []


def test_a_story_published_again_keeps_its_first_date():
    with time_machine.travel(SPRING, tick=False):
        story = StoryFactory()
        unpublish(story)
    with time_machine.travel(SPRING + dt.timedelta(days=400), tick=False):
        publish(story)

    assert story.first_public_at == SPRING
    assert story.path_here.startswith("/2026/")
    assert not was_withdrawn_at(story.path_here)


def test_a_scheduled_story_is_public_only_after_its_minute():
    later = SPRING + dt.timedelta(hours=5)
    with time_machine.travel(SPRING, tick=False):
        draft = DraftFactory(title="Budget")
        schedule(draft, at=later)
        publish_due()
        before = (draft.live, draft.first_public_at, draft.public_path)

    with time_machine.travel(later + dt.timedelta(minutes=1), tick=False):
        publish_due()

    draft.refresh_from_db()
    assert before == (False, None, "")
    assert draft.live
    assert draft.first_public_at == later + dt.timedelta(minutes=1)
    assert draft.public_path == "/2026/budget/"


def test_a_page_that_cannot_be_published_does_not_hold_up_the_others():
    later = SPRING + dt.timedelta(hours=5)
    with time_machine.travel(SPRING, tick=False):
        stuck, fine = PlainPageFactory(title="Old about", published=False), DraftFactory(title="Budget")
        schedule(stuck, at=later)
        schedule(fine, at=later + dt.timedelta(minutes=1))
        PlainPageFactory(title="About")
        stuck.latest_revision.content["slug"] = "about"
        stuck.latest_revision.save()

    with time_machine.travel(later + dt.timedelta(minutes=2), tick=False):
        publish_due()

    stuck.refresh_from_db()
    fine.refresh_from_db()
    assert (stuck.live, fine.live) == (False, True)


def test_a_story_expires_at_its_hour_and_is_known_as_withdrawn():
    with time_machine.travel(SPRING, tick=False):
        story = StoryFactory(expire_at=SPRING + dt.timedelta(hours=1))
        publish_due()
        before = Story.objects.get().live

    with time_machine.travel(SPRING + dt.timedelta(hours=2), tick=False):
        publish_due()

    story.refresh_from_db()
    assert before
    assert (story.live, story.expired) == (False, True)
    assert was_withdrawn_at(story.path_here)


def test_what_is_due_is_published_once_however_often_the_clock_strikes():
    with time_machine.travel(SPRING, tick=False):
        draft = DraftFactory()
        schedule(draft, at=SPRING + dt.timedelta(hours=1))

    with time_machine.travel(SPRING + dt.timedelta(hours=2), tick=False):
        publish_what_is_due.func()
        publish_what_is_due.func()

    assert PageLogEntry.objects.filter(page=draft.pk, action="wagtail.publish.scheduled").count() == 1


def test_publishing_says_that_the_story_and_all_that_lists_it_changed():
    desk, byline = DeskFactory(), BylineFactory()
    draft = DraftFactory(title="Budget", desk=desk, bylines=[byline], tags=["Money"])
    Change.objects.all().delete()

    publish(draft)

    year = draft.path_here.split("/")[1]
    assert set(Change.objects.values_list("key", flat=True)) == {
        f"page:{draft.pk}",
        "front",
        f"desk:{desk.pk}",
        "tag:money",
        f"byline:{byline.pk}",
        f"year:{year}",
    }


def test_an_edit_that_takes_a_story_off_a_desk_refreshes_that_desk_too():
    before, after = DeskFactory(), DeskFactory()
    story = StoryFactory(desk=before)
    Change.objects.all().delete()

    story.desk = after
    publish(story)

    keys = set(Change.objects.values_list("key", flat=True))
    assert {f"desk:{before.pk}", f"desk:{after.pk}"} <= keys


def test_withdrawing_and_deleting_say_what_changed_and_deleting_a_draft_nothing():
    desk = DeskFactory()
    withdrawn, deleted, draft = StoryFactory(desk=desk), StoryFactory(desk=desk), DraftFactory(desk=desk)
    deleted_key = deleted.key

    Change.objects.all().delete()
    unpublish(withdrawn)
    after_withdrawal = set(Change.objects.values_list("key", flat=True))
    Change.objects.all().delete()
    deleted.delete()
    after_deletion = set(Change.objects.values_list("key", flat=True))
    Change.objects.all().delete()
    draft.delete()

    assert {withdrawn.key, "front", f"desk:{desk.pk}"} <= after_withdrawal
    assert {deleted_key, "front", f"desk:{desk.pk}"} <= after_deletion
    assert not Change.objects.exists()


@pytest.mark.parametrize("slug", ["feed", "05"])
def test_a_story_is_not_called_what_leads_elsewhere_under_its_year(client, slug):
    story = StoryFactory(title="Feed the birds", slug=slug)

    assert story.path_here.endswith(f"/{slug}-2/")
    assert client.get(story.path_here).status_code == 200
