"""What a letter quotes of a comment: its words, and nothing that leads anywhere.

Mail programs make links of everything that looks like an address, and load pictures: what a stranger writes must
not become a link in a letter that comes from the paper.
"""

import re
from html import unescape

import nh3

from commonpress.discussion import markup
from commonpress.lib import text as lib_text

LONGEST_QUOTE = 600
LINE_ENDS = re.compile(r"<br\s*/?>\s*|</(?:p|li|pre|blockquote)>\s*|<hr\s*/?>\s*")
TOGETHER = re.compile(r"\S+")
IN_ITS_PLACE = "[…]"


def quote(html: str) -> str:
    """Return a comment's text, shortened, with "[…]" for each address in it."""
    lines = LINE_ENDS.sub(lambda end: "\n" if end[0].startswith("<br") else "\n\n", html)
    text = unescape(nh3.clean(lines, tags=set()))
    return lib_text.shorten(lib_text.clean_text(without_addresses(text)), LONGEST_QUOTE)


def without_addresses(text: str) -> str:
    """Return text with "[…]" for whatever a mail program may make a link of; "1.5" and "e.g." stay.

    Small letters are looked at: mail programs follow "evil.Info", which on a page is more likely the end of a sentence.
    """
    return TOGETHER.sub(lambda word: IN_ITS_PLACE if markup.leads_elsewhere(word[0].lower()) else word[0], text)
