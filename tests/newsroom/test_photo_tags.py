from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.templatetags.body import columns_of_figures, host
from commonpress.newsroom.templatetags.photos import file_photo_label, picture

pytestmark = pytest.mark.django_db

DRAWN = [
    {"shape": "full", "width": 400, "height": 267, "type": "image/avif", "name": "photos/a.avif"},
    {"shape": "full", "width": 800, "height": 533, "type": "image/avif", "name": "photos/b.avif"},
    {"shape": "full", "width": 1200, "height": 800, "type": "image/jpeg", "name": "photos/c.jpg"},
    {"shape": "wide", "width": 400, "height": 267, "type": "image/jpeg", "name": "photos/d.jpg"},
]


def test_a_photo_is_offered_in_its_drawings_and_as_jpeg_to_old_browsers():
    photo = Photo(alt="The ferry", pictures=DRAWN, width=1600, height=1067)

    assert picture(photo, "100vw", eager=True) == (
        '<picture><source type="image/avif" srcset="/media/photos/a.avif 400w, /media/photos/b.avif 800w" sizes="100vw">'
        '<img src="/media/photos/c.jpg" alt="The ferry" width="1200" height="800" fetchpriority="high" decoding="async">'
        "</picture>"
    )


def test_until_the_drawings_stand_the_jpeg_made_at_upload_is_shown():
    photo = Photo(alt="The ferry", preview_800="photos/p.jpg", width=1600, height=1067)

    assert picture(photo, "100vw") == (
        '<img src="/media/photos/p.jpg" alt="The ferry" width="800" height="534" loading="lazy" decoding="async">'
    )


def test_a_photo_without_any_file_for_readers_is_left_out():
    assert picture(Photo(alt="The ferry", width=1600, height=1067), "100vw") == ""


def test_alternative_text_is_escaped_and_not_read_twice_beside_its_link():
    photo = Photo(alt='"><script>', pictures=DRAWN[3:], width=1, height=1)

    assert 'alt="&quot;&gt;&lt;script&gt;"' in picture(photo, "100vw", "wide")
    assert 'alt=""' in picture(photo, "100vw", "wide", beside_text=True)


@pytest.mark.parametrize(
    ("taken_on", "label"),
    [
        (date(2026, 5, 3), ""),
        (date(2026, 4, 4), ""),  # thirty days before
        (date(2026, 4, 3), "File photo, April 2026"),  # thirty-one
        (date(2023, 5, 4), "File photo, May 2023"),
        (None, ""),
    ],
)
def test_a_photo_taken_more_than_thirty_days_before_the_story_is_a_file_photo(taken_on, label):
    assert file_photo_label(Photo(taken_on=taken_on), date(2026, 5, 4)) == label


def test_the_day_of_the_story_is_the_papers_own():
    """Given a story published at half past two in Tokyo, then its day is not yet over in London."""
    photo, published = Photo(taken_on=date(2026, 4, 3)), datetime(2026, 5, 3, 17, 30, tzinfo=UTC)

    with timezone.override("Europe/London"):
        assert file_photo_label(photo, published) == ""
    with timezone.override("Asia/Tokyo"), translation.override("en"):
        assert file_photo_label(photo, published) == "File photo, April 2026"


def test_columns_of_figures_stand_to_the_right():
    lines = [["2024", "Fares", "−86.8", "", "12 %"], ["2025", "3 boats", "€92.40", "", "9 %"]]

    assert columns_of_figures(lines) == {2, 4}
    assert columns_of_figures([]) == set()


def test_an_embed_names_the_site_it_leads_to():
    assert host("https://www.video.example:8000/watch?v=1") == "video.example"
    assert host("https://a.b.example/") == "a.b.example"
