from datetime import date
from decimal import Decimal

import pytest

from commonpress.fundraising.currencies import (
    CURRENCIES,
    NO_DECIMALS,
    REPLACED,
    THREE_DECIMALS,
    TWO_DECIMALS,
    EndedCurrency,
    UnknownCurrency,
    currency_of,
    require_valid,
)
from commonpress.fundraising.money import MixedCurrencies, Money


def test_money_adds_up_in_minor_units():
    assert Money(12_50, "EUR") + Money(50, "EUR") == Money(13_00, "EUR")
    assert Money(12_50, "EUR") - Money(50, "EUR") == Money(12_00, "EUR")
    assert -Money(12_50, "EUR") == Money(-12_50, "EUR")


@pytest.mark.parametrize("minor", [12.5, Decimal(12), "12", True, None])
def test_money_is_never_made_of_anything_but_an_integer(minor):
    with pytest.raises(TypeError):
        Money(minor, "EUR")


def test_amounts_of_different_currencies_are_never_added_or_compared():
    with pytest.raises(MixedCurrencies):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(MixedCurrencies):
        assert Money(1, "EUR") < Money(1, "USD")


def test_a_currency_code_is_the_same_in_small_letters():
    assert Money(1, "usd") == Money(1, "USD")


def test_a_code_that_no_currency_has_is_refused():
    with pytest.raises(UnknownCurrency):
        Money(1, "XXX")


@pytest.mark.parametrize(
    ("code", "exponent"),
    [("MGA", 2), ("ISK", 0), ("UGX", 0), ("IQD", 3), ("JPY", 0), ("KWD", 3), ("HUF", 2), ("TWD", 2), ("BHD", 3)],
)
def test_decimals_are_those_of_the_standard_even_where_other_tables_disagree(code, exponent):
    assert currency_of(code).exponent == exponent


def test_the_currency_table_names_each_currency_once():
    listed = f"{NO_DECIMALS} {TWO_DECIMALS} {THREE_DECIMALS}".split()

    assert sorted(listed) == sorted(CURRENCIES)
    assert set(REPLACED) & set(CURRENCIES) == set()


def test_every_ended_currency_has_a_successor_that_is_paid_with():
    ended = {code: currency.successor for code, currency in CURRENCIES.items() if currency.last_day}

    for code, successor in (ended | REPLACED).items():
        assert CURRENCIES[successor].last_day is None, code
    assert {currency.successor for currency in CURRENCIES.values() if not currency.last_day} == {""}


EURO_AREA = "ATS BEF BGN CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK"


@pytest.mark.parametrize("code", sorted(EURO_AREA.split()))
def test_the_currencies_of_the_euro_area_were_followed_by_the_euro(code):
    with pytest.raises(EndedCurrency) as refusal:
        require_valid(code.lower(), on=date(2026, 11, 4))

    assert (refusal.value.code, refusal.value.successor) == (code, "EUR")


@pytest.mark.parametrize(("code", "day", "successor"), [("HRK", "2023-01-01", "EUR"), ("BGN", "2026-01-01", "EUR")])
def test_an_ended_currency_is_refused_with_the_name_of_its_successor(code, day, successor):
    with pytest.raises(EndedCurrency) as refusal:
        require_valid(code, on=date.fromisoformat(day))

    assert refusal.value.successor == successor


def test_a_currency_is_accepted_on_its_last_day():
    assert require_valid("BGN", on=date(2025, 12, 31)).code == "BGN"


def test_the_amount_as_people_write_it_is_exact():
    assert Money(19_99, "USD").major == Decimal("19.99")
    assert Money(500, "JPY").major == Decimal(500)
    assert Money(5_124, "KWD").major == Decimal("5.124")
