from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpress.discussion import ranking

counts = st.integers(min_value=0, max_value=1_000_000)


def test_one_vote_of_one_does_not_outrank_ninety_of_a_hundred():
    assert ranking.confidence(1, 0) < ranking.confidence(90, 10)


def test_a_comment_without_votes_is_sure_of_nothing():
    assert ranking.confidence(0, 0) == 0.0


def test_negative_counts_are_refused():
    with pytest.raises(ValueError):
        ranking.confidence(-1, 0)


@given(counts, counts)
def test_confidence_lies_below_the_share_and_between_0_and_1(up, down):
    sure = ranking.confidence(up, down)

    assert 0 <= sure <= 1
    assert sure <= (up / (up + down) if up + down else 0) + 1e-12


@given(counts, counts)
def test_one_more_vote_up_never_lowers_confidence(up, down):
    assert ranking.confidence(up + 1, down) >= ranking.confidence(up, down) - 1e-12


def test_guests_votes_weigh_as_much_as_ten_and_signed_in_peoples_at_most():
    assert ranking.weighed(0, 0, 500, 0) == (10.0, 0.0)
    assert ranking.weighed(20, 0, 0, 500) == (20.0, 30.0)
    assert ranking.weighed(0, 0, 3, 1) == (3.0, 1.0)


@given(st.integers(min_value=1, max_value=2**31 - 1), st.integers(min_value=1, max_value=2**31 - 1))
def test_two_comments_of_a_thread_never_share_a_key(one, other):
    at = datetime(2026, 5, 3, tzinfo=UTC)

    assert (ranking.key_new(at, one) == ranking.key_new(at, other)) == (one == other)
    assert (ranking.key_voted(4, one) == ranking.key_voted(4, other)) == (one == other)


def test_ten_times_the_agreement_is_as_hot_as_a_day_later():
    at = datetime(2026, 5, 3, tzinfo=UTC)

    assert ranking.key_hot(at, 9, 0, 0, 1) == ranking.key_hot(at + timedelta(days=1), 0, 0, 0, 1)
    assert ranking.key_hot(at, 99, 0, 0, 1) > ranking.key_hot(at + timedelta(days=1, hours=23), 0, 0, 0, 1)


@given(counts, counts, counts)
def test_a_vote_up_or_an_answer_never_cools_a_comment(up, down, below):
    at = datetime(2026, 5, 3, tzinfo=UTC)

    hot = ranking.key_hot(at, up, down, below, 7)

    assert ranking.key_hot(at, up + 1, down, below, 7) >= hot
    assert ranking.key_hot(at, up, down, below + 1, 7) >= hot
    assert ranking.key_hot(at, up, down + 1, below, 7) <= hot


@given(counts, counts, st.integers(min_value=-(2**40), max_value=2**40))
def test_keys_fit_a_signed_bigint(up, down, score):
    number = 2**31 - 1
    late = datetime(2105, 1, 1, tzinfo=UTC)

    keys = [
        ranking.key_best(up, down, number),
        ranking.key_voted(score, number),
        ranking.key_new(late, number),
        ranking.key_hot(late, up, down, up, number),
        ranking.key_discussed(2**40, number),
    ]

    assert all(0 <= key < 2**63 for key in keys)


def test_a_comment_from_before_1970_sorts_as_the_oldest():
    old = datetime(1970, 1, 1, tzinfo=UTC) - timedelta(days=400)

    assert ranking.key_new(old, 7) == 7
