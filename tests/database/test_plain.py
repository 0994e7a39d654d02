"""Statements in words of our own."""

import pytest
from django.db import DatabaseError, connection, transaction

from commonpress.database.plain import fetched
from tests.factories.accounts import GuestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

GUEST = "SELECT id FROM accounts_guest WHERE id = %s"


def test_rows_come_back_and_what_has_none_gives_none():
    guest = GuestFactory()

    assert fetched(GUEST, [guest.pk]) == [(guest.pk,)]
    assert fetched(GUEST, [guest.pk + 1]) == []
    assert fetched("DELETE FROM accounts_guest WHERE id = %s", [guest.pk]) == []
    assert fetched(GUEST, [guest.pk]) == []


def test_what_the_database_refuses_is_an_error_of_djangos():
    with pytest.raises(DatabaseError), transaction.atomic():
        fetched("SELECT nothing FROM accounts_guest WHERE id = %s", [1])


def test_nothing_is_asked_in_a_transaction_that_is_to_be_taken_back():
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            fetched(GUEST, [1])


def test_who_counts_statements_sees_them(django_assert_num_queries):
    with django_assert_num_queries(1):
        fetched(GUEST, [1])


def test_the_server_keeps_words_that_are_asked_again_and_again():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's driver keeps them by itself")
    words = "SELECT id + %s FROM accounts_guest WHERE id = %s"
    for _time in range(10):
        fetched(words, [1, 2])

    kept = fetched("SELECT statement FROM pg_prepared_statements", [])

    assert [statement for (statement,) in kept].count("SELECT id + $1 FROM accounts_guest WHERE id = $2") == 1
