"""Where a passage stands after its story was changed. Pure; how sentences are found again is in alignment.py."""

import bisect
import hashlib
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, Self

from commonpress.discussion.alignment import COMPARISONS, Alignment, Kept
from commonpress.discussion.sentences import WORD

# The context kept beside a quote: as W3C's TextQuoteSelector is commonly written.
CONTEXT = 32
KEPT_AT_LEAST = 0.6
LIKE_AT_LEAST = 0.8
# A quote as short as this stands in many sentences; in a changed one it is the same only between the same words.
SHORT = 20
NEAR = 24
ENDS = ".!?…。！？\"'”’»)]"


class State(StrEnum):
    INTACT = "intact"
    SHIFTED = "shifted"
    EDITED = "edited"
    MOVED = "moved"
    ORPHANED = "orphaned"


class Anchor(NamedTuple):
    """A passage: from `start` to `end`, in code points of its block's plain text, and what stands there and beside it."""

    block: str
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str

    @classmethod
    def at(cls, block: str, text: str, start: int, end: int) -> Self:
        return cls(block, start, end, text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])

    @classmethod
    def placed(cls, place: str, blocks: Mapping[str, str]) -> Self | None:
        """Return the passage whose `place` this was; None where other words stand there by now, or there is none."""
        block, _, rest = place.partition(".")
        start, _, rest = rest.partition(".")
        end, _, print_ = rest.partition(".")
        text = blocks.get(block)
        if text is None or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (start, end)):
            return None
        anchor = cls.at(block, text, int(start), int(end))
        return anchor if anchor.exact and _print_of(anchor.exact) == print_ else None

    @property
    def place(self) -> str:
        """Where it stands, told so that it is refused once other words stand there."""
        return f"{self.block}.{self.start}.{self.end}.{_print_of(self.exact)}"

    @property
    def before(self) -> str:
        """What stands before it in its line."""
        return self.prefix.rpartition("\n")[2]

    def stands_in(self, blocks: Mapping[str, str]) -> bool:
        """Tell whether the text at its place is the quote."""
        return blocks.get(self.block, "")[self.start : self.end] == self.exact


