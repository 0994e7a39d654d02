"""What people type, made fit to keep: one form of each letter, nothing invisible, an end."""

import unicodedata
from collections.abc import Iterator

ZERO_WIDTH_JOINER = "\u200d"
ZERO_WIDTH_NON_JOINER = "\u200c"
# More marks on one letter than any script uses are there to climb out of the line.
MARKS_PER_LETTER = 8


def clean_line(text: str) -> str:
    """Return a name or a subject: one line, its spaces single."""
    return " ".join(_clean(text).split())


def clean_text(text: str) -> str:
    """Return several lines: no space at their ends, at most one empty line in a row, line feeds only."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    lines = [_clean(line).rstrip() for line in text.split("\n")]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip("\n")


def length(text: str) -> int:
    """Return how many characters a reader sees: an emoji family or a letter with its marks is one."""
    return sum(1 for _ in _seen_characters(text))


def shorten(text: str, most: int) -> str:
    """Return at most `most` characters as a reader counts them, never a half of one."""
    characters = list(_seen_characters(text))
    return text if len(characters) <= most else "".join(characters[: max(most - 1, 0)]).rstrip() + "…"


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    out: list[str] = []
    marks = 0
    for position, character in enumerate(text):
        if character in {"\t", "\n"}:
            out.append(" " if character == "\t" else character)
        elif character in {ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER}:
            # Needed inside emoji and in Persian and Indic words; never at a word's edge.
            if _joins(text, position):
                out.append(character)
        elif unicodedata.category(character) in {"Mn", "Me"}:
            marks += 1
            if marks <= MARKS_PER_LETTER:
                out.append(character)
            continue
        elif unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} and not _is_tag(character):
            # Controls, bidirectional overrides, zero-width spaces, surrogates, unassigned.
            continue
        else:
            out.append(character)
        marks = 0
    return "".join(out)


def _joins(text: str, position: int) -> bool:
    before = text[position - 1] if position else " "
    after = text[position + 1] if position + 1 < len(text) else " "
    return unicodedata.category(before)[0] in "LMS" and unicodedata.category(after)[0] in "LMS"


def _is_tag(character: str) -> bool:
    """Tell a flag's tag characters, which are format characters but draw something."""
    return 0xE0020 <= ord(character) <= 0xE007F


def _seen_characters(text: str) -> Iterator[str]:
    """Cut text as a reader counts it, after UAX #29 without its Hangul and Indic refinements."""
    current = ""
    flags = 0
    for character in text:
        is_flag = 0x1F1E6 <= ord(character) <= 0x1F1FF
        extends = (
            unicodedata.category(character) in {"Mn", "Me", "Mc"}
            or character in {ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER}
            or 0x1F3FB <= ord(character) <= 0x1F3FF
            or _is_tag(character)
            or (is_flag and flags % 2 == 1)
            or current.endswith(ZERO_WIDTH_JOINER)
        )
        if current and not extends:
            yield current
            current = ""
        flags = flags + 1 if is_flag else 0
        current += character
    if current:
        yield current
