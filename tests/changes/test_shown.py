"""What a page says it shows, and who hears it."""

from datetime import UTC, datetime

import pytest

from commonpress.changes.shown import hearing, keep, read_once, shows
from commonpress.discussion.models import Thread
from tests.factories.newsroom import StoryFactory, make_publication

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


def test_what_several_places_of_a_page_show_is_read_once_and_anew_for_the_next_page():
    asked = []

    def ask():
        asked.append(1)
        return len(asked)

    assert [read_once("counts:7", ask), read_once("counts:7", ask)] == [1, 2]
    for expected in (3, 4):
        with hearing():
            assert [read_once("counts:7", ask), read_once("counts:7", ask)] == [expected, expected]


def test_all_a_page_says_is_heard():
    with hearing() as shown:
        shows("byline:3", "desk:2")
        keep("page:7")

    assert (shown.keys, shown.may_be_kept, shown.until) == ({"byline:3", "desk:2", "page:7"}, True, None)


def test_a_page_that_did_not_say_so_may_not_be_kept():
    with hearing() as shown:
        shows("page:7")

    assert not shown.may_be_kept


@pytest.mark.parametrize("hours", [[9, 5, 7], [5, 9], [5]])
def test_a_page_holds_until_the_first_of_the_moments_it_names(hours):
    with hearing() as shown:
        for hour in hours:
            shows("drive:1", until=NOON.replace(hour=hour))
        shows("page:1")

    assert shown.until == NOON.replace(hour=5)


def test_what_is_said_of_one_page_is_not_heard_of_another():
    with hearing() as outer:
        shows("page:1")
        with pytest.raises(ZeroDivisionError), hearing() as inner:
            keep("page:2")
            raise ZeroDivisionError
        shows("page:3")
    keep("page:4")

    assert (outer.keys, outer.may_be_kept) == ({"page:1", "page:3"}, False)
    assert (inner.keys, inner.may_be_kept) == ({"page:2"}, True)


@pytest.mark.django_db
def test_whoever_reads_a_row_shows_it():
    make_publication()
    story = StoryFactory(title="Bridge closes")

    with hearing() as shown:
        type(story).objects.get(pk=story.pk)
        Thread.objects.filter(pk=story.pk).first()

    assert f"page:{story.pk}" in shown.keys
