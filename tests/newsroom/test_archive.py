import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonpress.newsroom.models.archive import MonthLink, YearLink, archive_of
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.queries.stories import byline_archive, tag_archive
from tests.factories.newsroom import BylineFactory, DeskFactory, DraftFactory, StoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def at(year, month, day=15, hour=12):
    return dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


def test_an_archive_lists_the_month_and_links_to_its_neighbours():
    _may, july, _august = (StoryFactory(first_public_at=at(2024, month)) for month in (5, 7, 8))
    StoryFactory(first_public_at=at(2022, 1))
    DraftFactory()

    archive = archive_of(Story.objects.published(), base="/water/", year=2024, month=7)

    assert archive.stories == [july]
    assert archive.period == dt.date(2024, 7, 1)
    assert archive.years == [
        YearLink(2024, "/water/2024/", True),
        YearLink(2022, "/water/2022/", False),
    ]
    assert archive.earlier == MonthLink(dt.date(2024, 5, 1), "/water/2024/05/", 1, False)
    assert archive.later == MonthLink(dt.date(2024, 8, 1), "/water/2024/08/", 1, False)
    assert [month.count for month in archive.months] == [1, 1, 1]


def test_an_archive_without_a_month_shows_the_newest():
    old, new = StoryFactory(first_public_at=at(2022, 1)), StoryFactory(first_public_at=at(2024, 5))

    archive = archive_of(Story.objects.published(), base="/")

    assert archive.stories == [new, old]
    assert [month.first_day for month in archive.months] == [dt.date(2024, 5, 1)]
    assert (archive.period, archive.earlier, archive.later) == (None, None, None)


def test_an_archive_names_the_years_that_have_stories_and_no_other():
    for year in (1, 2015, 2026):
        StoryFactory(first_public_at=at(year, 3))

    archive = archive_of(Story.objects.published(), base="/")

    assert [link.year for link in archive.years] == [2026, 2015, 1]


def test_a_months_stories_come_in_pages_of_thirty():
    desk = DeskFactory()
    days = [StoryFactory(desk=desk, first_public_at=at(2024, 5, day)) for day in range(1, 32)]
    newest_first = days[::-1]

    first, second = (archive_of(desk.stories.all(), base="/", year=2024, month=5, page=page) for page in (1, 2))

    assert (first.stories, first.newer, first.older) == (newest_first[:30], "", "/2024/05/page/2/")
    assert (second.stories, second.newer, second.older) == (newest_first[30:], "/2024/05/", "")
    with pytest.raises(Http404):
        archive_of(desk.stories.all(), base="/", year=2024, month=5, page=3)


def test_a_full_month_is_read_to_its_end_by_its_links(client):
    desk, byline = DeskFactory(slug="harbour"), BylineFactory(slug="ada")
    for day in range(1, 32):
        StoryFactory(
            desk=desk, title=f"On day {day}.", first_public_at=at(2024, 5, day), bylines=[byline], tags=["water"]
        )

    for address in ("/2024/05/", "/harbour/2024/05/", "/by/ada/2024/05/", "/tag/water/2024/05/"):
        newest, oldest = client.get(address), client.get(f"{address}page/2/")

        assert f'<a href="{address}page/2/" rel="next">Older stories</a>' in newest.content.decode()
        assert f'<a href="{address}" rel="prev">Newer stories</a>' in oldest.content.decode()
        assert ("On day 1." in newest.content.decode(), "On day 1." in oldest.content.decode()) == (False, True)


@pytest.mark.parametrize("page", ["0", "1", "2", "01", "02", "-1", "two", "12345", "٣", ""])
@pytest.mark.parametrize("before", ["/2024/05/", "/harbour/2024/05/", "/by/ada/2024/05/", "/tag/water/2024/05/"])
def test_a_page_that_is_not_there_is_not_found(client, before, page):
    story = StoryFactory(
        first_public_at=at(2024, 5),
        desk=DeskFactory(slug="harbour"),
        bylines=[BylineFactory(slug="ada")],
        tags=["water"],
    )

    assert story.title in client.get(before).content.decode()
    assert client.get(f"{before}page/{page}{'/' if page else ''}").status_code == 404


def test_a_page_of_a_year_or_of_everything_is_not_there(client):
    StoryFactory(first_public_at=at(2024, 5), desk=DeskFactory(slug="harbour"))

    statuses = [client.get(path).status_code for path in ("/2024/page/2/", "/harbour/page/2/", "/page/2/")]

    assert statuses == [404, 404, 404]


def test_a_month_begins_at_midnight_in_the_publications_zone():
    story = StoryFactory(first_public_at=at(2024, 6, 1, 3))

    with timezone.override(ZoneInfo("America/Chicago")):
        archive = archive_of(Story.objects.published(), base="/", year=2024, month=5)

    assert archive.stories == [story]


@pytest.mark.parametrize(("year", "month"), [(2023, None), (2024, 6), (2024, 13), (2024, 0), (0, 1), (9999, 12)])
def test_a_time_without_stories_is_not_found(year, month):
    StoryFactory(first_public_at=at(2024, 5))

    with pytest.raises(Http404):
        archive_of(Story.objects.published(), base="/", year=year, month=month)


def test_an_empty_archive_is_empty():
    archive = archive_of(Story.objects.published(), base="/")

    assert (archive.stories, archive.years, archive.months) == ([], [], [])


def test_a_tags_archive_holds_its_published_stories():
    story = StoryFactory(tags=["Water"])
    StoryFactory(tags=["Roads"])
    DraftFactory(tags=["Water"])
    tag = story.tags.get()

    assert tag_archive(tag).stories == [story]


def test_a_tag_of_drafts_only_is_not_found():
    draft = DraftFactory(tags=["Secret"])

    with pytest.raises(Http404):
        tag_archive(draft.tags.get())


def test_a_bylines_archive_lists_a_story_once():
    byline = BylineFactory()
    story = StoryFactory(bylines=[byline, byline])
    StoryFactory(bylines=[BylineFactory()])

    assert byline_archive(byline).stories == [story]


def test_archives_cost_the_same_with_one_story_and_three(django_assert_num_queries):
    desk, byline = DeskFactory(), BylineFactory()

    def draw():
        archive = archive_of(Story.objects.published(), base="/", year=2024)
        return [(story.desk.title, [byline.name for byline in story.bylines]) for story in archive.stories]

    StoryFactory(first_public_at=at(2024, 5), desk=desk, bylines=[byline])
    with CaptureQueriesContext(connection) as with_one:
        draw()
    for month in (6, 7):
        StoryFactory(first_public_at=at(2024, month), desk=desk, bylines=[byline])

    with django_assert_num_queries(len(with_one)):
        drawn = draw()

    assert drawn == [(desk.title, [byline.name])] * 3
    assert len(with_one) <= 6
