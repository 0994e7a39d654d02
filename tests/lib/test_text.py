import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpress.lib.text import clean_line, clean_text, length, shorten

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Ada\r\nBcc: all", "Ada Bcc: all"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("Ada\u202eecalevoL", "AdaecalevoL"),
        ("Ada\u200b\ufeff\u2066x\u2069\x00\x1b[31m", "Adax[31m"),
        ("\u200d\u200c", ""),
        (FAMILY, FAMILY),
        ("می‌خواهم", "می‌خواهم"),
        (
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        ),
        ("x" + "\u0337" * 500, "x" + "\u0337" * 8),
    ],
)
def test_a_name_is_one_visible_line(typed, kept):
    assert clean_line(typed) == kept


def test_a_text_keeps_its_paragraphs_and_nothing_else_of_its_space():
    assert clean_text("\n\n One \r\ntwo\r\r\r\rthree\u2029four \n\n\n") == " One\ntwo\n\nthree\n\nfour"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(typed):
    once = clean_text(typed)

    assert clean_text(once) == once
    assert clean_line(clean_line(typed)) == clean_line(typed)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_nothing_that_steers_a_terminal_or_a_line_is_left(typed):
    left = {unicodedata.category(character) for character in clean_line(typed)}

    assert not left & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "seen"), [("", 0), ("abc", 3), (FAMILY, 1), ("e\u0301e", 2), ("🇩🇪🇫🇷", 2), ("👍🏽", 1), ("நி", 1)]
)
def test_characters_are_counted_as_a_reader_sees_them(text, seen):
    assert length(text) == seen


def test_shortening_never_cuts_a_character_in_half():
    assert shorten("abc", 3) == "abc"
    assert shorten(f"ab{FAMILY}d", 4) == f"ab{FAMILY}d"
    assert shorten(f"ab{FAMILY}de", 4) == f"ab{FAMILY}…"
    assert shorten(FAMILY * 3, 2) == f"{FAMILY}…"
