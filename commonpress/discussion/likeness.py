"""How like some words are to others, and where in a longer text they are most like. Pure."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

# So many words are compared with a sentence as they are; of more, only the places that share its rarer words.
COMPARED_WHOLE = 400
RARE = 20
PLACES = 4


class Found(NamedTuple):
    """A place in other words, from `start` to `end`; which words are the same, the old first; likeness is 1 for all."""

    likeness: float
    start: int
    end: int
    pairs: list[tuple[int, int]]


class Words:
    """Words in a row, and where in it each of them stands."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    @cached_property
    def places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, word in enumerate(self.texts):
            places.setdefault(word, []).append(place)
        return places


class Seeker:
    """Seeks words in others, until it has compared as many as it may: whoever rewrites a book keeps nobody waiting."""

    def __init__(self, comparisons: int) -> None:
        self.left = comparisons

    def seek(self, sought: Sequence[str], there: Words) -> list[Found]:
        """Return the place most like some words, and the next best that does not overlap it."""
        found: list[Found] = []
        for start, stop in _windows(sought, there) if self.left > 0 else ():
            self.left -= len(sought) * (stop - start)
            if self.left < 0:
                return []
            for one in _fit(sought, there.texts[start:stop]):
                pairs = [(old, new + start) for old, new in one.pairs]
                found.append(Found(one.likeness, one.start + start, one.end + start, pairs))
        found.sort(key=lambda one: (-one.likeness, one.start))
        best = found[:1]
        return best + [one for one in found[1:] if one.end <= best[0].start or one.start >= best[0].end][:1]


def _windows(sought: Sequence[str], there: Words) -> list[tuple[int, int]]:
    """Return which stretches to compare: all of it or, where that is long, those that share the rarer words."""
    width = len(there.texts)
    if width <= COMPARED_WHOLE:
        return [(0, width)] if width else []
    size = max(len(sought), 8)
    votes: Counter[int] = Counter()
    for place, word in enumerate(sought):
        at = there.places.get(word, [])
        if len(at) <= RARE:
            votes.update({(near - place) // size for near in at})
    best = sorted(votes, key=lambda bucket: (-votes[bucket], bucket))[:PLACES]
    return [(max(0, (bucket - 1) * size), min(width, (bucket + 3) * size)) for bucket in best]


def _fit(sought: Sequence[str], there: Sequence[str]) -> list[Found]:
    """Return the best and the second place of some words in others: Sellers' algorithm, where a letter costs one.

    Source: Sellers, J. Algorithms 1 (1980), p. 359.
    """
    width = len(there)
    sizes = [len(word) for word in there]
    costs = [0] * (width + 1)
    starts = list(range(width + 1))
    ways: list[bytearray] = []
    for word in sought:
        size = len(word)
        row, begun, way = [costs[0] + size], [starts[0]], bytearray(width + 1)
        for place, other in enumerate(there):
            # Asked here as well: nearly all pairs share nothing, and a call costs as much as all the rest.
            may_share = word[0] == other[0] or word[-1] == other[-1]
            shared = common(word, other) if may_share else 0
            both = costs[place] + size + sizes[place] - 2 * shared
            left_out, put_in = costs[place + 1] + size, row[place] + sizes[place]
            if both <= left_out and both <= put_in:
                row.append(both)
                begun.append(starts[place])
            elif left_out <= put_in:
                row.append(left_out)
                begun.append(starts[place + 1])
                way[place + 1] = 1
            else:
                row.append(put_in)
                begun.append(begun[place])
                way[place + 1] = 2
        costs, starts = row, begun
        ways.append(way)
    total = sum(len(word) for word in sought)
    lengths = [0]
    for size in sizes:
        lengths.append(lengths[-1] + size)
    likeness = [1 - costs[end] / (total + lengths[end] - lengths[starts[end]]) for end in range(width + 1)]
    ends = sorted(range(width + 1), key=lambda end: (-likeness[end], end))
    best = ends[0]
    second = next((end for end in ends if end <= starts[best] or starts[end] >= best), None)
    return [
        Found(likeness[end], starts[end], end, _trace(ways, end, sought, there))
        for end in (best, second)
        if end is not None
    ]


def _trace(ways: list[bytearray], end: int, sought: Sequence[str], there: Sequence[str]) -> list[tuple[int, int]]:
    pairs = []
    old, new = len(ways), end
    while old:
        way = ways[old - 1][new] if new else 1
        if way == 0:
            old, new = old - 1, new - 1
            if common(sought[old], there[new]):
                pairs.append((old, new))
        elif way == 1:
            old -= 1
        else:
            new -= 1
    return pairs[::-1]


def common(one: str, other: str) -> int:
    """Return how many letters two words share at their ends, where these are most of both: a slip of the pen."""
    if one == other:
        return len(one)
    if one[0] != other[0] and one[-1] != other[-1]:
        return 0
    longer = max(len(one), len(other))
    head, tail = shared_ends(one, other)
    return head + tail if longer >= 4 and 2 * (head + tail) >= longer else 0


def shared_ends(one: str, other: str) -> tuple[int, int]:
    """Return how many letters two words share at the beginning, and at the end of what is left."""
    shorter = min(len(one), len(other))
    head = 0
    while head < shorter and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < shorter - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return head, tail
