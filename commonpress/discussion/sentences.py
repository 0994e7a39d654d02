"""A story's sentences, and the words of each. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from commonpress.discussion.likeness import Words

# A slip of the pen makes another word of one; so a little is allowed where words are counted in any order.
SLIP = 0.2

SENTENCE = re.compile(r"\S(?:[^\n]*?(?:[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]|(?=\n)|\Z))")
MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0900-\u0903\u093a-\u094f\u200c\u200d"
WORD = re.compile(rf"\w[\w{MARKS}]*|\S")


class Sentence(NamedTuple):
    block: str
    start: int
    end: int
    text: str


class Word(NamedTuple):
    block: str
    start: int
    text: str


class Stretch(Words):
    """The words of some sentences in a row, and where they stand."""

    def __init__(self, words: Sequence[Word]) -> None:
        super().__init__([word.text for word in words])
        self.words = words


class Text:
    """A story's sentences, in their order, and the words of each."""

    def __init__(self, blocks: Mapping[str, str]) -> None:
        self.sentences = [
            Sentence(block, match.start(), match.end(), match[0])
            for block, text in blocks.items()
            for match in SENTENCE.finditer(text)
        ]
        self.counts = Counter(sentence.text for sentence in self.sentences)
        self.blocks: dict[str, range] = {}
        for index, sentence in enumerate(self.sentences):
            first = self.blocks.get(sentence.block, range(index, index)).start
            self.blocks[sentence.block] = range(first, index + 1)
        self._words: dict[int, list[Word]] = {}
        self._stretches: dict[range, Stretch] = {}

    def words(self, index: int) -> list[Word]:
        if index not in self._words:
            block, start, _end, text = self.sentences[index]
            self._words[index] = [Word(block, start + match.start(), match[0]) for match in WORD.finditer(text)]
        return self._words[index]

    def stretch(self, some: range) -> Stretch:
        if some not in self._stretches:
            self._stretches[some] = Stretch([word for index in some for word in self.words(index)])
        return self._stretches[some]

    def unmatched(self, some: Iterable[int], matched: Mapping[int, int]) -> dict[str, list[int]]:
        """Return where sentences that are not matched yet stand, by what they say."""
        places: dict[str, list[int]] = {}
        for index in some:
            if index not in matched:
                places.setdefault(self.sentences[index].text, []).append(index)
        return places

    @cached_property
    def _bags(self) -> dict[str, list[tuple[int, int]]]:
        bags: dict[str, list[tuple[int, int]]] = {}
        for index in range(len(self.sentences)):
            for word, count in Counter(word.text for word in self.words(index)).items():
                bags.setdefault(word, []).append((index, count))
        return bags

    def may_be_like(self, some: Sequence[Word], likeness: float) -> list[int]:
        """Return, by their words in any order, which sentences can be as like as that to some words."""
        shared: Counter[int] = Counter()
        for text, ours in Counter(word.text for word in some).items():
            for index, count in self._bags.get(text, ()):
                shared[index] += len(text) * min(ours, count)
        size = sum(len(word.text) for word in some)
        return sorted(
            index
            for index, weight in shared.items()
            if 2 * weight / (size + len(self.sentences[index].text)) >= likeness - SLIP
        )
