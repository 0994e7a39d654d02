"""WordPress's [shortcodes]: the known ones become markup the block reader understands.

Others stay in the text as they are, and are counted, because what they meant only the
plug-in knew. A text is gone through from its beginning to its end, never back: one with
thousands of codes that never end costs as much as any other of its length.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from commonpress.exchange.report import Report

ATTRIBUTE = re.compile(r"""(?<![\w-])([\w-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))""")
# A name ends where WordPress lets it end: [gallery_slider] is another plug-in's, and no gallery.
CAPTION = re.compile(r"\[(/?)(wp_caption|caption)(?=[\s\]/])")
GALLERY = re.compile(r"\[(/?)(gallery)(?=[\s\]/])")
EMBED = re.compile(r"\[(/?)(embed)(?=[\s\]/])")
# [youtube=https://...] is how wordpress.com wrote its own.
PLAYER = re.compile(
    r"\[(/?)(youtube|vimeo|wpvideo|video|audio|playlist|soundcloud|dailymotion|twitter|tweet)(?=[\s\]/=])"
)
LEFT = re.compile(r"\[(/?)([a-z][a-z0-9_-]{2,40})(\s[^\]\[<>]{0,500})?\]")
HOSTS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}


@dataclass(frozen=True)
class Code:
    """One [name rest] or [/name], and where it stands in the text."""

    name: str
    rest: str
    is_end: bool
    start: int
    stop: int


def expand(text: str, report: Report) -> str:
    """Return the text with known shortcodes as HTML: figures, galleries and links to players."""
    text = replace_pairs(text, CAPTION, caption)
    text = replace_each(text, GALLERY, gallery)
    text = replace_pairs(text, EMBED, embed)
    text = replace_pairs(text, PLAYER, enclosing_player)
    text = replace_each(text, PLAYER, player)
    for closing, name, _rest in LEFT.findall(text):
        if not closing:
            report.dropped[f"the shortcode [{name}], left in the text"] += 1
    return text


def codes(text: str, names: re.Pattern[str]) -> Iterator[Code]:
    """Yield the shortcodes of these names in the order they stand."""
    place = 0
    while (match := names.search(text, place)) is not None:
        end = text.find("]", match.end())
        if end < 0:  # nor does any later one end
            return
        place = end + 1
        yield Code(match[2], text[match.end() : end], is_end=bool(match[1]), start=match.start(), stop=place)


def replace_each(text: str, names: re.Pattern[str], markup_of: Callable[[Code], str | None]) -> str:
    """Put markup in place of each code, and of the end that stands right behind it; None leaves it as it is."""
    done, place = [], 0
    waiting: Code | None = None
    for code in codes(text, names):
        if code.is_end:
            if waiting is not None and waiting.name == code.name and not text[place : code.start].strip():
                place = code.stop
            waiting = None
        elif (markup := markup_of(code)) is not None:
            done += [text[place : code.start], markup]
            place, waiting = code.stop, code
        else:
            waiting = None
    return "".join([*done, text[place:]])


def replace_pairs(text: str, names: re.Pattern[str], markup_of: Callable[[Code, str], str | None]) -> str:
    """Put markup in place of a code, what it encloses and its end; one without an end of its own stays as it is."""
    done, place = [], 0
    begun: Code | None = None
    for code in codes(text, names):
        if not code.is_end:
            begun = code
            continue
        if begun is not None and (markup := markup_of(begun, text[begun.stop : code.start])) is not None:
            done += [text[place : begun.start], markup]
            place = code.stop
        begun = None
    return "".join([*done, text[place:]])


def attributes(text: str) -> dict[str, str]:
    return {name: a or b or c for name, a, b, c in ATTRIBUTE.findall(html.unescape(text))}


def caption(code: Code, enclosed: str) -> str:
    inner = enclosed.strip()
    picture = re.match(r"(?:<a[^>]*>\s*)?<img[^>]*>(?:\s*</a>)?", inner)
    given = attributes(code.rest)
    words = inner[picture.end() :].strip() if picture else ""
    words = words or html.escape(given.get("caption", ""))
    identity = given.get("id", "").removeprefix("attachment_")
    shown = picture[0] if picture else inner
    return f'\n\n<figure data-id="{html.escape(identity)}">{shown}<figcaption>{words}</figcaption></figure>\n\n'


def gallery(code: Code) -> str:
    given = attributes(code.rest)
    ids = given.get("ids", given.get("include", ""))
    return f'\n\n<div data-gallery="{html.escape(ids or "all")}"></div>\n\n'


def embed(_code: Code, enclosed: str) -> str | None:
    address = enclosed.strip()
    return frame(address) if len(address.split()) == 1 else None


def frame(address: str) -> str:
    return f'\n\n<iframe src="{html.escape(html.unescape(address))}"></iframe>\n\n'


def enclosing_player(code: Code, enclosed: str) -> str | None:
    """Return the player of [youtube]https://...[/youtube]; None where the code says by itself what it plays."""
    is_one_word = len(enclosed.split()) == 1
    return player(replace(code, rest=enclosed)) if is_one_word and player(code) is None else None


def player(code: Code) -> str | None:
    rest = code.rest.strip()
    address = re.search(r"https?://[^\s\"'\]]+", html.unescape(rest))
    if address:
        return frame(address[0])
    identity = attributes(rest).get("id", "") or rest.strip("= ").split(" ")[0]
    if code.name in HOSTS and re.fullmatch(r"[\w-]+", identity):
        return frame(HOSTS[code.name] + identity)
    return None
