"""Which words of a story's new text are those of the old, found for one sentence at a time. Pure.

Sentences that stand unchanged are matched first, by their words and then by their neighbours (Heckel, CACM 21 (1978),
p. 264); so a look-alike that is still there is never taken for one that was changed. A sentence that was changed is
sought only between the neighbours it had. Where two places are as good, or two old sentences have the same claim to
one place, there is none: nothing is guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from commonpress.discussion.likeness import Found, Seeker, Words, shared_ends
from commonpress.discussion.sentences import Text, Word

# What is as like to one place as to another, within this, is at neither.
MARGIN = 0.1
# How much of a changed sentence, of 1, must be found again for it to be the same one.
LIKE_ENOUGH = 0.6
# Shorter sentences ("He agreed.") are the same only where a neighbour is too.
TELLING_LENGTH = 25
# About a second, where a book is rewritten; what is left then is not sought.
COMPARISONS = 1_000_000


class Kept(NamedTuple):
    """A run of characters that stands in the old text and in the new."""

    old: int
    block: str
    new: int
    length: int


class Alignment:
    """An old text and a new, and where each old sentence stands now."""

    def __init__(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        self.old, self.new = Text(before), Text(after)
        self.to_new: dict[int, int] = {}
        self.to_old: dict[int, int] = {}
        self._seeker = Seeker(COMPARISONS)
        self._kept: dict[int, list[Kept]] = {}
        self._between: dict[tuple[str, int | None, int | None], list[range]] = {}
        self._match_blocks(before, after)
        self._settle()
        self._match_telling()
        self._settle()
        self._left = _nearest(range(len(self.old.sentences)), self.to_new)
        self._right = _nearest(range(len(self.old.sentences))[::-1], self.to_new)

    def kept_of(self, old: int) -> list[Kept]:
        """Return what is kept of an old sentence, in its order; nothing where it is gone or cannot be told."""
        if old not in self._kept:
            self._kept[old] = self._find(old)
        return self._kept[old]

    def is_whole(self, old: int) -> bool:
        """Tell whether an old sentence stands unchanged."""
        return old in self.to_new

    @property
    def comparisons_left(self) -> int:
        return self._seeker.left

    @property
    def _is_worn_out(self) -> bool:
        """Tell whether no more is compared, so that what would have shown that something is a copy was not seen."""
        return self._seeker.left <= 0

    def _match(self, old: int, new: int) -> None:
        self.to_new[old] = new
        self.to_old[new] = old

    def _match_blocks(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Match the sentences of blocks that did not change."""
        for block, olds in self.old.blocks.items():
            if after.get(block) == before[block]:
                for old, new in zip(olds, self.new.blocks[block], strict=True):
                    self._match(old, new)

    def _match_telling(self) -> None:
        """Match sentences that are longer than what is said again and again, and there once before and after."""
        new_at = {sentence.text: new for new, sentence in enumerate(self.new.sentences)}
        for old, sentence in enumerate(self.old.sentences):
            text = sentence.text
            is_telling = len(text) >= TELLING_LENGTH and self.old.counts[text] == self.new.counts[text] == 1
            if is_telling and old not in self.to_new:
                self._match(old, new_at[text])

    def _settle(self) -> None:
        while not self._is_worn_out and (self._match_between() or self._match_neighbours()):
            pass

    def _match_between(self) -> bool:
        """Match sentences that stand once between two matches in a block, before and after; tell whether any did."""
        found = False
        for block, olds in self.old.blocks.items():
            if block not in self.new.blocks:
                continue
            news = self.new.blocks[block]
            self._seeker.left -= len(olds) + len(news)
            fixed = [(olds.start - 1, news.start - 1), *self._forward(olds, news), (olds.stop, news.stop)]
            for (left, new_left), (right, new_right) in pairwise(fixed):
                found = self._match_once(range(left + 1, right), range(new_left + 1, new_right)) or found
        return found

    def _forward(self, olds: range, news: range) -> list[tuple[int, int]]:
        """Return the matches within a block that none of its other matches was moved across."""
        matches = [(old, self.to_new[old]) for old in olds if self.to_new.get(old, -1) in news]
        highest, lowest = news.start - 1, news.stop
        after_all = []
        for old, new in matches:
            after_all.append((old, new, new > highest))
            highest = max(highest, new)
        forward = []
        for old, new, is_after in reversed(after_all):
            if is_after and new < lowest:
                forward.append((old, new))
            lowest = min(lowest, new)
        return forward[::-1]

    def _match_once(self, olds: range, news: range) -> bool:
        if not olds or not news:
            return False
        at_old, at_new = self.old.unmatched(olds, self.to_new), self.new.unmatched(news, self.to_old)
        found = [
            (places[0], at_new[text][0])
            for text, places in at_old.items()
            if len(places) == 1
            and len(at_new.get(text, ())) == 1
            # Of twins of which one is gone, what stands here may be the other, moved.
            and self.old.counts[text] <= self.new.counts[text]
        ]
        for old, new in found:
            self._match(old, new)
        return bool(found)

    def _match_neighbours(self) -> bool:
        """Match same sentences beside matched ones, and go on beside these; tell whether any were."""
        claims: dict[int, set[int]] = {}
        found = False
        near = [old for old in range(len(self.old.sentences)) if old not in self.to_new]
        while near:
            self._seeker.left -= len(near)
            certain: dict[int, int] = {}
            for old in near:
                text = self.old.sentences[old].text
                sides = [new for new in (self._after_left(old), self._before_right(old)) if self._says(new, text)]
                for new in sides:
                    claims.setdefault(new, set()).add(old)
                # Of twins of which one is gone, one neighbour does not tell which.
                is_one_gone = self.old.counts[text] > self.new.counts[text]
                if len(set(sides)) == 1 and (len(sides) == 2 or not is_one_gone):
                    certain[old] = sides[0]
            matched = [(old, new) for old, new in certain.items() if claims[new] == {old}]
            for old, new in matched:
                self._match(old, new)
            found = found or bool(matched)
            beside = {near for old, _new in matched for near in (old - 1, old + 1)}
            near = sorted(old for old in beside if 0 <= old < len(self.old.sentences) and old not in self.to_new)
        return found

    def _says(self, new: int, text: str) -> bool:
        return 0 <= new < len(self.new.sentences) and new not in self.to_old and self.new.sentences[new].text == text

    def _after_left(self, old: int) -> int:
        """Return the new sentence that stands after the match of the one before; -1 for none."""
        block = self.old.sentences[old].block
        if old == self.old.blocks[block].start and block in self.new.blocks:
            return self.new.blocks[block].start
        return self.to_new.get(old - 1, -2) + 1

    def _before_right(self, old: int) -> int:
        block = self.old.sentences[old].block
        if old == self.old.blocks[block].stop - 1 and block in self.new.blocks:
            return self.new.blocks[block].stop - 1
        return self.to_new.get(old + 1, 0) - 1

    def _find(self, old: int) -> list[Kept]:
        sentence, sought = self.old.sentences[old], self.old.words(old)
        if old in self.to_new:
            new = self.new.sentences[self.to_new[old]]
            if new.block != sentence.block and (self._stands_elsewhere(old) or self._is_worn_out):
                return []
            return [Kept(sentence.start, new.block, new.start, len(sentence.text))]
        found = [
            (one, there.words)
            for there in map(self.new.stretch, self._between_neighbours(old))
            for one in self._seek(sought, there)
        ]
        found.sort(key=lambda one: -one[0].likeness)
        if not found or found[0][0].likeness < LIKE_ENOUGH:
            return []
        best, there = found[0]
        if len(found) > 1 and best.likeness - found[1][0].likeness < MARGIN:
            return []
        if self._is_claimed_by_another(old, there[best.start : best.end], best.likeness) or self._is_worn_out:
            return []
        return list(_runs(sought, there, best.pairs))

    def _seek(self, sought: Sequence[Word], there: Words) -> list[Found]:
        return self._seeker.seek([word.text for word in sought], there)

    def _between_neighbours(self, old: int) -> list[range]:
        """Return the new sentences, block by block, where a changed one stood: after its left neighbour, before its right."""
        block = self.old.sentences[old].block
        within = self.old.blocks[block] if block in self.new.blocks else range(len(self.old.sentences))
        left, right = self._left[old], self._right[old]
        left = left if left is not None and left in within else None
        right = right if right is not None and right in within else None
        if (block, left, right) not in self._between:
            self._between[block, left, right] = list(self._runs_between(block, left, right))
        return self._between[block, left, right]

    def _runs_between(self, block: str, left: int | None, right: int | None) -> Iterator[range]:
        stands = block in self.new.blocks
        runs: set[tuple[int, int]] = set()
        if left is not None:
            near = self.to_new[left]
            runs.add(self._run_from(near + 1, {block, self.new.sentences[near].block}))
        elif stands:
            runs.add(self._run_from(self.new.blocks[block].start, {block}))
        if right is not None:
            near = self.to_new[right]
            runs.add(self._run_to(near, {block, self.new.sentences[near].block}))
        elif stands:
            runs.add(self._run_to(self.new.blocks[block].stop, {block}))
        # Two runs overlap only where one is the other's beginning or end, and is then part of it.
        whole = [run for run in runs if not any(run != one and one[0] <= run[0] and run[1] <= one[1] for one in runs)]
        for start, stop in sorted(whole):
            for _block, run in groupby(range(start, stop), key=lambda new: self.new.sentences[new].block):
                first, *rest = run
                yield range(first, (rest or [first])[-1] + 1)

    def _run_from(self, new: int, blocks: set[str]) -> tuple[int, int]:
        stop = new
        while stop < len(self.new.sentences) and stop not in self.to_old and self._may_hold(stop, blocks):
            stop += 1
        return new, stop

    def _run_to(self, new: int, blocks: set[str]) -> tuple[int, int]:
        start = new
        while start > 0 and start - 1 not in self.to_old and self._may_hold(start - 1, blocks):
            start -= 1
        return start, new

    def _may_hold(self, new: int, blocks: set[str]) -> bool:
        """Tell whether a place is in a neighbour's block or the sentence's own, or in one that is new."""
        block = self.new.sentences[new].block
        return block in blocks or block not in self.old.blocks

    def _stands_elsewhere(self, old: int) -> bool:
        """Tell whether there is new text as like to a sentence that was moved, or some like it where that stood.

        Then what was moved may be a copy.
        """
        sought = self.old.words(old)
        places = [
            (self.new.stretch(range(new, new + 1)), 1 - MARGIN)
            for new in self.new.may_be_like(sought, 1 - MARGIN)
            if new not in self.to_old
        ]
        places += [(self.new.stretch(run), LIKE_ENOUGH) for run in self._between_neighbours(old)]
        return any(
            found.likeness > least
            and not self._is_claimed_by_another(old, there.words[found.start : found.end], found.likeness)
            for there, least in places
            for found in self._seek(sought, there)
        )

    def _is_claimed_by_another(self, old: int, place: Sequence[Word], likeness: float) -> bool:
        """Tell whether a place is as like to another sentence that was changed beside it, or more like any other.

        Then it may be a copy of that.
        """
        news = [
            new
            for new in self.new.blocks[place[0].block]
            if self.new.sentences[new].start <= place[-1].start and place[0].start < self.new.sentences[new].end
        ]
        whole = self.new.stretch(range(news[0], news[-1] + 1))
        first, last = whole.words.index(place[0]), whole.words.index(place[-1])
        for rival in self.old.may_be_like(whole.words, likeness - MARGIN):
            if rival == old:
                continue
            is_beside = rival not in self.to_new and any(news[0] in run for run in self._between_neighbours(rival))
            least = likeness - MARGIN if is_beside else min(likeness, 1 - MARGIN / 100) + MARGIN / 200
            if any(
                found.likeness > least and found.start <= last and first < found.end
                for found in self._seek(self.old.words(rival), whole)
            ):
                return True
        return False


def _nearest(olds: range, matched: Mapping[int, int]) -> dict[int, int | None]:
    """Return of each sentence the last matched one on the way to it."""
    nearest: dict[int, int | None] = {}
    last = None
    for old in olds:
        nearest[old] = last
        last = old if old in matched else last
    return nearest


def _runs(sought: Sequence[Word], there: Sequence[Word], pairs: list[tuple[int, int]]) -> Iterator[Kept]:
    for old, new in pairs:
        one, other = sought[old], there[new]
        if one.text == other.text:
            yield Kept(one.start, other.block, other.start, len(one.text))
            continue
        head, tail = shared_ends(one.text, other.text)
        if head:
            yield Kept(one.start, other.block, other.start, head)
        if tail:
            yield Kept(one.start + len(one.text) - tail, other.block, other.start + len(other.text) - tail, tail)
