"""A WordPress text, written in the block editor or before it, into the blocks of a story's body.

What has no block of its own keeps its words: columns, covers and groups are opened up,
unknown elements become paragraphs. Nothing is fetched and no markup is trusted.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import nh3
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from lxml import etree
from lxml import html as lxml_html

from commonpress.exchange import shortcodes
from commonpress.exchange.pictures import Pictures
from commonpress.exchange.report import Report

Block = tuple[str, Any]

BLOCK_LEVEL = (
    "address|article|aside|blockquote|div|dl|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|iframe|"
    "li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul|video|audio|object|embed|dt|dd"
)
STARTS_BLOCK = re.compile(rf"^</?(?:{BLOCK_LEVEL})\b", re.IGNORECASE)
BARE_ADDRESS = re.compile(r"^https?://\S+$")
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
SILENT = {"script", "style", "noscript", "template", "link", "meta", "input", "button", "select", "svg", "object"}
RICH_TAGS = {"a", "b", "i", "br", "p", "ul", "ol", "li", "hr", "sub", "sup", "s", "code"}
MAXIMUM_DEPTH = 60
# Stands in a text in place of a picture that is not here.
PICTURE_MISSING = "[Picture missing: "
is_address = URLValidator(schemes=["http", "https"])


def blocks(text: str, pictures: Pictures, report: Report, *, title: str) -> list[Block]:
    """Return the body of one entry as (block name, value) pairs, ready for a StreamField."""
    # Before the block editor a blank line began a paragraph and a line end was one.
    is_classic = "<!-- wp:" not in text
    text = shortcodes.expand(without_comments(text), report).replace("\r\n", "\n")
    if not text.strip():
        return []
    parser = lxml_html.HTMLParser()
    root = lxml_html.fragment_fromstring(text, create_parent="div", parser=parser)
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        report.note(f"“{title}”: its markup is nested too deep to be read; only the words were kept.")
        return list(rich(nh3.clean(text, tags=set())))
    if counted := sum(1 for found in root.iter("ol") if found.get("start", "1") != "1"):
        report.dropped["lists that begin with another number than 1"] += counted
        report.note(f"“{title}”: a list began with another number than 1; it begins with 1 now.")
    return list(merged(Reader(pictures, report, title, is_classic).read(root, 0)))


def without_comments(text: str) -> str:
    """Return a text without HTML's comments, among them the block editor's marks; one that never ends goes to the end.

    Not a pattern: from each of thousands that never end it would look for the end anew.
    """
    kept, place = [], 0
    while (start := text.find("<!--", place)) >= 0:
        kept.append(text[place:start])
        end = text.find("-->", start)
        if end < 0:
            return "".join(kept)
        place = end + len("-->")
    return "".join([*kept, text[place:]])


def merged(parts: Iterable[Block]) -> Iterator[Block]:
    """Join neighbouring paragraphs into one block, as an editor would have them."""
    waiting: list[str] = []
    for name, value in parts:
        if name == "paragraph":
            waiting.append(value)
            continue
        if waiting:
            yield "paragraph", "".join(waiting)
            waiting = []
        yield name, value
    if waiting:
        yield "paragraph", "".join(waiting)


@dataclass
class Reader:
    """Walks one entry's elements and yields blocks."""

    pictures: Pictures
    report: Report
    title: str
    is_classic: bool

    def read(self, parent: etree._Element, depth: int) -> Iterator[Block]:
        loose = [html.escape(parent.text or "")]
        for child in parent:
            if not isinstance(child.tag, str):
                loose.append(html.escape(child.tail or ""))
                continue
            if self.is_inline(child):
                loose.append(markup_of(child))
                continue
            yield from self.loose("".join(loose))
            loose = [html.escape(child.tail or "")]
            yield from self.element(child, depth)
        yield from self.loose("".join(loose))

    def loose(self, markup: str) -> Iterator[Block]:
        """Yield what stands outside any block-level element, paragraph by paragraph."""
        for piece in re.split(r"\n\s*\n", markup) if self.is_classic else [markup]:
            stripped = piece.strip()
            if BARE_ADDRESS.match(stripped):
                yield from embed_block(html.unescape(stripped), "")
            else:
                yield from rich(self.with_lines(stripped))

    def with_lines(self, markup: str) -> str:
        return re.sub(r"(<br\s*/?>)?\n", "<br>", markup) if self.is_classic else markup

    def is_inline(self, element: etree._Element) -> bool:
        tag = element.tag.lower()
        if tag in SILENT or tag in {"img", "iframe", "video", "audio", "embed"} or STARTS_BLOCK.match(f"<{tag}"):
            return False
        return not any(self.holds_blocks(part) for part in element.iter() if isinstance(part.tag, str))

    def holds_blocks(self, element: etree._Element) -> bool:
        return element.tag in {"img", "iframe", "video", "audio", "figure", "table", "blockquote", "ul", "ol", "p"}

    def element(self, element: etree._Element, depth: int) -> Iterator[Block]:
        tag = element.tag.lower()
        if tag in SILENT:
            self.report.dropped[f"<{tag}> in a text"] += 1
        elif depth > MAXIMUM_DEPTH:
            yield from rich(html.escape(words(element)))
        elif "data-gallery" in element.attrib:
            yield from self.gallery(self.chosen(element.get("data-gallery") or "all"))
        else:
            yield from READERS.get(tag, Reader.read)(self, element, depth)

    def paragraph(self, element: etree._Element, depth: int) -> Iterator[Block]:
        if self.has_picture(element):
            yield from self.read(element, depth + 1)
        else:
            yield from rich(self.with_lines(inner_markup(element)))

    def bullets(self, element: etree._Element, depth: int) -> Iterator[Block]:
        if "gallery" in (element.get("class") or ""):
            yield from self.gallery(self.pictures_in(element))
        elif self.has_picture(element):
            yield from self.read(element, depth + 1)
        else:
            yield from rich(markup_of(element))

    def rule(self, element: etree._Element, _depth: int) -> Iterator[Block]:
        yield from rich(markup_of(element))

    def lines(self, element: etree._Element, _depth: int) -> Iterator[Block]:
        """Keep lines, and the spaces they begin with, as in code and verse."""
        text = html.escape(words(element, keep_lines=True)).replace("\t", "    ")
        text = re.sub(r"(?m)^ +", lambda indent: "\u00a0" * len(indent[0]), text).replace("\n", "<br>")
        yield from rich(f"<p><code>{text}</code></p>" if is_code(element) else f"<p>{text}</p>")

    def lone_picture(self, element: etree._Element, _depth: int) -> Iterator[Block]:
        yield from self.picture(element, caption="")

    def has_picture(self, element: etree._Element) -> bool:
        return element.find(".//img") is not None or element.find(".//iframe") is not None

    def heading(self, element: etree._Element, _depth: int) -> Iterator[Block]:
        text = words(element)
        if len(text) > 140:  # the heading block's limit; nothing is cut
            yield from rich(f"<p><b>{html.escape(text)}</b></p>")
        elif text:
            yield "heading", text

    def quote(self, element: etree._Element, _depth: int) -> Iterator[Block]:
        cite = element.find(".//cite")
        speaker = ""
        if cite is not None:
            speaker = words(cite)
            cite.getparent().remove(cite)
        for _name, value in rich(inner_markup(element)):
            yield "quote", {"text": value, "speaker": speaker[:120], "context": ""}
            speaker = ""

    def figure(self, element: etree._Element, depth: int) -> Iterator[Block]:
        caption = element.find("./figcaption")
        text = words(caption) if caption is not None else ""
        images = list(element.iter("img"))
        if len(images) > 1:
            yield from self.gallery(self.pictures_in(element), title=text)
        elif images:
            yield from self.picture(images[0], caption=text, identity=element.get("data-id") or "")
        elif (table := element.find(".//table")) is not None:
            yield from self.table(table, depth, caption=text)
        elif (quote := element.find(".//blockquote")) is not None:
            yield from self.quote(quote, depth)
        elif (frame := element.find(".//iframe")) is not None or (frame := element.find(".//video")) is not None:
            yield from self.embed(frame, depth, title=text)
        elif BARE_ADDRESS.match(words(element).removesuffix(text).strip()):
            yield from embed_block(words(element).removesuffix(text).strip(), text)
        else:
            yield from self.read(element, depth + 1)

    def picture(self, image: etree._Element, *, caption: str, identity: str = "") -> Iterator[Block]:
        classes = re.search(r"wp-image-(\d+)", image.get("class") or "")
        identity = identity or (classes[1] if classes else "")
        address = image.get("src") or ""
        photo = self.pictures.find(identity=identity, address=address)
        if photo is not None:
            yield "photo", {"photo": photo, "caption": caption}
            return
        name = re.split("[?#]", address, maxsplit=1)[0].rsplit("/", 1)[-1]
        self.report.missing[name or "pictures without an address"] += 1
        said = caption or image.get("alt") or ""
        yield from rich(f"<p><i>{html.escape(PICTURE_MISSING + (said or name) + ']')}</i></p>")

    def pictures_in(self, element: etree._Element) -> list[tuple[int, str]]:
        found = []
        for image in element.iter("img"):
            for name, value in self.picture(image, caption=""):
                if name == "photo":
                    found.append((value["photo"], value["caption"]))
        return found

    def chosen(self, ids: str) -> list[tuple[int, str]]:
        if ids == "all":
            return [(photo, "") for photo in self.pictures.of_entry]
        wanted = [identity.strip() for identity in ids.split(",")]
        found = [self.pictures.find(identity=identity) for identity in wanted]
        if missing := found.count(None):
            self.report.note(f"“{self.title}”: {missing} pictures of a gallery are not in the media folder.")
        return [(photo, "") for photo in found if photo is not None]

    def gallery(self, photos: list[tuple[int, str]], *, title: str = "") -> Iterator[Block]:
        if len(photos) == 1:
            yield "photo", {"photo": photos[0][0], "caption": title or photos[0][1]}
        elif photos:
            items = [{"photo": photo, "caption": caption} for photo, caption in photos[:40]]
            yield "gallery", {"title": title[:120], "photos": items}
            if photos[40:]:  # the gallery block's limit
                yield from self.gallery(photos[40:])
        else:
            self.report.note(f"“{self.title}”: a gallery had no picture that could be found and was left out.")

    def embed(self, element: etree._Element, _depth: int, *, title: str = "") -> Iterator[Block]:
        address = element.get("src") or ""
        if not address and (source := element.find(".//source")) is not None:
            address = source.get("src") or ""
        if address.startswith("//"):
            address = f"https:{address}"
        if BARE_ADDRESS.match(address):
            yield from embed_block(address, title or element.get("title") or "")
        else:
            self.report.dropped["embeds without a usable address"] += 1

    def table(self, element: etree._Element, _depth: int, *, caption: str = "") -> Iterator[Block]:
        # The bar parts the cells of the table block; this one only looks like it.
        rows = [[words(cell).replace("|", "\u2502") for cell in row.xpath("./td|./th")] for row in element.iter("tr")]
        own_caption = element.find("./caption")
        caption = caption or (words(own_caption) if own_caption is not None else "")
        rows = [row for row in rows if row]
        if not rows:
            return
        width = max(len(row) for row in rows)
        lines = [" | ".join(row + [""] * (width - len(row))) for row in rows]
        yield (
            "table",
            {"caption": caption[:200], "has_head": element.find(".//th") is not None, "rows": "\n".join(lines)},
        )

    def definitions(self, element: etree._Element, _depth: int) -> Iterator[Block]:
        for child in element:
            if child.tag == "dt":
                yield from rich(f"<p><b>{html.escape(words(child))}</b></p>")
            elif child.tag == "dd":
                yield from rich(f"<p>{html.escape(words(child))}</p>")


