"""A part's place says all it is drawn of, so that whoever keeps pages draws it again the same, with nobody there."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from commonpress.changes.parts import leaving_open, part


def draw(word):
    return f"<b>{word} {translation.get_language()} {timezone.get_current_timezone_name()}</b>"


@pytest.fixture
def left():
    return []


def place_of(left, word="meter", *, language="de", zone="Asia/Tokyo"):
    """Have a part leave its place open on a page in this language and zone, and return the place."""
    leaves_open = leaving_open(lambda slot: left.append(slot) or "mark")
    with translation.override(language), timezone.override(ZoneInfo(zone)), leaves_open:
        assert part(draw, word) == "mark"
    return left[-1]


def test_a_part_is_drawn_in_the_words_and_the_zone_of_its_page(left):
    place = place_of(left)

    with translation.override("en"), timezone.override(ZoneInfo("UTC")):
        assert place.html() == "<b>meter de Asia/Tokyo</b>"


def test_a_place_is_the_same_only_where_the_same_is_drawn(left):
    places = [place_of(left), place_of(left, "count"), place_of(left, language="en"), place_of(left, zone="UTC")]

    assert len({*places, place_of(left)}) == 4


def test_a_page_drawn_after_a_kept_one_has_its_parts_in_it(left):
    with pytest.raises(ZeroDivisionError), leaving_open(lambda _slot: "mark"):
        raise ZeroDivisionError

    assert part(draw, "meter").startswith("<b>meter ")
