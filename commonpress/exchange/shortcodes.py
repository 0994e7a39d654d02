"""WordPress's [shortcodes]: the known ones become markup the block reader understands.

Others stay in the text as they are, and are counted, because what they meant only the
plug-in knew.
"""

import html
import re

from commonpress.exchange.report import Report

ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))""")
CAPTION = re.compile(r"\[(?:wp_)?caption([^\]]*)\](.*?)\[/(?:wp_)?caption\]", re.DOTALL)
GALLERY = re.compile(r"\[gallery([^\]]*)\]")
EMBED = re.compile(r"\[embed[^\]]*\]\s*(\S+?)\s*\[/embed\]")
PLAYER = re.compile(
    r"\[(youtube|vimeo|wpvideo|video|audio|playlist|soundcloud|dailymotion|twitter|tweet)([^\]]*)\](?:\s*\[/\1\])?"
)
LEFT = re.compile(r"\[(/?)([a-z][a-z0-9_-]{2,40})(\s[^\]\[<>]{0,500})?\]")
HOSTS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}


def expand(text: str, report: Report) -> str:
    """Return the text with known shortcodes as HTML: figures, galleries and links to players."""
    text = CAPTION.sub(caption, text)
    text = GALLERY.sub(gallery, text)
    text = EMBED.sub(lambda match: embed(match[1]), text)
    text = PLAYER.sub(player, text)
    for closing, name, _rest in LEFT.findall(text):
        if not closing:
            report.dropped[f"the shortcode [{name}], left in the text"] += 1
    return text


def attributes(text: str) -> dict[str, str]:
    return {name: a or b or c for name, a, b, c in ATTRIBUTE.findall(html.unescape(text))}


def caption(match: re.Match[str]) -> str:
    inner = match[2].strip()
    picture = re.match(r"(?:<a[^>]*>\s*)?<img[^>]*>(?:\s*</a>)?", inner)
    given = attributes(match[1])
    words = inner[picture.end() :].strip() if picture else ""
    words = words or html.escape(given.get("caption", ""))
    identity = given.get("id", "").removeprefix("attachment_")
    shown = picture[0] if picture else inner
    return f'\n\n<figure data-id="{html.escape(identity)}">{shown}<figcaption>{words}</figcaption></figure>\n\n'


def gallery(match: re.Match[str]) -> str:
    ids = attributes(match[1]).get("ids", attributes(match[1]).get("include", ""))
    return f'\n\n<div data-gallery="{html.escape(ids or "all")}"></div>\n\n'


def embed(address: str) -> str:
    return f'\n\n<iframe src="{html.escape(html.unescape(address))}"></iframe>\n\n'


def player(match: re.Match[str]) -> str:
    name, rest = match[1], match[2].strip()
    address = re.search(r"https?://[^\s\"'\]]+", html.unescape(rest))
    if address:
        return embed(address[0])
    identity = attributes(rest).get("id", "") or rest.strip("= ").split(" ")[0]
    if name in HOSTS and re.fullmatch(r"[\w-]+", identity):
        return embed(HOSTS[name] + identity)
    return match[0]
