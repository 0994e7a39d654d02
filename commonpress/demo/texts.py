"""Reads the stories and pages under content/: a head in TOML between lines of +++, then the body.

The body is Markdown paragraphs, `## headings`, and blocks between lines of ":::":

    ::: quote                ::: photo KEY          ::: table Caption
    What was said.           Caption                Year | Litres
    — Who | to whom, when    :::                    2020 | 4
    :::                                             :::
    ::: gallery Title        ::: figure 8,300       ::: related Title
    KEY: Caption             what it counts         slug-of-an-older-story
    :::                      :::                    :::
    ::: embed ADDRESS        ::: support Words on the button
    Title                    One or two sentences.
    Note                     :::
    :::
"""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from commonpress.demo.dates import dated

CONTENT = Path(__file__).parent / "content"

Block = tuple[str, Any]
Keys = Mapping[str, int]

_markdown = MarkdownIt("commonmark", {"typographer": False})
_PIECE = re.compile(
    r"^::: (?P<kind>\w+) ?(?P<words>[^\n]*)\n(?P<lines>.*?)^:::$|^## (?P<heading>[^\n]+)$", re.DOTALL | re.MULTILINE
)
_ATTRIBUTION = "— "


@dataclass(frozen=True)
class Text:
    """One file: its head and its body, dates not yet filled in."""

    name: str
    head: dict[str, Any]
    body: str

    @property
    def slug(self) -> str:
        return str(self.head["slug"])

    def words(self) -> int:
        return len(self.body.split())


def texts(folder: str) -> list[Text]:
    """Return what is in a folder of content/, by file name."""
    return [_read(path) for path in sorted((CONTENT / folder).glob("*.md"))]


def table(name: str) -> dict[str, Any]:
    """Return one of content/'s TOML files."""
    return tomllib.loads(_typeset(CONTENT / name))


def _read(path: Path) -> Text:
    _, head, body = _typeset(path).split("+++\n", 2)
    return Text(path.stem, tomllib.loads(head), body.strip())


def _typeset(path: Path) -> str:
    """Return a file's text with printers' apostrophes; all its single quotes are those. Comments stay as typed."""
    return path.read_text(encoding="utf-8").replace("'", "’")


def blocks(body: str, *, day: dt.date, photos: Keys, stories: Keys) -> list[Block]:
    """Return a body as pairs of block name and value; photos and stories by their keys.

    Raises KeyError for a photo or story that is not there (a story links to older ones only).
    """
    body = dated(body, day)
    made: list[Block] = []
    end = 0
    for piece in _PIECE.finditer(body):
        _add_paragraphs(made, body[end : piece.start()], stories)
        end = piece.end()
        if piece["heading"]:
            made.append(("heading", piece["heading"]))
        else:
            lines = piece["lines"].strip().split("\n")
            made.append(_BLOCKS[piece["kind"]](piece["words"], lines, photos, stories))
    _add_paragraphs(made, body[end:], stories)
    return made


def rich(markdown: str, stories: Keys) -> str:
    """Return Markdown as the desk's rich text; `story:slug` becomes a link to that page."""
    html = _markdown.render(markdown.strip())
    html = re.sub(r'<a href="story:([\w-]+)">', lambda link: f'<a linktype="page" id="{stories[link[1]]}">', html)
    for theirs, ours in (("strong>", "b>"), ("em>", "i>"), ("<hr />", "<hr/>")):
        html = html.replace(theirs, ours)
    return str(html.strip())


def _add_paragraphs(made: list[Block], text: str, stories: Keys) -> None:
    if text.strip():
        made.append(("paragraph", rich(text, stories)))


def _quote(words: str, lines: list[str], photos: Keys, stories: Keys) -> Block:
    speaker, _, context = lines[-1].removeprefix(_ATTRIBUTION).partition(" | ")
    return "quote", {"text": rich("\n".join(lines[:-1]), stories), "speaker": speaker, "context": context}


def _photo(words: str, lines: list[str], photos: Keys, stories: Keys) -> Block:
    return "photo", {"photo": photos[words], "caption": " ".join(lines)}


def _gallery(words: str, lines: list[str], photos: Keys, stories: Keys) -> Block:
    pictures = [line.split(": ", 1) for line in lines]
    items = [{"photo": photos[key], "caption": caption} for key, caption in pictures]
    return "gallery", {"title": words, "photos": items}


def _figure(words: str, lines: list[str], photos: Keys, stories: Keys) -> Block:
    return "pull_figure", {"figure": words, "text": " ".join(lines)}


def _embed(words: str, lines: list[str], photos: Keys, stories: Keys) -> Block:
    title, *note = lines
    return "embed", {"url": words, "title": title, "note": " ".join(note)}


def _table(words: str, lines: list[str], photos: Keys, stories: Keys) -> Block:
    return "table", {"caption": words, "has_head": True, "rows": "\n".join(lines)}


def _related(words: str, lines: list[str], photos: Keys, stories: Keys) -> Block:
    return "related_stories", {"title": words, "stories": [stories[slug] for slug in lines]}


def _support(words: str, lines: list[str], photos: Keys, stories: Keys) -> Block:
    return "call_for_support", {"button": words, "text": " ".join(lines)}


_BLOCKS: dict[str, Callable[[str, list[str], Keys, Keys], Block]] = {
    "quote": _quote,
    "photo": _photo,
    "gallery": _gallery,
    "figure": _figure,
    "embed": _embed,
    "table": _table,
    "related": _related,
    "support": _support,
}
