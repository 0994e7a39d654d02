"""Passages keep their place when a story is revised, and never take a look-alike's."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpress.discussion.anchors import Anchor, Change, State, mapped
from tests.discussion.revisions import letters_of, pair, standing

PAIRS = 1200
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.lists(
    st.sampled_from(["The city paid 4 million.", "The city paid 5 million.", "No.", "He ran", "é", "\n", "🚇🏽"]),
    max_size=8,
).map(" ".join)


def nfd(text):
    return unicodedata.normalize("NFD", text)


def anchor_of(quote, text, block="a"):
    start = text.index(quote)
    return Anchor.at(block, text, start, start + len(quote))


def test_of_the_passages_that_still_stand_99_in_100_are_found_and_none_at_a_wrong_place():
    standing_count, missed, wrong = 0, 0, []

    for seed in range(PAIRS):
        revision = pair(seed)
        change = Change(revision.before, revision.after)
        for block, start, end in revision.anchors:
            state, now = change.mapped(Anchor.at(block, revision.before[block], start, end))
            stands, letters = standing(revision, block, start, end)
            standing_count += stands
            if state is State.ORPHANED:
                missed += stands
                continue
            found = {(now.block, at) for at in letters_of(revision.after[now.block], now.start, now.end)}
            mine = len(found & letters)
            if mine < len(found) / 2 or mine < min(len(letters), end - start) / 2:
                wrong.append((seed, block, start, end))

    assert wrong == []
    assert standing_count > 6000
    assert missed <= standing_count / 100


@pytest.mark.parametrize(
    ("before", "quote", "after", "state", "exact"),
    [
        ("He ran home. It rained.", "It rained.", "He ran home. It rained.", "intact", "It rained."),
        ("He ran home. It rained.", "It rained.", "At noon he ran home. It rained.", "shifted", "It rained."),
        ("It rained all day. He ran.", "He ran.", "It rained all day. He ran. She sat.", "intact", "He ran."),
        (
            "The city paid 4 million euros for it. Nobody knew.",
            "paid 4 million euros",
            "The city paid 6 million euros for it. Nobody knew.",
            "edited",
            "paid 6 million euros",
        ),
        (
            "The mayor recieved the letter on Monday.",
            "recieved the letter",
            "The mayor received the letter on Monday.",
            "edited",
            "received the letter",
        ),
        (
            "The city paid 4 million euros. The city paid 5 million euros.",
            "The city paid 4 million euros.",
            "The city paid 5 million euros.",
            "orphaned",
            "The city paid 4 million euros.",
        ),
        (
            "They met. The city paid 4 million euros. They parted. The city paid 5 million euros. They left.",
            "The city paid 5 million euros.",
            "They met. The city paid 4 million euros. They parted. They left.",
            "orphaned",
            "The city paid 5 million euros.",
        ),
    ],
)
def test_a_passage_is_followed_through_one_change(before, quote, after, state, exact):
    became, now = mapped(anchor_of(quote, before), {"a": before}, {"a": after})

    assert (became, now.exact) == (state, exact)


def test_a_passage_moves_with_its_sentence_into_another_block():
    before = {"a": "The first of all sentences stands here. The second one is moved away.", "b": "Another paragraph."}
    after = {"a": "The first of all sentences stands here.", "b": "Another paragraph. The second one is moved away."}

    state, now = mapped(anchor_of("second one", before["a"]), before, after)

    assert (state, now.block, now.start, now.exact) == (State.MOVED, "b", 23, "second one")


def test_a_passage_in_a_block_that_was_pasted_anew_is_found():
    text = "The first of all sentences stands here. No."

    state, now = mapped(anchor_of("No.", text), {"a": text}, {"z": text})

    assert (state, now.block, now.exact) == (State.MOVED, "z", "No.")


def test_a_passage_is_not_given_to_one_of_two_twins():
    before = {
        "a": "They met. It was a very long day for all of them. It was a very long day for all of them. They left."
    }
    after = {"a": "They met. It was a very long day for all of them. They left."}

    state, _now = mapped(anchor_of("a very long day", before["a"]), before, after)

    assert state is State.ORPHANED


def test_a_passage_never_parts_a_letter_from_its_marks():
    before = nfd("Er fährt über die Brücke, sagte er dem Büro.")
    after = before.replace(nfd("Brücke,"), nfd("Brücken ü"))

    state, now = mapped(anchor_of(nfd("über die Brücke,"), before), {"a": before}, {"a": after})

    assert state is State.EDITED
    assert not unicodedata.combining(now.exact[0])
    assert not unicodedata.combining((after + " ")[now.end])


def test_what_does_not_stand_where_it_is_said_to_is_orphaned():
    anchor = Anchor("a", 0, 4, "That", "", "")

    assert mapped(anchor, {"a": "This is so."}, {"a": "This is so."}) == (State.ORPHANED, anchor)
    assert mapped(anchor, {}, {"a": "That is so."}) == (State.ORPHANED, anchor)


def test_where_everything_was_rewritten_nothing_is_sought_for_long():
    before = {"a": " ".join(pair(seed).before["b0"] for seed in range(120))}
    after = {"a": " ".join(word for word in before["a"].split() if len(word) % 2)}
    change = Change(before, after)

    states = {
        change.mapped(Anchor.at("a", before["a"], start, start + 80))[0]
        for start in range(0, len(before["a"]) - 80, 400)
    }

    assert states <= {State.ORPHANED, State.EDITED, State.SHIFTED}
    assert change.compared <= 1_000_000


def test_a_sentence_that_is_said_again_and_again_is_looked_at_as_often_as_it_is_said():
    looked_at = []

    for count in (200, 400):
        before = "Applause. " * count + "The last sentence of them all is here now."
        after = "Applause. " * count + "The last sentence of them all was here then."
        change = Change({"a": before}, {"a": after})
        states = [change.mapped(Anchor.at("a", before, 10 * place, 10 * place + 9))[0] for place in range(count)]
        looked_at.append(change.compared)
        assert states == [State.INTACT] * count

    assert looked_at[1] < 2.5 * looked_at[0]


@pytest.mark.parametrize(("comparisons", "state"), [(1_000, State.MOVED), (1, State.ORPHANED)])
def test_what_was_moved_is_not_followed_where_copies_of_it_are_not_sought_any_more(monkeypatch, comparisons, state):
    monkeypatch.setattr("commonpress.discussion.alignment.COMPARISONS", comparisons)
    before = {"a": "The first of all sentences stands here. The second one is moved away.", "b": "Another paragraph."}
    after = {"a": "The first of all sentences stands here.", "b": "Another paragraph. The second one is moved away."}

    assert mapped(anchor_of("second one", before["a"]), before, after)[0] is state


@given(st.dictionaries(st.sampled_from("abc"), TEXTS, min_size=1), st.data())
def test_what_did_not_change_stays_where_it_is(blocks, data):
    anchor = data.draw(anchors_in(blocks))

    assert mapped(anchor, blocks, blocks) == (State.INTACT if anchor.exact else State.ORPHANED, anchor)


@given(
    st.dictionaries(st.sampled_from("abc"), TEXTS, min_size=1),
    st.dictionaries(st.sampled_from("abc"), TEXTS),
    st.data(),
)
def test_a_passage_that_is_found_says_what_stands_there(before, after, data):
    state, now = mapped(data.draw(anchors_in(before)), before, after)

    if state is not State.ORPHANED:
        assert Anchor.at(now.block, after[now.block], now.start, now.end) == now
        assert now.exact


@st.composite
def anchors_in(draw, blocks):
    block = draw(st.sampled_from(sorted(blocks)))
    start = draw(st.integers(0, len(blocks[block])))
    end = draw(st.integers(start, len(blocks[block])))
    return Anchor.at(block, blocks[block], start, end)
