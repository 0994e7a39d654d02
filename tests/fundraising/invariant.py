"""What is true of the book after everything (money.md 3.4): asked at the end of every test about money."""

from commonpress.fundraising.ledger.audit import sums_apart


def assert_books_are_right():
    assert sums_apart() == []
