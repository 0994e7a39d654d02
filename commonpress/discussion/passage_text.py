"""The text of a story that passages are marked in, and where in the HTML of a block a place of its text is.

A block's text is what a reader sees of its paragraphs, heading or quote: spaces and line ends are one space each, and
a paragraph, an item of a list or a forced line ends with a line feed. Other parts (photos, tables) have none.
"""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from wagtail.rich_text import RichText

from commonpress.discussion.anchors import CONTEXT, Anchor
from commonpress.newsroom.marks import MARK

TOKEN = re.compile(r"<(?:\"[^\"]*\"|'[^']*'|[^'\">])*>|&[^;\s]{1,32};|[^<&]+|[<&]")
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
LINES = {"p", "li", "ul", "ol", "br", "hr", "h2", "h3", "h4", "h5", "h6", "blockquote", "div"}
# One to a page that was deleted says nothing of where it led.
LINK = re.compile(r"<a[\s>]")
LINKS = re.compile(r"(?:\s*<a[\s>](?:(?!</a>).)*</a>\s*)+", re.DOTALL)
ATTRIBUTE = re.compile(r'data-([a-z]+)="([^"]*)"')


class Mark(NamedTuple):
    """A question in the text of a story, and the words it is about."""

    id: UUID
    question: str
    is_open: bool
    anchor: Anchor


class Plain:
    """The text of some HTML; `places` says of each character behind which one of the HTML's it stands."""

    def __init__(self, source: str) -> None:
        self.source = source
        characters: list[str] = []
        self.places: list[int] = []
        for token in TOKEN.finditer(source):
            raw = token[0]
            if raw.startswith("<") and len(raw) > 1:
                tag = TAG.match(raw)
                text, step = ("\n", 0) if tag and tag[1].lower() in LINES else ("", 0)
            elif raw.startswith("&") and len(raw) > 1:
                text, step = html.unescape(raw), 0
            else:
                text, step = raw, 1
            for offset, character in enumerate(text, start=1):
                at = token.start() + offset if step else token.end()
                letter = ("\n" if text == "\n" and not step else " ") if character.isspace() else character
                if letter.isspace() and (not characters or characters[-1].isspace()):
                    if letter == "\n" and characters:
                        characters[-1] = "\n"
                    continue
                characters.append(letter)
                self.places.append(at)
        while characters and characters[-1].isspace():
            characters.pop()
        self.text = "".join(characters)

    def behind(self, end: int) -> int:
        """Return where in the HTML something can stand behind the text before `end`: never inside a link."""
        place = self.places[end - 1]
        open_links = len(LINK.findall(self.source, 0, place)) - self.source.count("</a>", 0, place)
        if open_links > 0:
            place = self.source.index("</a>", place) + len("</a>")
        while (tag := re.compile(r"</([a-z0-9]+)>").match(self.source, place)) and tag[1] not in LINES:
            place = tag.end()
        return place


def texts_of(body: Iterable[Any]) -> dict[str, str]:
    """Return the text of each block of a story that has one, by the blocks' ids."""
    return {block.id: text for block in body if block.id and (text := Plain(source_of(block)).text)}


def source_of(block: Any) -> str:
    """Return what of a block's HTML is text."""
    match block.block_type, block.value:
        case ("paragraph", RichText() as text) | ("quote", {"text": RichText() as text}):
            return str(text.source)
        case ("heading", str() as text):
            return html.escape(text)
    return ""


def marks_in(body: Iterable[Any]) -> list[Mark]:
    """Return the questions in a story's text, in its order. Of one that was pasted twice the first counts."""
    marks: dict[UUID, Mark] = {}
    for block in body:
        source = source_of(block) if block.id else ""
        plain, ends = Plain(source), dict[UUID, int]()
        for mark in MARK.finditer(source):
            start, end = _place_in(plain, mark.start(3), mark.end(3))
            if start == end:
                continue
            mark_id = UUID(mark[1])
            if mark_id not in marks:
                about = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(mark[2])}
                anchor = Anchor.at(block.id, plain.text, start, end)
                marks[mark_id] = Mark(mark_id, about.get("question", ""), about.get("open") != "0", anchor)
            elif mark_id in ends and LINKS.fullmatch(source, ends[mark_id], mark.start()):
                # The editor has one thing a letter: words linked within a mark are cut out of it.
                anchor = Anchor.at(block.id, plain.text, marks[mark_id].anchor.start, end)
                marks[mark_id] = marks[mark_id]._replace(anchor=anchor)
            else:
                continue
            ends[mark_id] = mark.end()
    return list(marks.values())


def _place_in(plain: Plain, first: int, last: int) -> tuple[int, int]:
    """Return which words stand between two places of the HTML."""
    start, end = (sum(place <= edge for place in plain.places) for edge in (first, last))
    end = min(end, len(plain.text))
    while start < end and plain.text[start].isspace():
        start += 1
    while start < end and plain.text[end - 1].isspace():
        end -= 1
    return start, max(start, end)


def found_in(texts: Mapping[str, str], quote: str, before: str = "") -> list[Anchor]:
    """Return where a quote stands in a story; with the words `before` it, only where they stand too. Two at most."""
    words = quote.split()
    if not words:
        return []
    sought = re.compile(r"\s+".join(re.escape(word) for word in words))
    anchors = [
        Anchor.at(block, text, match.start(), match.end())
        for block, text in texts.items()
        for match in sought.finditer(text)
    ]
    if len(anchors) > 1:
        anchors = [anchor for anchor in anchors if _follows(anchor, before)] or anchors
    return anchors[:2]


def _follows(anchor: Anchor, before: str) -> bool:
    """Tell whether a quote stands behind these words of its line."""
    line, told = (" ".join(text.split()) for text in (anchor.before, before[-CONTEXT:]))
    return bool(line) == bool(told) and (line.endswith(told) or told.endswith(line))
