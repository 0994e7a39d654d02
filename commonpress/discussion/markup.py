"""A comment's text to safe HTML: pure, and done once, when the comment is written.

Markdown without HTML, images or headings, then an explicit list of what may remain.
The caps come first: everything after them is bounded by 10,000 characters.
"""

import re
import unicodedata
from html import escape

import nh3
from linkify_it.tlds import TLDS
from markdown_it import MarkdownIt

from commonpress.lib import text as lib_text

LONGEST_TEXT = 10_000
# As a reader counts them.
LONGEST_NAME = 40
# As the database counts them: a letter or an emoji may consist of several.
LONGEST_STORED_NAME = 120
# Stored beside the HTML: a comment made by an older renderer can be found and made again.
MARKDOWN = "markdown-1"
IMPORTED_HTML = "html-1"

TAGS = {"a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
LINK_REL = "nofollow ugc noopener noreferrer"

# Long runs of one mark are decoration, and the only input that makes a Markdown parser slow.
LONG_RUN = re.compile(r"([^\w\s])\1{40,}")

# A parser's work grows with the square of these. Nobody who writes means a thousand of them.
MARKS = re.compile(r"[\[\]*_~`<>]")
MOST_MARKS = 500
# Where a link finder begins to look: a scheme, a mail address, a host with a name.
ADDRESSES = re.compile(r"://|@|\w\.[^\W\d]")
MOST_ADDRESSES = 60
# What a reader can follow although nothing makes it a link: a scheme, "www." or a mail address.
FOLLOWED = re.compile(r"[a-z]://|\bmailto:|\bwww\.\w|[\w.+-]@[\w-]+\.\w", re.IGNORECASE)
HOST = re.compile(r"(?<![\w-])[\w-]+(?:\.[\w-]+)+")
# Top-level domains, and two that are none on the public net: one for examples, one for Tor.
DOMAINS = frozenset(domain.lower().encode().decode("idna") for domain in TLDS) | {"example", "onion"}
# Each line may be a block of its own, dearer than what stands in it. A long poem has three hundred.
MOST_LINES = 300

# A line in which nothing is a mark, nor begins an address; a text of such lines is its own HTML.
PLAIN_LINE = r"(?!\d+[.)])[^\W_](?:[^\W_]|[ ,;?!'\"()%-]|[.:](?=[ )\n]|\Z))*"
PLAIN = re.compile(rf"{PLAIN_LINE}(?:\n{{1,2}}{PLAIN_LINE})*")

LINES_OF_THEIR_OWN = "h[1-6]|div|dt|dd|tr|caption|section|article|address|figure|figcaption"

_markdown = (
    MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": 12})
    .enable(["linkify", "strikethrough"])
    .disable(["image", "heading", "lheading", "html_block", "html_inline", "reference", "entity"])
)


def clean_text(text: str) -> str:
    """Return typed text without controls, direction overrides and piled-up marks; lines kept."""
    return LONG_RUN.sub(lambda run: run[1] * 40, lib_text.clean_text(text)).strip()


def clean_name(name: str) -> str:
    """Return a typed name as one line of visible characters."""
    return lib_text.clean_line(name)


def shorten_name(name: str) -> str:
    """Return a cleaned name cut to what a reader counts as 40 characters and the database as 120."""
    fits = (
        short
        for most in range(LONGEST_NAME, 0, -1)
        if len(short := lib_text.shorten(name, most)) <= LONGEST_STORED_NAME
    )
    return next(fits, name[:LONGEST_STORED_NAME])


def render(text: str) -> str:
    """Return a comment's HTML from its cleaned text."""
    text = text[:LONGEST_TEXT]
    if is_plain(text):
        return _paragraphs(text)
    return sanitise(_lines_only(text) if _is_overloaded(text) else _markdown.render(text))


def is_plain(text: str) -> bool:
    """Tell whether a text has no marks and no addresses, so that no parser has to read it."""
    return text.count("\n") <= MOST_LINES and PLAIN.fullmatch(text) is not None


def render_imported(html: str) -> str:
    """Return safe HTML from the HTML of another system, where a blank line may stand for a paragraph."""
    # What stood on a line or in a cell of its own does not run together once its element is gone.
    html = re.sub(rf"<(?:{LINES_OF_THEIR_OWN}|t[dh]|table|dl|tbody)\b[^<>]*>", "", html, flags=re.IGNORECASE)
    html = re.sub(rf"</(?:{LINES_OF_THEIR_OWN})\b[^<>]*>", "<br>", html, flags=re.IGNORECASE)
    html = re.sub(r"</t[dh]\b[^<>]*>", " ", html, flags=re.IGNORECASE)
    if "<p" not in html.lower():
        parts = [part.strip() for part in re.split(r"\n\s*\n", html.replace("\r\n", "\n")) if part.strip()]
        html = "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts)
    # The older names of what Markdown calls strong and emphasis.
    html = re.sub(r"<(/?)b(?=[\s>])", r"<\1strong", html, flags=re.IGNORECASE)
    html = re.sub(r"<(/?)i(?=[\s>])", r"<\1em", html, flags=re.IGNORECASE)
    # A break that ends a paragraph, or stands between two, breaks nothing.
    html = re.sub(r"(</(?:p|ul|ol|blockquote|pre)>\s*)(?:<br>\s*)+", r"\1", sanitise(html))
    return re.sub(r"\s*(?:<br>\s*)+(?=</p>|$)", "", html)


def sanitise(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https", "mailto"},
        link_rel=LINK_REL,
    ).strip()


def leads_elsewhere(text: str) -> bool:
    """Tell whether a text or a name holds an address, whether or not it is shown as a link.

    Not every dot makes one: "1.5", "e.g." and a sentence.Next to another have no domain a reader would follow.
    """
    text = unicodedata.normalize("NFKC", text)
    if FOLLOWED.search(text):
        return True
    return any(_is_domain(label) for host in HOST.findall(text) for label in host.split(".")[1:])


def _is_domain(label: str) -> bool:
    """Tell whether the last part of a host is a domain; a word that begins a sentence, as in "so.In", is none."""
    return (label.lower() in DOMAINS or label.startswith("xn--")) and (
        not label.istitle() or label in {"Com", "Net", "Org"}
    )


def _is_overloaded(text: str) -> bool:
    return (
        text.count("\n") > MOST_LINES
        or len(MARKS.findall(text)) > MOST_MARKS
        or len(ADDRESSES.findall(text)) > MOST_ADDRESSES
    )


def _lines_only(text: str) -> str:
    """Return paragraphs and line breaks, and every mark as it was typed."""
    return _paragraphs(escape(text, quote=False))


def _paragraphs(html: str) -> str:
    paragraphs = [paragraph.replace("\n", "<br>\n") for paragraph in html.split("\n\n")]
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
