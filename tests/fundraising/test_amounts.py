import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpress.fundraising.amounts import (
    amount_text,
    column_text,
    currency_words,
    exact_text,
    figure_text,
    read_amount,
    typed_text,
)
from commonpress.fundraising.currencies import CURRENCIES
from commonpress.fundraising.money import Money, WrongAmount


@pytest.mark.parametrize(
    ("typed", "currency", "language", "minor"),
    [
        ("19.99", "USD", "en", 19_99),
        ("36.80", "USD", "en", 36_80),
        ("1.15", "USD", "en", 1_15),
        ("1.234,50", "EUR", "de", 1_234_50),
        ("1234,5", "EUR", "de", 1_234_50),
        ("1,234.50", "EUR", "en", 1_234_50),
        ("1 234,50", "EUR", "fr", 1_234_50),
        ("1\u202f234,50", "EUR", "fr", 1_234_50),
        ("25 €", "EUR", "de", 25_00),
        ("€25", "EUR", "en", 25_00),
        ("$ 25.00", "USD", "en", 25_00),
        ("25 eur", "EUR", "en", 25_00),
        ("500", "JPY", "en", 500),
        ("5.124", "KWD", "en", 5_124),
        ("99,999,999", "USD", "en", 99_999_999_00),
        ("0.01", "USD", "en", 1),
    ],
)
def test_an_amount_is_read_as_the_language_writes_it(typed, currency, language, minor):
    assert read_amount(typed, currency, language) == Money(minor, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "language", "fault"),
    [
        ("0.009", "EUR", "en", "decimals"),
        ("10.999", "EUR", "en", "decimals"),
        ("1e3", "EUR", "en", "not_an_amount"),
        ("１００", "EUR", "en", "not_an_amount"),
        ("-5", "EUR", "en", "negative"),
        ("\u22125", "EUR", "en", "negative"),
        ("1,000.00", "EUR", "de", "marks"),
        ("1.000,00", "EUR", "en", "marks"),
        ("12.50", "EUR", "de", "marks"),
        ("1.23.456", "EUR", "de", "marks"),
        ("12,34", "EUR", "en", "marks"),
        ("NaN", "EUR", "en", "not_an_amount"),
        ("inf", "EUR", "en", "not_an_amount"),
        ("", "EUR", "en", "empty"),
        ("   ", "EUR", "en", "empty"),
        ("0", "EUR", "en", "zero"),
        ("0.00", "EUR", "en", "zero"),
        ("99,999,999.01", "EUR", "en", "too_large"),
        ("100,000,000", "EUR", "en", "too_large"),
        ("9" * 400, "EUR", "en", "too_large"),
        ("500.50", "JPY", "en", "decimals"),
        ("12.", "EUR", "en", "cut_off"),
        ("EUR 5.", "EUR", "en", "cut_off"),
        (".50", "EUR", "en", "cut_off"),
        ("12,", "EUR", "de", "cut_off"),
        ("12,", "EUR", "en", "marks"),
        ("12.", "EUR", "de", "marks"),
        (",50", "EUR", "en", "marks"),
        ("1.2.3", "EUR", "en", "marks"),
        ("5.", "JPY", "en", "decimals"),
        (".", "EUR", "en", "not_an_amount"),
        ("5.-", "EUR", "en", "not_an_amount"),
        ("01", "EUR", "en", "zero_in_front"),
        ("007", "EUR", "en", "zero_in_front"),
        ("00.50", "EUR", "en", "zero_in_front"),
        ("0,001", "EUR", "en", "zero_in_front"),
        ("00", "EUR", "en", "zero_in_front"),
        ("1 000 EUR EUR", "EUR", "fr", "not_an_amount"),
    ],
)
def test_what_is_no_amount_or_could_be_two_is_refused(typed, currency, language, fault):
    with pytest.raises(WrongAmount) as refusal:
        read_amount(typed, currency, language)

    assert refusal.value.fault == fault


@given(
    st.integers(1, 99_999_999_00),
    st.sampled_from(["EUR", "USD", "JPY", "KWD", "CHF"]),
    st.sampled_from(["en", "de", "fr", "es", "it", "nl", "pl", "pt", "uk", "de-ch"]),
)
def test_what_we_write_is_read_back_as_the_same_amount(minor, currency, language):
    money = Money(min(minor, 99_999_999), currency)

    assert read_amount(typed_text(money, language), currency, language) == money
    assert read_amount(figure_text(money, language), currency, language) == money
    assert read_amount(amount_text(money, language), currency, language) == money


@given(st.text(max_size=20))
def test_anything_typed_is_an_amount_or_a_fault_and_never_a_crash(typed):
    try:
        money = read_amount(typed, "EUR", "de")
    except WrongAmount:
        return
    assert 0 < money.minor <= 99_999_999_00


def test_amounts_show_cents_only_where_there_are_any():
    assert amount_text(Money(1_360_00, "USD"), "en") == "$1,360"
    assert amount_text(Money(12_50, "EUR"), "de") == "12,50\xa0€"
    assert amount_text(Money(500, "JPY"), "en") == "¥500"
    assert amount_text(Money(500, "UGX"), "en") == "UGX\xa0500"
    assert figure_text(Money(1_360_00, "USD"), "en") == "1,360"


def test_amounts_in_a_column_stand_figure_under_figure():
    assert [column_text(Money(minor, "EUR"), "en") for minor in (20_00, 17_34, -5_00)] == ["€20.00", "€17.34", "-€5.00"]
    assert column_text(Money(500, "JPY"), "en") == "¥500"
    assert column_text(Money(1_500, "KWD"), "en") == "KWD\xa01.500"


@pytest.mark.parametrize(
    ("money", "language", "words"),
    [
        (Money(17_00, "EUR"), "en", "€17.00"),
        (Money(17_00, "EUR"), "de", "17,00\xa0€"),
        (Money(17_00, "USD"), "en", "USD\xa017.00"),
        (Money(-17_00, "USD"), "de", "-17,00\xa0USD"),
        (Money(17_00, "CAD"), "en", "CA$17.00"),
        (Money(17_00, "CHF"), "de", "17,00\xa0CHF"),
        (Money(500, "JPY"), "en", "JPY\xa0500"),
    ],
)
def test_papers_name_the_currency_once_and_by_its_code_where_several_share_its_sign(money, language, words):
    assert exact_text(money, language) == words


def test_no_sign_of_another_currency_is_taken_for_ones_own():
    """Given how languages write currencies, then a sign two of them have is never on a paper."""
    meant: dict[str, set[str]] = {}
    for language in ("en", "de", "fr", "es-MX", "en-CA", "en-AU", "nl", "sv", "da", "nb", "ja", "zh"):
        for currency in CURRENCIES:
            sign = exact_text(Money(0, currency), language).strip("0.,\xa0\u202f")
            meant.setdefault(sign, set()).add(currency)

    assert {sign: currencies for sign, currencies in meant.items() if len(currencies) > 1} == {}


def test_a_currency_is_called_what_its_readers_call_it():
    assert currency_words("USD", 5_000, "en") == "dollars"
    assert currency_words("EUR", 5_000, "de") == "Euro"
