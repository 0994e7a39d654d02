"""Whose pledge a movement answers, and when only a human may say so."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpress.bench.money.statement import make_statement, score, slipped, taken_twice, unknown_reference
from commonpress.fundraising.money import Money
from commonpress.fundraising.references import check_symbol
from commonpress.fundraising.statements.matching import Decision, Pledges, Promised, decide
from commonpress.fundraising.statements.sameness import Known, same_as, standings
from commonpress.fundraising.statements.spelling import is_one_slip
from tests.fundraising.statements import camt, entry, read

DAY = date(2021, 6, 10)


def reference(body):
    return body + check_symbol(body)


ONE, OTHER, THIRD = reference("7K3MQ2X"), reference("P9TTA4C"), reference("W2WXYZ5")


def promised(named, minor=25_00, currency="EUR", *, is_open=True, is_received=False, entered=None):
    return Promised(named, Money(minor, currency), is_open=is_open, is_received=is_received, entered=entered)


def decided(text, minor=25_00, currency="EUR", *, pledges=None, is_return=False):
    pledges = Pledges(pledges or [promised(ONE), promised(OTHER, 40_00), promised(THIRD, 10_00)])
    return decide(text=text, amount=Money(minor, currency), booked_on=DAY, is_return=is_return, pledges=pledges)


def booked(*parts):
    return Decision("book", parts=tuple((named, Money(minor, "EUR")) for named, minor in parts))


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        ONE.lower(),
        f"{ONE[:4]} {ONE[4:]}",
        f"{ONE[:4].lower()} {ONE[4:6].lower()}\n{ONE[6:].lower()}",
        "-".join(ONE),
        f"Spende{ONE}danke",
        f"RF18{ONE}",
        f"RF18 {ONE[:4]} {ONE[4:]}",
        f"{ONE}\n{ONE}",
        f"Thanks. Ref.: {ONE[:2]} {ONE[2:]}, June 2021",
    ],
)
def test_a_reference_is_found_however_it_is_set(text):
    assert decided(text) == booked((ONE, 25_00))


def test_look_alikes_are_read_as_what_they_look_like():
    named = reference("11A2B3C")
    pledges = [promised(named)]

    assert decided(named.replace("1", "l"), pledges=pledges) == booked((named, 25_00))
    assert decided(named.replace("1", "I"), pledges=pledges) == booked((named, 25_00))


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE[:3]}A{ONE[4:]}",
        f"{ONE[:3]}O{ONE[4:]}",
        f"{ONE[:2]}{ONE[3]}{ONE[2]} {ONE[4:]}",
        f"{ONE[:2]}{ONE[3:]}",
        f"{ONE[:4]}Z {ONE[4:]}",
        f"RF18{ONE[:3]}A{ONE[4:]}",
        f"please: {ONE[:3]}A {ONE[4:]} thank you",
    ],
    ids=["wrong", "no symbol of ours", "swapped", "missing", "too many", "creditor reference", "in a sentence"],
)
def test_one_slip_is_put_right_where_the_amount_says_the_same(text):
    assert decided(text) == booked((ONE, 25_00))
    assert decided(text, 24_99) == Decision("queue", "nearly_a_reference")
    assert decided(text, 25_00, "USD") == Decision("queue", "nearly_a_reference")
    assert decided(text, pledges=[promised(ONE, is_open=False)]).outcome == "queue"


def test_one_slip_from_two_pledges_is_left_to_a_human():
    body = ONE[:-1]
    near = next(
        other
        for place in range(7)
        for symbol in "23456789ABCDEFG"
        if (other := reference(body[:place] + symbol + body[place + 1 :])) != ONE
    )
    between = ONE[:-1] + near[-1]
    pledges = [promised(ONE), promised(near)]

    assert (is_one_slip(between, ONE), is_one_slip(between, near)) == (True, True)
    assert decided(between, pledges=pledges) == Decision("queue", "nearly_a_reference")


def test_a_right_reference_that_is_nobodys_is_never_bent_into_another():
    stranger = reference("7K3MQ2Y")

    assert decided(f"{stranger[:4]} {stranger[4:]}") == Decision("queue", "no_reference")


@pytest.mark.parametrize("minor", [1, 24_99, 25_01, 2_500_00])
def test_what_came_is_booked_as_it_came_where_the_reference_is_exact(minor):
    assert decided(f"Hello {ONE}", minor) == booked((ONE, minor))


def test_money_for_a_pledge_that_lapsed_is_still_its():
    assert decided(ONE, pledges=[promised(ONE, is_open=False)]) == booked((ONE, 25_00))


def test_two_references_are_split_where_the_sum_fits_and_else_left_to_a_human():
    text = f"{ONE} and {OTHER}"

    assert decided(text, 65_00) == booked((ONE, 25_00), (OTHER, 40_00))
    assert decided(f"{text} {THIRD}", 75_00) == booked((ONE, 25_00), (OTHER, 40_00), (THIRD, 10_00))
    for minor in (25_00, 40_00, 64_99, 65_01):
        assert decided(text, minor) == Decision("queue", "several_references")


def test_a_second_reference_with_a_slip_is_not_lost_on_the_first():
    slip = f"{OTHER[:3]}Z{OTHER[4:]}"

    assert decided(f"{ONE} + {slip}", 65_00) == booked((ONE, 25_00), (OTHER, 40_00))
    assert decided(f"{ONE} + {slip}", 60_00) == Decision("queue", "several_references")
    assert decided(f"{ONE} + 2B4C 6D8F", 60_00) == Decision("queue", "another_reference")


def test_a_pledge_that_was_paid_is_not_paid_again():
    paid = promised(ONE, is_open=False, is_received=True)

    assert decided(ONE, pledges=[paid]) == Decision("queue", "received_already")
    assert decided(f"{ONE} {OTHER}", 65_00, pledges=[paid, promised(OTHER, 40_00)]).why == "received_already"


def test_money_a_treasurer_entered_by_hand_is_recognised():
    def by_hand(day, minor=25_00):
        return promised(ONE, is_open=False, is_received=True, entered=(Money(minor, "EUR"), day))

    assert decided(ONE, pledges=[by_hand(date(2021, 6, 12))]).outcome == "entered"
    assert decided(ONE, pledges=[by_hand(date(2021, 5, 10))]) == Decision("queue", "received_already")
    assert decided(ONE, pledges=[by_hand(DAY, 20_00)]) == Decision("queue", "received_already")


def test_what_came_in_another_currency_is_booked_as_it_came():
    assert decided(ONE, 30_00, "USD").parts == ((ONE, Money(30_00, "USD")),)
    assert decided(f"{ONE} {OTHER}", 65_00, "USD") == Decision("queue", "several_references")


def test_what_went_out_is_ignored_and_what_came_back_is_not():
    received = [promised(ONE, is_open=False, is_received=True)]

    assert decided("Invoice 7", -25_00) == Decision("ignore", "went_out")
    assert decided("Invoice 7", -25_00, is_return=True) == Decision("queue", "came_back")
    assert decided(f"Return of {ONE}", -25_00, pledges=received) == Decision("queue", "came_back")
    assert decided("Our own", 25_00, is_return=True) == Decision("queue", "own_came_back")


@pytest.mark.parametrize("seed", range(6))
def test_a_statement_full_of_slips_is_matched_for_the_most_part_and_never_wrongly(seed):
    made = make_statement(seed, movements=400)

    found = score(made)

    assert (found.wrongly, taken_twice(made)) == (0, 0)
    assert found.share >= 95


@given(st.randoms(use_true_random=False), st.text(max_size=60))
def test_no_text_books_to_a_pledge_it_is_not_near_to(dice, text):
    pledges = Pledges([promised(unknown_reference(dice)) for _pledge in range(30)])

    assert (
        decide(text=text, amount=Money(25_00, "EUR"), booked_on=DAY, is_return=False, pledges=pledges).outcome
        == "queue"
    )


@given(st.randoms(use_true_random=False))
def test_every_slip_is_one(dice):
    named = unknown_reference(dice)
    wrong = slipped(named, dice)

    assert wrong == named or is_one_slip(wrong, named)


def known(statement, file=1):
    return [Known(file, same_as(movement), movement.booked_on) for movement in statement.movements]


def standing(statement, before):
    return [found for found, _number in standings(statement.movements, before)]


def test_a_file_read_twice_brings_nothing_new():
    statement = read(camt(entry(bank_id="B1"), entry(), entry(), entry("10.00")))

    assert standing(statement, []) == ["new"] * 4
    assert standing(statement, known(statement)) == ["known"] * 4


def test_two_equal_transfers_of_one_day_are_two():
    statement = read(camt(entry(), entry(), entry(bank_id="B1"), entry(bank_id="B2")))

    assert len({(same_as(movement), movement.ordinal) for movement in statement.movements}) == 4


def test_the_second_of_two_alike_is_new_where_the_first_file_had_only_one():
    morning, evening = read(camt(entry())), read(camt(entry(), entry()))

    assert standing(evening, known(morning)) == ["known", "new"]
    assert standing(morning, known(evening)) == ["known"]


def test_one_that_may_be_a_second_is_left_to_a_human_once():
    morning = read(camt(entry("5.00"), entry()))
    afternoon = read(camt(entry(), entry("7.00")))
    before = known(morning)

    assert standing(afternoon, before) == ["perhaps", "new"]
    after = [
        *before,
        Known(2, same_as(afternoon.movements[0]), DAY, was_unsure=True),
        Known(2, same_as(afternoon.movements[1]), DAY),
    ]
    assert standing(afternoon, after) == ["known", "known"]
    whole_day = read(camt(entry("5.00"), entry(), entry(), entry("7.00")))
    assert standing(whole_day, after) == ["known"] * 4


def test_a_file_that_overlaps_in_the_middle_of_a_day_brings_nothing_twice():
    morning = read(camt(entry("5.00"), entry(), entry("6.00"), entry("6.00")))
    rest = read(camt(entry(), entry("6.00"), entry("6.00"), entry("7.00")))

    assert standing(rest, known(morning)) == ["known", "known", "known", "new"]


def test_the_banks_own_id_counts_anew_every_day_at_some_banks():
    first = read(camt(entry(bank_id="0001")))
    second = read(camt(entry(bank_id="0001", day="2021-06-11"), entry("9.00", bank_id="0001", day="2021-06-10")))

    assert standing(second, known(first)) == ["new", "new"]
