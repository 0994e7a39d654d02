"""What readers are told is what differs, and nothing else."""

import pytest

from commonpress.live.figures import LONGEST, beginning, difference


def figures(*comments, **others):
    return {"count": len(comments), "comments": [list(one) for one in comments], **others}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        # Nothing has changed.
        (figures(("a", 1)), figures(("a", 1)), {}),
        # A comment came, the first one or another.
        (figures(), figures(("a", 0)), {"count": 1, "new": ["a"]}),
        (figures(("a", 1)), figures(("b", 0), ("a", 1)), {"count": 2, "new": ["b"]}),
        # A comment that waited for a moderator stands among older ones.
        (figures(("c", 0), ("a", 0)), figures(("c", 0), ("b", 0), ("a", 0)), {"count": 3, "new": ["b"]}),
        # Comments were removed, one that was announced a moment ago among them.
        (figures(("b", 0), ("a", 1)), figures(("a", 1)), {"count": 1, "gone": ["b"]}),
        (figures(("a", 1)), figures(), {"count": 0, "gone": ["a"]}),
        # Votes.
        (figures(("b", 0), ("a", 1)), figures(("b", -1), ("a", 1)), {"scores": {"b": -1}}),
        # Figures that are no comments.
        ({"gifts": 1, "text": "x"}, {"gifts": 2, "text": "x"}, {"gifts": 2}),
        ({}, {"gifts": 2}, {"gifts": 2}),
    ],
)
def test_what_is_told_is_what_differs(before, after, told):
    assert difference(before, after) == told


def full(first):
    return [(f"c{number}", 0) for number in range(first, first - LONGEST, -1)]


def test_the_oldest_that_falls_off_a_full_list_has_not_gone():
    told = difference({"comments": full(500)}, {"comments": full(502)})

    assert told == {"new": ["c502", "c501"]}


def test_an_older_one_that_comes_in_for_one_that_went_is_not_new():
    after = [one for one in full(500) if one[0] != "c400"] + [("c250", 0)]

    told = difference({"comments": full(500)}, {"comments": after})

    assert told == {"gone": ["c400"]}


def test_a_list_that_is_all_new_is_told_whole():
    told = difference({"comments": full(500)}, {"comments": full(900)})

    assert (len(told["new"]), "gone" in told) == (LONGEST, True)


def test_who_begins_to_listen_is_told_the_newest_id_and_no_other():
    assert beginning(figures(("b", 0), ("a", 1), says="2 comments")) == {
        "count": 2,
        "says": "2 comments",
        "newest": "b",
    }
    assert beginning(figures()) == {"count": 0, "newest": None}
    assert beginning({"gifts": 2}) == {"gifts": 2}
