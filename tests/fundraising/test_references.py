import pytest

from commonpress.fundraising.references import (
    ALPHABET,
    check_symbol,
    creditor_reference,
    grouped,
    new_reference,
    read_reference,
    suited,
)

REFERENCE = "7K3MQ2X" + check_symbol("7K3MQ2X")
CREDITOR_REFERENCE = creditor_reference(REFERENCE)


def test_a_new_reference_is_read_back():
    reference = new_reference()

    assert read_reference(reference) == reference
    assert grouped(reference) == f"{reference[:4]} {reference[4:]}"


@pytest.mark.parametrize("typed", [grouped(REFERENCE), REFERENCE.lower(), " 7k3m-" + REFERENCE[4:], "\t" + REFERENCE])
def test_a_reference_is_recognised_as_people_write_it(typed):
    assert read_reference(typed) == REFERENCE


def test_one_wrong_symbol_anywhere_is_noticed():
    for place, right in enumerate(REFERENCE):
        for wrong in set(ALPHABET) - {right}:
            assert read_reference(REFERENCE[:place] + wrong + REFERENCE[place + 1 :]) is None


def test_two_swapped_symbols_are_noticed():
    for place in range(len(REFERENCE) - 1):
        first, second = REFERENCE[place : place + 2]
        if first != second:
            assert read_reference(REFERENCE[:place] + second + first + REFERENCE[place + 2 :]) is None


@pytest.mark.parametrize("typed", ["", "7K3M", REFERENCE + "1", "Ö" * 8, "00000000"])
def test_what_is_no_reference_is_none(typed):
    assert read_reference(typed) is None


def test_a_creditor_reference_has_the_check_digits_of_the_norm():
    # The example ISO 11649 is commonly explained by.
    assert creditor_reference("539007547034") == "RF18539007547034"


@pytest.mark.parametrize(
    "typed",
    [
        CREDITOR_REFERENCE,
        grouped(CREDITOR_REFERENCE),
        grouped(CREDITOR_REFERENCE).lower(),
        f" rf-{CREDITOR_REFERENCE[2:]}\n",
        CREDITOR_REFERENCE.replace("0", "O"),
    ],
)
def test_a_creditor_reference_is_read_back_as_the_reference_inside_it(typed):
    assert read_reference(typed) == REFERENCE


def test_one_wrong_symbol_anywhere_in_a_creditor_reference_is_noticed():
    for place, right in enumerate(CREDITOR_REFERENCE):
        for wrong in set(ALPHABET) - {right}:
            assert read_reference(CREDITOR_REFERENCE[:place] + wrong + CREDITOR_REFERENCE[place + 1 :]) is None


def test_two_swapped_symbols_of_a_creditor_reference_are_noticed():
    for place in range(len(CREDITOR_REFERENCE) - 1):
        first, second = CREDITOR_REFERENCE[place : place + 2]
        if first != second:
            swapped = CREDITOR_REFERENCE[:place] + second + first + CREDITOR_REFERENCE[place + 2 :]
            assert read_reference(swapped) is None


def test_each_country_is_shown_the_reference_its_banks_take():
    assert [suited(REFERENCE, iban) for iban in ("CH93...", "LI21...", "FI21...", "DE89...", "")] == [
        CREDITOR_REFERENCE,
        CREDITOR_REFERENCE,
        CREDITOR_REFERENCE,
        REFERENCE,
        REFERENCE,
    ]