READERS: dict[str, Callable[[Reader, etree._Element, int], Iterator[Block]]] = {
    **dict.fromkeys(HEADINGS, Reader.heading),
    **dict.fromkeys(("iframe", "video", "audio", "embed"), Reader.embed),
    **dict.fromkeys(("p", "address"), Reader.paragraph),
    **dict.fromkeys(("ul", "ol"), Reader.bullets),
    **dict.fromkeys(("pre", "code"), Reader.lines),
    "blockquote": Reader.quote,
    "dl": Reader.definitions,
    "figure": Reader.figure,
    "hr": Reader.rule,
    "img": Reader.lone_picture,
    "table": Reader.table,
}


def embed_block(address: str, title: str) -> Iterator[Block]:
    """Yield a link to another site, or, where the address is none an editor could enter, a paragraph that names it."""
    try:
        is_address(address)
    except ValidationError:
        yield from rich(html.escape(f"{title} {address}".strip()))
        return
    host = re.sub(r"^https?://(www\.)?([^/:?#]+).*$", r"\2", address)
    yield "embed", {"url": address, "title": (title or host)[:200], "note": ""}


def markup_of(element: etree._Element) -> str:
    return str(lxml_html.tostring(element, encoding="unicode"))


def inner_markup(element: etree._Element) -> str:
    return "".join([html.escape(element.text or ""), *(markup_of(child) for child in element)])


