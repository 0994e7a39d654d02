import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonpress.changes.models import Change
from commonpress.newsroom.actions import imports
from commonpress.newsroom.actions.publishing import publish, publish_due
from commonpress.newsroom.models.redirect import Redirect
from commonpress.newsroom.models.story import Story
from tests.factories.newsroom import StoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LONG_AGO = dt.datetime(2014, 6, 1, 9, tzinfo=dt.UTC)
CHANGED = dt.datetime(2014, 6, 3, 9, tzinfo=dt.UTC)


def test_an_imported_story_keeps_dates_credits_and_body():
    desk = imports.import_desk(title="Council", slug="council")
    first, second = imports.import_byline(name="Ada Pole"), imports.import_byline(name="Bea Rod")

    story = imports.import_story(
        title="Bridge reopens",
        slug="bridge",
        body=[("paragraph", "<p>It is open.</p>"), ("quote", {"text": "<p>At last.</p>", "speaker": "A driver"})],
        state="public",
        public_at=LONG_AGO,
        modified_at=CHANGED,
        desk=desk.pk,
        bylines=[second.pk, first.pk],
        tags=["Bridges", "Roads"],
    )

    kept = Story.objects.published().get(pk=story.pk)
    assert kept.path_here == kept.public_path == "/2014/bridge/"
    assert (kept.first_public_at, kept.last_public_at) == (LONG_AGO, CHANGED)
    assert kept.desk == desk
    assert kept.bylines == [second, first]
    assert sorted(tag.name for tag in kept.tags.all()) == ["Bridges", "Roads"]
    assert [block.block_type for block in kept.body] == ["paragraph", "quote"]
    assert kept.body[1].value["speaker"] == "A driver"
    assert kept.get_latest_revision_as_object().body == kept.body


def test_an_imported_story_can_be_edited_and_published_without_moving():
    story = imports.import_story(title="Bridge reopens", state="public", public_at=LONG_AGO)

    edited = story.get_latest_revision_as_object()
    edited.title = "Bridge reopens at last"
    publish(edited)

    story.refresh_from_db()
    assert story.title == "Bridge reopens at last"
    assert (story.path_here, story.first_public_at) == ("/2014/bridge-reopens/", LONG_AGO)


def test_imported_drafts_and_scheduled_stories_are_not_public_until_their_time():
    later = dt.datetime(2030, 2, 1, 9, tzinfo=dt.UTC)
    with time_machine.travel(dt.datetime(2029, 5, 1, tzinfo=dt.UTC), tick=False):
        draft = imports.import_story(title="Secret", state="draft", public_at=None)
        scheduled = imports.import_story(title="Planned", state="scheduled", public_at=later)
        before = list(Story.objects.published())

    with time_machine.travel(later + dt.timedelta(minutes=2), tick=False):
        publish_due()

    scheduled.refresh_from_db()
    assert before == []
    assert list(Story.objects.published()) == [scheduled]
    assert scheduled.public_path == "/2030/planned/"
    assert not draft.live


def test_two_imported_stories_of_one_slug_get_two_addresses():
    slugs = [imports.import_story(title="Notes", state="public", public_at=LONG_AGO).slug for _ in range(3)]

    assert slugs == ["notes", "notes-2", "notes-3"]


def test_a_page_called_like_a_part_of_the_paper_is_put_beside_it():
    search = imports.import_page(title="Search", state="public", public_at=LONG_AGO)
    year = imports.import_page(title="2019", state="public", public_at=LONG_AGO)

    assert [page.path_here for page in (search, year)] == ["/page-search/", "/page-2019/"]


def test_a_page_below_another_may_be_called_like_a_part_of_the_paper_but_its_feed(client):
    about = imports.import_page(title="About", state="public", public_at=LONG_AGO)

    below = [
        imports.import_page(title=title, state="public", public_at=LONG_AGO, parent=about.pk)
        for title in ("Media", "2019", "Feed")
    ]

    assert [page.path_here for page in below] == ["/about/media/", "/about/2019/", "/about/page-feed/"]
    assert [client.get(page.path_here).status_code for page in below] == [200, 200, 200]


def test_importing_a_desk_that_is_there_finds_it():
    desk = imports.import_desk(title="Council")

    assert imports.import_desk(title="council", slug="elsewhere") == desk


def test_an_old_address_is_never_led_elsewhere_and_one_that_stays_needs_no_redirect():
    story, other = StoryFactory(), StoryFactory()

    imports.add_redirects([Redirect(old="/2009/old/", page=story)])
    imports.add_redirects(
        [
            Redirect(old="/2009/old/", page=other),
            Redirect(old="/2009/new/", page=other),
            Redirect(old="/2009/new/", page=story),
            Redirect(old=story.path_here, page=story),
            Redirect(old="/by/ada/", new="/by/ada/"),
            Redirect(old="/" + "long" * 200, page=story),
        ]
    )

    assert list(Redirect.objects.order_by("pk").values_list("old", "page")) == [
        ("/2009/old/", story.pk),
        ("/2009/new/", other.pk),
    ]


def test_a_thousand_old_addresses_cost_a_few_queries(django_assert_max_num_queries):
    story = StoryFactory()

    with django_assert_max_num_queries(20):
        imports.add_redirects([Redirect(old=f"?p={number}", page=story) for number in range(1000)])

    assert Redirect.objects.count() == 1000


def test_importing_tells_nobody():
    Change.objects.all().delete()

    imports.import_story(title="Bridge reopens", state="public", public_at=LONG_AGO)

    assert not Change.objects.exists()


def test_an_import_costs_the_same_for_every_story(django_assert_num_queries):
    desk = imports.import_desk(title="Council")
    imports.import_story(title="First", state="public", public_at=LONG_AGO, desk=desk.pk)
    with CaptureQueriesContext(connection) as second:
        imports.import_story(title="Second", state="public", public_at=LONG_AGO, desk=desk.pk)
    for title in ("Third", "Fourth", "Fifth"):
        imports.import_story(title=title, state="public", public_at=LONG_AGO, desk=desk.pk)

    with django_assert_num_queries(len(second)):
        imports.import_story(title="Sixth", state="public", public_at=LONG_AGO, desk=desk.pk)
