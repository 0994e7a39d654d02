import datetime as dt
import re
from collections import Counter

import pytest

from commonpress.demo.dates import dated
from commonpress.demo.pictures.draw import SCENES
from commonpress.demo.pictures.plans import LEVY_YEARS
from commonpress.demo.talk import spoken, talk
from commonpress.demo.texts import CONTENT, blocks, table, texts
from commonpress.newsroom.blocks import body_blocks

DAY = dt.date(2026, 11, 20)
ADDRESS = re.compile(r"(?:https?://|@)(\w[\w-]*(?:\.\w[\w-]*)+)")
SHORT = {"library-opens-on-sundays", "mussel-beds-open-again"}
LONG = {"where-the-long-arm-levy-went"}


class AnyKey(dict):
    def __missing__(self, key):
        return 1


def blocks_of(text):
    return blocks(text.body, day=DAY, photos=AnyKey(), stories=AnyKey())


def test_the_stories_are_of_believable_length():
    lengths = {story.slug: story.words() for story in texts("stories") if story.head.get("state") != "draft"}

    ordinary = {slug: words for slug, words in lengths.items() if slug not in SHORT | LONG}
    assert len(lengths) == 13
    assert all(600 <= words <= 1_400 for words in ordinary.values()), ordinary
    assert all(lengths[slug] < 300 for slug in SHORT)
    assert all(lengths[slug] > 1_600 for slug in LONG)


def test_every_kind_of_block_is_used_somewhere():
    used = {kind for story in texts("stories") for kind, _ in blocks_of(story)}

    assert used == {name for name, _ in body_blocks}


def test_one_story_is_corrected_one_scheduled_and_one_a_draft():
    heads = [story.head for story in texts("stories")]

    assert Counter(head.get("state", "public") for head in heads) == {"public": 12, "scheduled": 1, "draft": 1}
    assert [head["slug"] for head in heads if "corrected" in head] == ["mussel-beds-open-again"]


@pytest.mark.parametrize("path", sorted(CONTENT.rglob("*.*")), ids=lambda path: path.name)
def test_addresses_are_reserved_for_examples(path):
    hosts = ADDRESS.findall(path.read_text(encoding="utf-8"))

    assert [host for host in hosts if not re.search(r"(^|\.)example(\.(org|net|com))?$", host)] == []


def test_each_drawing_is_described_and_each_description_drawn():
    described = table("pictures.toml")

    assert described.keys() == SCENES.keys()
    assert all(30 < len(about["alt"]) <= 300 for about in described.values())


def test_the_levys_table_says_what_its_chart_shows():
    story = next(story for story in texts("stories") if story.slug == "where-the-long-arm-levy-went")
    rows = next(value["rows"] for kind, value in blocks_of(story) if kind == "table").split("\n")[1:-1]

    assert [tuple(int(cell) for cell in row.split("|")) for row in rows] == [
        (year, raised, wall, raised - wall) for year, (raised, wall) in enumerate(LEVY_YEARS, start=1)
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{day -3}", "17 November"),
        ("{weekday}", "Friday"),
        ("{weekday +1 wd}", "Friday"),
        ("{full -2 mon}", "Monday, 16 November 2026"),
        ("{monthyear +4m}", "March 2027"),
        ("{year -9y}", "2017"),
        ("no date", "no date"),
    ],
)
def test_dates_are_reckoned_from_the_day_of_the_story(written, read):
    assert dated(written, DAY) == read


def test_a_date_of_no_known_form_is_refused():
    with pytest.raises(KeyError):
        dated("{fortnight -3}", DAY)


def test_no_date_is_left_unreckoned():
    for text in [*texts("stories"), *texts("pages")]:
        assert "{" not in dated(text.body + str(text.head), DAY).replace(str(text.head), "").replace("{'", "")


def test_a_discussion_is_read_with_its_writers_votes_and_states():
    said = spoken("* Marj from N ^4 v1\nOne.\n\n** ^2\nTwo.\n\n*** =nell [held]\nThree.\n\n* [removed: rude]\nFour.\n")

    assert [(one.writer, one.text, one.answers, one.ups, one.downs) for one in said] == [
        ("Marj from N", "One.", None, 4, 1),
        ("", "Two.", 0, 2, 0),
        ("=nell", "Three.", 1, 0, 0),
        ("", "Four.", None, 0, 0),
    ]
    assert [one.is_held for one in said] == [False, False, True, False]
    assert [one.removed_because for one in said] == ["", "", "", "rude"]


def test_a_reply_to_nobody_is_refused():
    with pytest.raises(ValueError, match="answers nobody"):
        spoken("* One\nOne.\n\n*** Three\nThree.\n")


def test_readers_say_different_things():
    every = [one.text for story in texts("stories") for one in talk(story.slug)]

    assert len(set(every)) == len(every)
