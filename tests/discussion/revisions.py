"""Made-up stories and revisions of them, in which it is known where every letter of the old text stands in the new.

Full of look-alikes: sentences that differ in one word or one figure, twins, and phrases that everybody uses.
"""

import random
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

WORDS = re.findall(
    r"\S+",
    """council mayor bridge closed water school street budget report million euros people night river market
workers strike company contract minister parliament voted agreed refused opened built repaired flooded weather summer
winter morning train station ticket price doctor hospital nurse patient teacher pupil family house rent tenant owner
court judge lawyer police fire garden tree park museum library theatre concert festival harbour ship captain fisher
storm wind solar power plant cable meter line union member vote count paper editor reader letter answer question
number figure share part half quarter month year week day hour""",
)
GLUE = re.findall(
    r"\S+", "the a of in on and with for by from to at that which has had was were will would said after before over"
)
NAMES = re.findall(
    r"\S+", "Okafor Lindqvist Nguyễn Şahin Müller O’Brien Dvořák Ångström Pérez Ślusarczyk Αθανασίου Юрченко"
)
FOREIGN = [
    "Die Straßenbahn fährt seit Übergabe des Bescheids nicht mehr über die Brücke.",
    "Ο δήμος ανακοίνωσε ότι το έργο θα ολοκληρωθεί το φθινόπωρο.",
    "Мэр сообщил, что мост закроют на ремонт в августе.",
    "市議会は月曜日に橋を閉鎖することを決めた。",
    "El alcalde dijo que no habrá más dinero para la línea 4 del metro 🚇🏽.",
    "قال رئيس البلدية إن الجسر سيبقى مغلقا حتى الربيع.",
]
SHORT = ["He agreed.", "She said so.", "No.", "That was all.", "Nobody answered."]

# Block, place there, and whether it is the copy of a letter that was there.
Origin = tuple[str, int, bool]
Letter = tuple[str, Origin | None]
Line = list[Letter]


@dataclass
class Block:
    id: str
    lines: list[Line]

    def letters(self) -> Line:
        joined: Line = []
        for line in self.lines:
            joined += [*([(" ", None)] if joined else []), *line]
        return joined

    @property
    def text(self) -> str:
        return "".join(letter for letter, _origin in self.letters())


@dataclass
class Pair:
    """An old and a new text by block; `origins` says of each letter of the new where it stood in the old."""

    before: dict[str, str]
    after: dict[str, str]
    origins: dict[str, list[Origin | None]]
    anchors: list[tuple[str, int, int]] = field(default_factory=list)


