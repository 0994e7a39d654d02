import datetime as dt

import pytest
from django.utils import timezone, translation

from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.photos.captions import caption_of

pytestmark = pytest.mark.django_db  # a photo asks for its collection

UTC = dt.UTC


def caption(taken_on, public_at=dt.datetime(2026, 5, 31, 12, tzinfo=UTC), own="", **photo):
    return caption_of(Photo(taken_on=taken_on, **photo), Story(first_public_at=public_at).shown_date, own)


@pytest.mark.parametrize(
    ("taken_on", "label"),
    [
        (dt.date(2026, 5, 31), ""),
        (dt.date(2026, 5, 1), ""),
        (dt.date(2026, 4, 30), "File photo, April 30, 2026"),
        (dt.date(2023, 6, 2), "File photo, June 2, 2023"),
        (dt.date(2026, 6, 2), ""),
        (None, ""),
    ],
)
def test_a_photo_taken_more_than_30_days_before_the_story_is_a_file_photo(taken_on, label):
    assert caption(taken_on).label == label


def test_the_storys_day_is_that_of_the_publications_zone():
    taken_on = dt.date(2026, 5, 1)
    half_past_ten_utc_in_the_evening = dt.datetime(2026, 5, 31, 22, 30, tzinfo=UTC)

    with timezone.override("Europe/Berlin"):  # already 1 June, 31 days after
        assert caption(taken_on, half_past_ten_utc_in_the_evening).label == "File photo, May 1, 2026"
    with timezone.override("America/New_York"):
        assert caption(taken_on, half_past_ten_utc_in_the_evening).label == ""


def test_the_label_is_written_in_the_publications_language():
    with translation.override("de"):
        assert "30. April 2026" in caption(dt.date(2026, 4, 30)).label


def test_a_draft_is_compared_with_today(time_machine):
    time_machine.move_to("2026-05-31 12:00Z")

    assert caption(dt.date(2026, 4, 30), public_at=None).label == "File photo, April 30, 2026"
    assert caption(dt.date(2026, 5, 1), public_at=None).label == ""


def test_the_caption_written_for_the_story_goes_before_the_photos_own():
    given = caption(None, caption="A bridge.", photographer="Ada Byrne", agency="Harbour Press")
    own = caption(None, own=" The bridge before the flood. ", caption="A bridge.")

    assert (given.text, given.credit) == ("A bridge.", "Ada Byrne / Harbour Press")
    assert (own.text, own.credit) == ("The bridge before the flood.", "")


def test_a_licence_stands_beside_the_name_of_who_gave_it():
    credited = caption(None, photographer="Ada Byrne", licence="CC BY 4.0")
    nobodys = caption(None, licence="CC BY 4.0")

    assert (credited.licence, nobodys.licence) == ("CC BY 4.0", "")


def test_as_text_a_caption_says_that_the_photo_is_old():
    assert str(caption(dt.date(2023, 6, 2), caption="A bridge.")) == "File photo, June 2, 2023. A bridge."
    assert str(caption(None)) == ""
    assert not caption(None)
