import ast
import sys
from datetime import date
from pathlib import Path

import pytest

from commonpress.fundraising import currencies, money, provider_units
from commonpress.fundraising.currencies import CURRENCIES, EndedCurrency, UnknownCurrency
from commonpress.fundraising.money import Money
from commonpress.fundraising.provider_units import (
    TABLES,
    UnsendableAmount,
    UntoldUnits,
    from_provider,
    sendable,
    step_minor,
    to_provider,
)

TODAY = date(2026, 3, 1)
SUPPORTED = [
    code for code, currency in CURRENCIES.items() if not currency.last_day and code not in TABLES["stripe"].unknown
]


@pytest.mark.parametrize(
    ("minor", "code", "sent"),
    [
        (10_00, "USD", 1000),
        (500, "JPY", 500),
        (500, "KRW", 500),
        (500, "XOF", 500),
        (20_000, "VND", 20_000),
        (5_000_00, "MGA", 5000),
        (100, "UGX", 10_000),
        (5, "ISK", 500),
        (100_00, "HUF", 10_000),
        (100_00, "TWD", 10_000),
        (5_124, "KWD", 5120),
        (35_200, "BHD", 35_200),
    ],
)
def test_stripe_is_sent_what_it_means_by_the_amount(minor, code, sent):
    assert to_provider(Money(minor, code), "stripe", on=TODAY) == sent


@pytest.mark.parametrize(("code", "successor"), [("HRK", "EUR"), ("BGN", "EUR"), ("ANG", "XCG")])
def test_an_ended_currency_is_neither_sent_nor_read_and_its_successor_is_named(code, successor):
    with pytest.raises(EndedCurrency) as unsent:
        to_provider(Money(10_00, code), "stripe", on=TODAY)
    with pytest.raises(EndedCurrency) as unread:
        from_provider(1000, code, "stripe", on=TODAY)

    assert (unsent.value.successor, unread.value.successor) == (successor, successor)


def test_the_lev_is_sent_on_its_last_day_and_not_on_the_next():
    assert to_provider(Money(10_00, "BGN"), "stripe", on=date(2025, 12, 31)) == 1000
    with pytest.raises(EndedCurrency):
        to_provider(Money(10_00, "BGN"), "stripe", on=date(2026, 1, 1))


@pytest.mark.parametrize("code", SUPPORTED)
def test_what_the_provider_can_take_comes_back_as_it_was_sent_in_every_currency(code):
    step = step_minor(code, "stripe")
    for minor in (step, 7 * step, 19_99 * step, 99_999_999 * step):
        amount = Money(minor, code)
        sent = to_provider(amount, "stripe", on=TODAY)
        assert from_provider(sent, code, "stripe", on=TODAY) == amount
        assert to_provider(from_provider(sent, code, "stripe", on=TODAY), "stripe", on=TODAY) == sent


@pytest.mark.parametrize("code", SUPPORTED)
def test_nobody_is_charged_more_than_they_said_nor_a_whole_step_less(code):
    for minor in range(step_minor(code, "stripe"), 2_050):
        charged = sendable(Money(minor, code), "stripe", on=TODAY)
        assert 0 <= minor - charged.minor < step_minor(code, "stripe")
        assert from_provider(to_provider(Money(minor, code), "stripe", on=TODAY), code, "stripe", on=TODAY) == charged


def test_the_last_figure_of_three_decimals_is_always_nought():
    for code in ("BHD", "JOD", "KWD", "OMR", "TND"):
        assert {to_provider(Money(minor, code), "stripe", on=TODAY) % 10 for minor in range(10, 400)} == {0}


@pytest.mark.parametrize(("minor", "code"), [(9, "KWD"), (99, "MGA"), (0, "EUR"), (-5, "EUR")])
def test_what_would_be_sent_as_nothing_is_refused(minor, code):
    with pytest.raises(UnsendableAmount):
        to_provider(Money(minor, code), "stripe", on=TODAY)


@pytest.mark.parametrize(("units", "code"), [(150, "UGX"), (1, "ISK")])
def test_a_part_of_the_smallest_unit_is_never_read_as_a_whole_one(units, code):
    with pytest.raises(UnsendableAmount):
        from_provider(units, code, "stripe", on=TODAY)


@pytest.mark.parametrize("code", ["IQD", "LYD"])
def test_a_currency_the_provider_does_not_say_how_it_counts_is_refused(code):
    with pytest.raises(UntoldUnits):
        to_provider(Money(1_000, code), "stripe", on=TODAY)
    with pytest.raises(UntoldUnits):
        from_provider(1_000, code, "stripe", on=TODAY)


def test_codes_are_read_in_small_letters_as_stripe_writes_them():
    assert from_provider(1_000, "usd", "stripe", on=TODAY) == Money(10_00, "USD")
    assert from_provider(10_000, "ugx", "stripe", on=TODAY) == Money(100, "UGX")
    with pytest.raises(UnknownCurrency):
        from_provider(1_000, "xxx", "stripe", on=TODAY)


@pytest.mark.parametrize(
    ("code", "exponent", "sent_for_one"),
    [("MGA", 2, 1), ("ISK", 0, 100), ("UGX", 0, 100), ("KWD", 3, 1_000), ("CLP", 0, 1), ("XAF", 0, 1)],
)
def test_where_the_sources_disagree_our_own_tables_say(code, exponent, sent_for_one):
    one = Money(10**exponent, code)

    assert one.major == 1
    assert to_provider(one, "stripe", on=TODAY) == sent_for_one


def test_no_table_of_others_is_asked_how_an_amount_is_counted():
    for module in (currencies, money, provider_units):
        imported = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(Path(module.__file__).read_text()))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert imported - {"commonpress"} <= sys.stdlib_module_names
