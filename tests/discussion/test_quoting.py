import pytest

from commonpress.discussion import markup
from commonpress.discussion.quoting import LONGEST_QUOTE, quote, without_addresses


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        ("It sails on **Sundays** & Mondays.", "It sails on Sundays & Mondays."),
        ("One.\n\nTwo\nand three.", "One.\n\nTwo\nand three."),
        ("[Your bank](https://evil.example/login)", "Your bank"),
        ("Go to https://evil.example/login now", "Go to […] now"),
        ("www.evil.example", "[…]"),
        ("evil.com/login", "[…]"),
        ("EVIL.Info", "[…]"),
        ("(bo@evil.example)", "[…]"),
        ("evil．com", "[…]"),
        ("Costs 1.5 million, e.g. more", "Costs 1.5 million, e.g. more"),
        ("`<img src=https://evil.example/x.png>`", "<img […]"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_a_quote_is_words_that_lead_nowhere(typed, quoted):
    assert quote(markup.render(markup.clean_text(typed))) == quoted


def test_a_long_comment_is_cut():
    assert len(quote(markup.render("word " * 1000))) == LONGEST_QUOTE


def test_a_name_that_is_an_address_is_none_in_a_letter():
    assert without_addresses("Visit Evil.Com today") == "Visit […] today"