def is_code(element: etree._Element) -> bool:
    return element.tag == "code" or element.find(".//code") is not None


def words(element: etree._Element, *, keep_lines: bool = False) -> str:
    """Return an element's text; what stood on lines or in cells of its own does not run together."""
    parts: list[str] = []
    for event, part in etree.iterwalk(element, events=("start", "end", "comment")):
        is_apart = isinstance(part.tag, str) and (part.tag == "br" or STARTS_BLOCK.match(f"<{part.tag}") is not None)
        if event == "start":
            parts += ["\n" if is_apart and part is not element else "", part.text or ""]
        else:
            is_ended_line = is_apart and part is not element and part.tag != "br"
            parts += ["\n" if is_ended_line else "", part.tail or "" if part is not element else ""]
    text = "".join(parts)
    return text.strip("\n") if keep_lines else " ".join(text.split())


def rich(markup: str) -> Iterator[Block]:
    """Yield a paragraph block of the markup's rich text, unless it has no words."""
    markup = re.sub(r"<(/?)(strong|h[1-6])\b[^>]*>", r"<\1b>", markup)
    markup = re.sub(r"<(/?)(em|cite|q|dfn|var)\b[^>]*>", r"<\1i>", markup)
    markup = re.sub(r"<(/?)(del|strike)\b[^>]*>", r"<\1s>", markup)
    markup = re.sub(r"<(/?)(kbd|tt|samp)\b[^>]*>", r"<\1code>", markup)
    clean = nh3.clean(
        markup,
        tags=RICH_TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        clean_content_tags={"script", "style"},
    ).strip()
    if not clean or not re.sub(r"<(?!hr)[^>]*>|\s|&nbsp;", "", clean):
        return
    if not clean.startswith(("<p", "<ul", "<ol", "<hr")):
        clean = f"<p>{clean}</p>"
    yield "paragraph", clean