def sentence(rng: random.Random) -> str:
    if rng.random() < 0.06:
        return rng.choice(SHORT)
    if rng.random() < 0.06:
        text = rng.choice(FOREIGN)
        return unicodedata.normalize("NFD", text) if rng.random() < 0.5 else text
    words = []
    for _position in range(rng.randint(5, 24)):
        roll = rng.random()
        if roll < 0.45:
            words.append(rng.choice(GLUE))
        elif roll < 0.88:
            words.append(rng.choice(WORDS))
        elif roll < 0.94:
            words.append(rng.choice(NAMES))
        else:
            words.append(str(rng.randint(2, 4000)))
    if rng.random() < 0.3:
        words[len(words) // 2] += ","
    text = " ".join(words) + rng.choice(["."] * 9 + ["?", "!", ".”"])
    return text[0].upper() + text[1:]


def like(text: str, rng: random.Random) -> str:
    """Return a sentence that differs in one word or figure."""
    words = text.split(" ")
    place = rng.randrange(len(words))
    end = words[place][-1] if not words[place][-1].isalnum() else ""
    words[place] = (str(rng.randint(2, 4000)) if rng.random() < 0.5 else rng.choice(WORDS)) + end
    changed = " ".join(words)
    return changed if changed != text else like(text, rng)


def story(rng: random.Random) -> list[Block]:
    blocks: list[list[str]] = [[sentence(rng) for _s in range(rng.randint(1, 7))] for _b in range(rng.randint(2, 7))]
    for lines in list(blocks):
        for text in list(lines):
            if rng.random() < 0.2:
                home = lines if rng.random() < 0.5 else rng.choice(blocks)
                at = home.index(text) + 1 if text in home and rng.random() < 0.5 else rng.randint(0, len(home))
                home.insert(at, like(text, rng))
            if rng.random() < 0.02:
                rng.choice(blocks).append(text)
    made = []
    for number, lines in enumerate(blocks):
        block, at = Block(f"b{number}", []), 0
        for text in lines:
            block.lines.append([(letter, (block.id, at + place, False)) for place, letter in enumerate(text)])
            at += len(text) + 1
        made.append(block)
    return made


def new(text: str) -> Line:
    return [(letter, None) for letter in text]


def unheard(rng: random.Random, blocks: Iterable[str]) -> str:
    """Return a sentence that stands in none of some texts: one that is deleted and said again has not gone."""
    while any((text := sentence(rng)) in block for block in blocks):
        pass
    return text


class Editor:
    """Changes a story as editors do, one thing at a time."""

    def __init__(self, blocks: list[Block], rng: random.Random) -> None:
        self.blocks, self.rng, self.made = blocks, rng, 0
        self.before = [block.text for block in blocks]

    def fresh_id(self) -> str:
        self.made += 1
        return f"n{self.made}"

    def some_block(self, lines: int = 1) -> Block | None:
        fit = [block for block in self.blocks if len(block.lines) >= lines]
        return self.rng.choice(fit) if fit else None

    def some_line(self) -> tuple[Block, int] | None:
        block = self.some_block()
        return (block, self.rng.randrange(len(block.lines))) if block else None

    def word_places(self, line: Line) -> list[tuple[int, int]]:
        places, start = [], None
        for at, (letter, _origin) in enumerate([*line, (" ", None)]):
            if letter == " ":
                if start is not None:
                    places.append((start, at))
                start = None
            elif start is None:
                start = at
        return places

    def replace_word(self) -> None:
        if found := self.some_line():
            block, at = found
            start, end = self.rng.choice(self.word_places(block.lines[at]))
            line = block.lines[at]
            tail = [line[end - 1]] if not line[end - 1][0].isalnum() else []
            block.lines[at] = [*line[:start], *new(self.rng.choice(WORDS)), *tail, *line[end:]]

    def correct_figure(self) -> None:
        for _try in range(5):
            if found := self.some_line():
                block, at = found
                line = block.lines[at]
                places = [(s, e) for s, e in self.word_places(line) if line[s][0].isdigit()]
                if places:
                    start, end = self.rng.choice(places)
                    digits = next((i for i in range(start, end) if not line[i][0].isdigit()), end)
                    block.lines[at] = [*line[:start], *new(str(self.rng.randint(4001, 9000))), *line[digits:]]
                    return

    def insert_word(self) -> None:
        if found := self.some_line():
            block, at = found
            start, _end = self.rng.choice(self.word_places(block.lines[at]))
            block.lines[at][start:start] = new(self.rng.choice(WORDS + GLUE) + " ")

    def delete_word(self) -> None:
        if found := self.some_line():
            block, at = found
            places = self.word_places(block.lines[at])
            if len(places) > 3:
                start, end = self.rng.choice(places[:-1])
                del block.lines[at][start : end + 1]

    def mend_slip(self) -> None:
        if found := self.some_line():
            block, at = found
            line = block.lines[at]
            place = self.rng.randrange(len(line))
            if line[place][0].isalpha():
                roll = self.rng.random()
                if roll < 0.4:
                    line[place] = (self.rng.choice("aeioulmnrst"), None)
                elif roll < 0.7:
                    line.insert(place, (self.rng.choice("aeioulmnrst"), None))
                elif len(line) > 8:
                    del line[place]

    def insert_sentence(self) -> None:
        if block := self.some_block():
            block.lines.insert(self.rng.randint(0, len(block.lines)), new(unheard(self.rng, self.before)))

    def insert_look_alike(self) -> None:
        """Put a sentence like one of another block somewhere."""
        if found := self.some_line():
            block, at = found
            others = [one for one in self.blocks if one is not block]
            if others and block.lines[at]:
                text = "".join(letter for letter, _origin in block.lines[at])
                home = self.rng.choice(others)
                home.lines.insert(self.rng.randint(0, len(home.lines)), new(like(text, self.rng)))

    def delete_sentence(self) -> None:
        if found := self.some_line():
            block, at = found
            del block.lines[at]
            self.drop_empty()

    def delete_one_of_two_alike(self) -> None:
        """Delete a sentence whose look-alike stays."""
        lines = [(block, at) for block in self.blocks for at in range(len(block.lines))]
        self.rng.shuffle(lines)
        seen: dict[tuple[str, ...], tuple[Block, int]] = {}
        for block, at in lines:
            words = "".join(letter for letter, _o in block.lines[at]).split()
            for left_out in range(len(words)):
                key = (*words[:left_out], "", *words[left_out + 1 :])
                if key in seen and seen[key] != (block, at):
                    del block.lines[at]
                    self.drop_empty()
                    return
                seen[key] = (block, at)

    def replace_sentence(self) -> None:
        if found := self.some_line():
            block, at = found
            block.lines[at] = new(unheard(self.rng, self.before))

    def move_sentence(self) -> None:
        if found := self.some_line():
            block, at = found
            text = "".join(letter for letter, _origin in block.lines[at])
            if sum(one.text.count(text) for one in self.blocks) > 1:
                return  # a twin may come to stand where its twin was deleted, and nobody could tell
            line = block.lines.pop(at)
            home = self.rng.choice(self.blocks)
            home.lines.insert(self.rng.randint(0, len(home.lines)), line)
            self.drop_empty()

    def move_block(self) -> None:
        block = self.blocks.pop(self.rng.randrange(len(self.blocks)))
        self.blocks.insert(self.rng.randint(0, len(self.blocks)), block)

    def split_block(self) -> None:
        if block := self.some_block(2):
            cut = self.rng.randint(1, len(block.lines) - 1)
            where = self.blocks.index(block)
            tail = Block(self.fresh_id(), block.lines[cut:])
            block.lines = block.lines[:cut]
            self.blocks.insert(where + 1, tail)

    def merge_blocks(self) -> None:
        if len(self.blocks) > 1:
            at = self.rng.randrange(len(self.blocks) - 1)
            self.blocks[at].lines += self.blocks.pop(at + 1).lines

    def duplicate_block(self) -> None:
        if block := self.some_block():
            lines = [
                [(letter, (*origin[:2], True) if origin else None) for letter, origin in line] for line in block.lines
            ]
            self.blocks.insert(self.rng.randint(0, len(self.blocks)), Block(self.fresh_id(), lines))

    def paste_anew(self) -> None:
        """Cut a block and paste it: the same words under another id."""
        if block := self.some_block():
            block.id = self.fresh_id()

    def delete_block(self) -> None:
        if len(self.blocks) > 1:
            self.blocks.pop(self.rng.randrange(len(self.blocks)))

    def drop_empty(self) -> None:
        self.blocks[:] = [block for block in self.blocks if block.lines] or [Block(self.fresh_id(), [new("Nothing.")])]

    IN_PLACE = (
        *[replace_word, correct_figure, insert_word, delete_word, mend_slip] * 3,
        *[insert_sentence, delete_sentence, delete_one_of_two_alike, replace_sentence] * 2,
        *[move_sentence, move_block, delete_block],
    )
    # A look-alike that comes to stand where the sentence was deleted is a correction of it to everybody who reads
    # both texts; so where look-alikes are put in, blocks stay what they are.
    CHANGES = (
        (*IN_PLACE, insert_look_alike, insert_look_alike),
        (*IN_PLACE, split_block, merge_blocks, duplicate_block, paste_anew),
    )

    def revise(self, changes: int) -> None:
        kinds = self.rng.choice(self.CHANGES)
        for _change in range(changes):
            self.rng.choice(kinds)(self)


def pair(seed: int, *, anchors: int = 6) -> Pair:
    rng = random.Random(seed)
    blocks = story(rng)
    before = {block.id: block.text for block in blocks}
    lengths = {block.id: [len(line) for line in block.lines] for block in blocks}
    quotes = [quote(rng, before, lengths) for _anchor in range(anchors)]
    Editor(blocks, rng).revise(rng.choice([1, 1, 2, 2, 3, 4, 6]))
    return Pair(
        before,
        {block.id: block.text for block in blocks},
        {block.id: [origin for _letter, origin in block.letters()] for block in blocks},
        quotes,
    )


def quote(rng: random.Random, before: dict[str, str], lengths: dict[str, list[int]]) -> tuple[str, int, int]:
    """Choose a passage: a sentence, several, some words of one, or one word."""
    block = rng.choice(sorted(before))
    text, sizes = before[block], lengths[block]
    first = rng.randrange(len(sizes))
    start = sum(sizes[:first]) + first
    roll = rng.random()
    if roll < 0.45:
        return block, start, start + sizes[first]
    if roll < 0.6:
        last = min(len(sizes) - 1, first + rng.randint(1, 3))
        return block, start, sum(sizes[: last + 1]) + last
    words = [at for at in range(start, start + sizes[first]) if at == start or text[at - 1] == " "]
    count = 1 if roll > 0.97 else rng.randint(3, 12)
    begin = rng.randrange(len(words))
    stop = words[begin + count] - 1 if begin + count < len(words) else start + sizes[first]
    return block, words[begin], stop


def letters_of(text: str, start: int, end: int) -> list[int]:
    return [at for at in range(start, end) if not text[at].isspace()]


def standing(pair: Pair, block: str, start: int, end: int) -> tuple[bool, set[tuple[str, int]]]:
    """Tell whether a passage still stands, and return where letters of it are.

    It stands by the rule: 60 % of it kept in order in one block, and, with what came between, four fifths the same.
    Of its letters and their copies, when an editor doubled a block, nothing in the texts says which is which.
    """
    original, places = _standing(pair, block, start, end, is_copy=False)
    copy, places_of_copy = _standing(pair, block, start, end, is_copy=True)
    return original or copy, places | places_of_copy


def _standing(pair: Pair, block: str, start: int, end: int, *, is_copy: bool) -> tuple[bool, set[tuple[str, int]]]:
    was = letters_of(pair.before[block], start, end)
    wanted = {(block, at, is_copy) for at in was}
    places: dict[str, list[int]] = {}
    for new_block, origins in pair.origins.items():
        for at, origin in enumerate(origins):
            if origin in wanted:
                places.setdefault(new_block, []).append(at)
    everywhere = {(new_block, at) for new_block, found in places.items() for at in found}
    if not places:
        return False, everywhere
    home = max(places, key=lambda one: len(places[one]))
    found = places[home]
    order = [pair.origins[home][at] for at in found]
    now = letters_of(pair.after[home], found[0], found[-1] + 1)
    is_kept = len(found) >= 0.6 * len(was) and 2 * len(found) >= 0.8 * (len(was) + len(now))
    return is_kept and order == sorted(order), everywhere
