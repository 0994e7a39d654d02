import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonpress.newsroom.actions.publishing import unpublish
from commonpress.newsroom.models.front import Front, Pick
from tests.factories.newsroom import BylineFactory, DeskFactory, DraftFactory, StoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def at(day):
    return dt.datetime(2026, 3, day, 12, tzinfo=dt.UTC)


def pick(*stories):
    Pick.objects.bulk_create(
        Pick(front=Front.objects.get(), story=story, sort_order=place) for place, story in enumerate(stories)
    )


def test_the_newest_lead_where_nobody_picked():
    stories = [StoryFactory(first_public_at=at(day)) for day in range(1, 8)]

    front = Front.objects.get().arrangement()

    assert front.lead == stories[6]
    assert front.second == [stories[5], stories[4], stories[3]]
    assert front.more == []
    assert front.latest == stories[::-1]


def test_picks_stand_in_the_editors_order_and_the_newest_fill_the_rest():
    stories = [StoryFactory(first_public_at=at(day)) for day in range(1, 8)]
    pick(stories[0], stories[2])

    front = Front.objects.get().arrangement()

    assert front.lead == stories[0]
    assert front.second == [stories[2], stories[6], stories[5]]


def test_more_than_four_picks_stand_below():
    stories = [StoryFactory(first_public_at=at(day)) for day in range(1, 8)]
    pick(*stories[:6])

    front = Front.objects.get().arrangement()

    assert front.second == stories[1:4]
    assert front.more == stories[4:6]


def test_what_is_withdrawn_or_a_draft_is_not_on_the_front_even_if_picked():
    withdrawn, shown = StoryFactory(first_public_at=at(1)), StoryFactory(first_public_at=at(2))
    pick(withdrawn, DraftFactory(), shown)
    unpublish(withdrawn)

    front = Front.objects.get().arrangement()

    assert front.lead == shown
    assert front.latest == [shown]
    assert front.second == []


def test_a_river_holds_a_desks_stories_that_stand_nowhere_else():
    council, fair = DeskFactory(title="Council", position=2), DeskFactory(title="Fair", position=1)
    of_council = [StoryFactory(first_public_at=at(day), desk=council) for day in range(1, 13)]
    of_fair = StoryFactory(first_public_at=dt.datetime(2019, 1, 1, tzinfo=dt.UTC), desk=fair)
    DeskFactory(title="Empty")

    front = Front.objects.get().arrangement()

    assert [(river.desk, river.stories) for river in front.rivers] == [
        (fair, [of_fair]),
        (council, of_council[3:8][::-1]),
    ]


def test_an_empty_paper_has_an_empty_front():
    front = Front.objects.get().arrangement()

    assert (front.lead, front.second, front.more, front.rivers, front.latest) == (None, [], [], [], [])


def test_the_front_costs_the_same_with_one_story_and_three(django_assert_num_queries):
    desk, byline = DeskFactory(), BylineFactory()
    StoryFactory(desk=desk, bylines=[byline])
    pick(StoryFactory(desk=desk, bylines=[byline]))

    def draw():
        front = Front.objects.get().arrangement()
        return [(story.desk.title, [byline.name for byline in story.bylines]) for story in front.latest]

    with CaptureQueriesContext(connection) as before:
        draw()
    for _ in range(3):
        StoryFactory(desk=desk, bylines=[byline])

    with django_assert_num_queries(len(before)):
        drawn = draw()

    assert len(drawn) == 5
    assert len(before) <= 9