def _print_of(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def mapped(anchor: Anchor, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[State, Anchor]:
    """Return what became of a passage when its story's blocks changed, and where it stands now.

    An orphaned one comes back as it was.
    """
    return Change(before, after).mapped(anchor)


class Change:
    """An old and a new text, compared once for all passages: plain text by block id, in the story's order."""

    def __init__(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        self.before, self.after = before, after
        self._alignment: Alignment | None = None

    def mapped(self, anchor: Anchor) -> tuple[State, Anchor]:
        text = self.before.get(anchor.block)
        if text is None or not anchor.exact or not anchor.stands_in(self.before):
            return State.ORPHANED, anchor
        if self.after.get(anchor.block) == text:
            return State.INTACT, anchor
        place = self._place_of(anchor)
        if place is None:
            return State.ORPHANED, anchor
        block, start, end = place
        now = Anchor.at(block, self.after[block], start, end)
        if now.exact != anchor.exact:
            return State.EDITED, now
        if block != anchor.block:
            return State.MOVED, now
        return (State.INTACT if start == anchor.start else State.SHIFTED), now

    @property
    def compared(self) -> int:
        """How many words and sentences were looked at beside others, so far; there is a bound to it."""
        return COMPARISONS - max(0, self._alignment.comparisons_left) if self._alignment else 0

    def _place_of(self, anchor: Anchor) -> tuple[str, int, int] | None:
        if self._alignment is None:
            self._alignment = Alignment(self.before, self.after)
        olds, block = self._alignment.old.sentences, self._alignment.old.blocks.get(anchor.block)
        if block is None:
            return None
        starts = [olds[old].start for old in block]
        first = max(0, bisect.bisect_right(starts, anchor.start) - 1)
        last = next((place for place in range(first, len(starts)) if starts[place] >= anchor.end), len(starts))
        is_changed = not all(self._alignment.is_whole(old) for old in block[first:last])
        # With the sentences beside it, which say whether the words around a short quote were kept.
        around = block[max(0, first - is_changed) : last + is_changed]
        kept = [run for old in around for run in self._alignment.kept_of(old)]
        runs = self._joined(kept, self.before[anchor.block])
        inside = _in_one_place([one for run in runs if (one := _cut(run, anchor.start, anchor.end))])
        if not inside:
            return None
        is_short = is_changed and len(anchor.exact) <= SHORT
        if is_short and not self._stands_between_the_same(anchor, runs, inside):
            return None
        return self._judged(anchor, inside)

    def _joined(self, kept: list[Kept], text: str) -> list[Kept]:
        """Join runs with nothing but the same space between them before and after."""
        joined: list[Kept] = []
        for run in kept:
            if joined and joined[-1].block == run.block:
                last = joined[-1]
                old_gap, new_gap = run.old - last.old - last.length, run.new - last.new - last.length
                between = text[last.old + last.length : run.old]
                if (
                    old_gap == new_gap >= 0
                    and not between.strip()
                    and between == self.after[run.block][last.new + last.length : run.new]
                ):
                    joined[-1] = last._replace(length=run.old + run.length - last.old)
                    continue
            joined.append(run)
        return joined

    def _stands_between_the_same(self, anchor: Anchor, runs: list[Kept], inside: list[Kept]) -> bool:
        """Tell whether what is kept of a short quote stands where it stood: with the word beside it, or at the end of
        a sentence as before, on one side, and near something that was kept on the other.
        """
        text, new_text = self.before[anchor.block], self.after[inside[0].block]
        first, last = inside[0], inside[-1]
        stop, new_stop = last.old + last.length, last.new + last.length
        runs = [run for run in runs if run.block == first.block]
        here = next((run for run in runs if run.old <= first.old < run.old + run.length), first)
        there = next((run for run in runs if run.old < stop <= run.old + run.length), last)
        is_left_same = bool(WORD.search(text, here.old, first.old)) or (
            _begins_sentence(text, first.old) and _begins_sentence(new_text, first.new)
        )
        is_right_same = bool(WORD.search(text, stop, there.old + there.length)) or (
            _ends_sentence(text, stop) and _ends_sentence(new_text, new_stop)
        )
        is_left_near = is_left_same or any(
            0 <= here.old - run.old - run.length <= NEAR and 0 <= here.new - run.new - run.length <= NEAR
            for run in runs
        )
        is_right_near = is_right_same or any(
            0 <= run.old - there.old - there.length <= NEAR and 0 <= run.new - there.new - there.length <= NEAR
            for run in runs
        )
        return (is_left_same or is_right_same) and is_left_near and is_right_near

    def _judged(self, anchor: Anchor, inside: list[Kept]) -> tuple[str, int, int] | None:
        block = inside[0].block
        text = self.after[block]
        old_text = self.before[anchor.block]
        start, end = inside[0].new, inside[-1].new + inside[-1].length
        # The first or last word was changed: it belongs to the passage as a whole.
        if inside[0].old > anchor.start:
            start = _word_start(text, start)
        if inside[-1].old + inside[-1].length < anchor.end:
            end = _word_end(text, end)
        start, end = _whole_letters(text, start, end)
        kept = sum(_weight(old_text[run.old : run.old + run.length]) for run in inside)
        was, now = _weight(anchor.exact), _weight(text[start:end])
        if not was or kept / was < KEPT_AT_LEAST or 2 * kept / (was + now) < LIKE_AT_LEAST:
            return None
        return block, start, end


def _cut(run: Kept, start: int, end: int) -> Kept | None:
    """Return what of a run lies in the quote."""
    first, last = max(run.old, start), min(run.old + run.length, end)
    return Kept(first, run.block, run.new + first - run.old, last - first) if first < last else None


def _in_one_place(runs: list[Kept]) -> list[Kept]:
    """Return the runs that still stand one after the other in one block, as much of them as possible."""
    best: list[tuple[int, list[Kept]]] = []
    for run in runs:
        before = [
            (weight, chain)
            for weight, chain in best
            if chain[-1].block == run.block and chain[-1].new + chain[-1].length <= run.new
        ]
        weight, chain = max(before, key=lambda one: one[0], default=(0, []))
        best.append((weight + run.length, [*chain, run]))
    return max(best, key=lambda one: one[0], default=(0, []))[1]


def _begins_sentence(text: str, at: int) -> bool:
    return not text[:at].strip() or text[:at].rstrip()[-1] in ENDS


def _ends_sentence(text: str, at: int) -> bool:
    return at == len(text) or (text[at - 1] in ENDS and text[at].isspace())


def _weight(text: str) -> int:
    return sum(1 for character in text if not character.isspace())


def _word_start(text: str, at: int) -> int:
    while at > 0 and text[at - 1].isalnum() and text[at : at + 1].isalnum():
        at -= 1
    return at


def _word_end(text: str, at: int) -> int:
    while at < len(text) and text[at].isalnum() and text[at - 1].isalnum():
        at += 1
    return at


def _whole_letters(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place widened so that no letter is parted from its marks."""
    while start > 0 and start < len(text) and unicodedata.combining(text[start]):
        start -= 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return start, end
