from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpress.fundraising.fees import Tariff, fee_on, with_cover
from commonpress.fundraising.money import MixedCurrencies, Money

CARD = Tariff(Fraction("0.029"), Money(30, "USD"))


@pytest.mark.parametrize(
    ("gift", "payment"), [(5_00, 5_46), (10_00, 10_61), (25_00, 26_06), (50_00, 51_80), (100_00, 103_30)]
)
def test_a_gift_with_its_fee_covered_arrives_whole(gift, payment):
    asked = with_cover(Money(gift, "USD"), CARD)

    assert asked == Money(payment, "USD")
    assert asked - fee_on(asked, CARD) == Money(gift, "USD")


def test_yen_have_no_parts_to_round_to():
    tariff = Tariff(Fraction("0.036"), Money(0, "JPY"))

    assert with_cover(Money(500, "JPY"), tariff) == Money(519, "JPY")


def test_for_every_cent_from_1_to_1000_the_gift_arrives_and_a_cent_less_would_not_do():
    for minor in range(1_00, 1_000_00 + 1):
        payment = with_cover(Money(minor, "USD"), CARD).minor
        # In whole numbers of another making: the fee in thousandths of a cent, and a half rounded up.
        assert payment - (payment * 29 + 30_000 + 500) // 1000 >= minor
        assert (payment - 1) - ((payment - 1) * 29 + 30_000 + 500) // 1000 < minor


@given(
    gift=st.integers(1, 10**12),
    share=st.fractions(0, Fraction(99, 100), max_denominator=10_000),
    fixed=st.integers(0, 10_000),
    step=st.sampled_from([1, 10, 100]),
)
def test_whatever_the_tariff_the_gift_arrives_and_nothing_is_asked_in_vain(gift, share, fixed, step):
    tariff = Tariff(share, Money(fixed, "KWD"))
    payment = with_cover(Money(gift, "KWD"), tariff, step_minor=step)
    a_step_less = payment - Money(step, "KWD")

    assert payment.minor % step == 0
    assert payment - fee_on(payment, tariff) >= Money(gift, "KWD")
    assert a_step_less - fee_on(a_step_less, tariff) < Money(gift, "KWD")


def test_without_a_fee_nothing_is_added():
    assert with_cover(Money(10_00, "EUR"), Tariff(Fraction(0), Money(0, "EUR"))) == Money(10_00, "EUR")


def test_a_tariff_is_never_made_of_floats_nor_of_all_there_is():
    with pytest.raises(TypeError):
        Tariff(0.029, Money(30, "USD"))
    with pytest.raises(ValueError):
        Tariff(Fraction(1), Money(30, "USD"))
    with pytest.raises(ValueError):
        Tariff(Fraction("0.029"), Money(-30, "USD"))


def test_a_tariff_in_dollars_says_nothing_of_euros():
    with pytest.raises(MixedCurrencies):
        with_cover(Money(10_00, "EUR"), CARD)
    with pytest.raises(MixedCurrencies):
        fee_on(Money(10_00, "EUR"), CARD)
