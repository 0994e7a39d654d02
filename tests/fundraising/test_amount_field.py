"""What is typed where an amount belongs, and the sentence for each way it can be wrong."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from commonpress.fundraising.forms.fields import AmountField
from commonpress.fundraising.money import Money

EN = {
    "empty": "Write an amount, as in 1234.50.",
    "decimals": "EUR has 2 decimals at most. Write the amount as in 1234.50.",
    "figures": "Write the amount in figures only, as in 1234.50.",
    "negative": "Write the amount without a minus, as in 1234.50.",
    "marks": "It is not clear how to read this. Write it as in 1234.50.",
    "zero": "Write an amount above zero, as in 1234.50.",
    "too large": "Amounts go up to 99,999,999. Is there a figure too many?",
}
DE = {
    "empty": "Schreiben Sie einen Betrag, wie in 1234,50.",
    "decimals": "EUR hat höchstens 2 Nachkommastellen. Schreiben Sie den Betrag wie in 1234,50.",
    "figures": "Schreiben Sie den Betrag nur in Ziffern, wie in 1234,50.",
    "negative": "Schreiben Sie den Betrag ohne Minus, wie in 1234,50.",
    "marks": "Es ist nicht eindeutig, wie das zu lesen ist. Schreiben Sie es wie in 1234,50.",
    "zero": "Schreiben Sie einen Betrag über null, wie in 1234,50.",
    "too large": "Beträge gehen bis 99.999.999. Ist eine Ziffer zu viel?",
}
SENTENCES = {"en": EN, "de": DE}

# As typed with a point and as typed with a comma for the decimals, and why it is no amount.
REFUSED = [
    ("0.009", "0,009", "decimals"),
    ("10.999", "10,999", "decimals"),
    ("1e3", "1e3", "figures"),
    ("１００", "１００", "figures"),
    ("-5", "-5", "negative"),
    ("\u22125", "\u22125", "negative"),
    ("1.000,00", "1,000.00", "marks"),
    ("NaN", "NaN", "figures"),
    ("inf", "inf", "figures"),
    ("€", "€", "empty"),
    ("0", "0", "zero"),
    ("0.00", "0,00", "zero"),
    ("100,000,000", "100.000.000", "too large"),
    ("99,999,999.01", "99.999.999,01", "too large"),
]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("with_point", "with_comma", "why"), REFUSED)
def test_what_is_no_amount_is_refused_with_a_sentence_that_says_what_to_write(language, with_point, with_comma, why):
    with override(language), pytest.raises(ValidationError) as refusal:
        AmountField("EUR").clean(with_comma if language == "de" else with_point)

    assert refusal.value.messages == [SENTENCES[language][why]]


@pytest.mark.parametrize(
    ("typed", "currency", "sentence"),
    [
        ("5.", "EUR", "A figure is missing before or after the decimal mark. Write the amount as in 1234.50."),
        ("EUR 5.", "EUR", "A figure is missing before or after the decimal mark. Write the amount as in 1234.50."),
        (".50", "EUR", "A figure is missing before or after the decimal mark. Write the amount as in 1234.50."),
        ("01", "EUR", "Write the amount without a zero in front, as in 1234.50."),
        ("007.50", "EUR", "Write the amount without a zero in front, as in 1234.50."),
        ("5.", "JPY", "JPY has no decimals. Write the amount as in 1234."),
    ],
)
def test_an_amount_that_may_lack_a_figure_or_a_mark_is_not_guessed_at(typed, currency, sentence):
    with override("en"), pytest.raises(ValidationError) as refusal:
        AmountField(currency).clean(typed)

    assert refusal.value.messages == [sentence]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "JPY has no decimals. Write the amount as in 1234."),
        ("de", "JPY hat keine Nachkommastellen. Schreiben Sie den Betrag wie in 1234."),
    ],
)
def test_a_part_of_a_yen_is_refused_as_what_there_is_not(language, sentence):
    with override(language), pytest.raises(ValidationError) as refusal:
        AmountField("JPY").clean("500,5" if language == "de" else "500.5")

    assert refusal.value.messages == [sentence]


@pytest.mark.parametrize(("typed", "minor"), [("19.99", 19_99), ("36.80", 36_80), ("1.15", 1_15), ("0.29", 29)])
def test_amounts_that_floats_get_wrong_are_read_to_the_cent(typed, minor):
    with override("en"):
        assert AmountField("USD").clean(typed) == Money(minor, "USD")
    with override("de"):
        assert AmountField("USD").clean(typed.replace(".", ",")) == Money(minor, "USD")


def test_a_thousand_in_one_language_is_never_guessed_at_in_the_other():
    with override("en"):
        assert AmountField("EUR").clean("1,000.00") == Money(1_000_00, "EUR")
    with override("de"), pytest.raises(ValidationError):
        AmountField("EUR").clean("1,000.00")
