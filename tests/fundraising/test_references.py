import pytest

from commonpress.fundraising.references import ALPHABET, check_symbol, grouped, new_reference, read_reference

REFERENCE = "7K3MQ2X" + check_symbol("7K3MQ2X")


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
