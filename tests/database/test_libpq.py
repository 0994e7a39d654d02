"""Statements prepared on PostgreSQL's server answer as any others do, whatever becomes of what they were made for."""

from contextlib import suppress

import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    InternalError,
    NotSupportedError,
    OperationalError,
    connection,
    transaction,
)

from commonpress.accounts.models import Guest
from commonpress.database import plain
from tests.factories.accounts import GuestFactory

if connection.vendor == "postgresql":
    import psycopg
    from psycopg import Cursor

    from commonpress.database import libpq

pytestmark = [
    pytest.mark.commits,
    pytest.mark.both_databases,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's driver prepares statements by itself"),
]

OFTEN = 10
GUEST = "SELECT id, identity_hash FROM accounts_guest WHERE id = %s"


@pytest.fixture(autouse=True)
def fresh_connection():
    connection.close()
    yield
    connection.close()


def often(words, values):
    """Ask so often that the statement is prepared, and return the last answer."""
    return [plain.fetched(words, values) for _time in range(OFTEN)][-1]


def prepared():
    return [words for (words,) in plain.fetched("SELECT statement FROM pg_prepared_statements ORDER BY name", [])]


def test_values_of_every_kind_come_back_as_they_went():
    words = "SELECT %s::bigint, %s::text, %s::boolean, %s::text, '100 %%'"

    for number in (1, 70_000, 2**40, -(2**40)):
        sent = (number, 'a “quoted”, \\ "text"\n', True, None)
        assert often(words, sent) == [(*sent, "100 %")]


def test_a_statement_without_rows_has_none():
    guest = GuestFactory()

    assert often("UPDATE accounts_guest SET identity_hash = 'Ann' WHERE id = %s", [guest.pk]) == []
    assert often(GUEST, [guest.pk]) == [(guest.pk, "Ann")]
    assert often(GUEST, [guest.pk + 1]) == []


def test_a_transaction_is_begun_and_taken_back_as_for_any_other_statement():
    guest = GuestFactory(identity_hash="Ann")
    rename = "UPDATE accounts_guest SET identity_hash = %s WHERE id = %s"
    often(rename, ["Ann", guest.pk])

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        plain.fetched(rename, ["Bea", guest.pk])
        raise ZeroDivisionError
    assert Guest.objects.get().identity_hash == "Ann"

    with transaction.atomic():
        plain.fetched(rename, ["Bea", guest.pk])
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            plain.fetched(rename, ["Cleo", guest.pk])
            raise ZeroDivisionError
    assert Guest.objects.get().identity_hash == "Bea"
    assert [words for words in prepared() if words.startswith("UPDATE")] == [
        "UPDATE accounts_guest SET identity_hash = $1 WHERE id = $2"
    ]


def test_a_row_that_is_refused_is_an_error_of_djangos_and_the_next_is_not():
    insert = "INSERT INTO changes_change (id, key, at) VALUES (%s, 'drive:1', now())"
    for number in range(1, OFTEN):
        plain.fetched(insert, [number])

    for _time in range(2):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            plain.fetched(insert, [1])
        assert refused.value.__cause__.sqlstate == "23505"
        assert "already exists" in str(refused.value)

    plain.fetched(insert, [OFTEN])
    assert plain.fetched("SELECT count(*) FROM changes_change", []) == [(OFTEN,)]


def test_a_statement_whose_columns_changed_fails_once():
    everything = "SELECT * FROM changing_table WHERE id = %s"
    plain.fetched("CREATE TEMPORARY TABLE changing_table AS SELECT 1 AS id", [])
    assert often(everything, [1]) == [(1,)]
    plain.fetched("ALTER TABLE changing_table ADD COLUMN name text DEFAULT 'Ann'", [])

    with pytest.raises(NotSupportedError):
        plain.fetched(everything, [1])

    assert often(everything, [1]) == [(1, "Ann")]


def test_where_the_server_has_forgotten_them_one_fails_once():
    guest = GuestFactory(identity_hash="Ann")
    number = "SELECT %s + 1"
    often(GUEST, [guest.pk])
    often(number, [1])
    plain.fetched("DEALLOCATE ALL", [])

    with pytest.raises(DatabaseError):
        plain.fetched(GUEST, [guest.pk])

    assert often(number, [1]) == [(2,)]
    assert often(GUEST, [guest.pk]) == [(guest.pk, "Ann")]


def test_a_rollback_and_what_else_the_driver_is_asked_leave_them_prepared():
    often("SELECT %s + 1", [1])
    with Cursor(connection.connection) as cursor:
        for _time in range(OFTEN):
            cursor.execute("SELECT %s + 2", [1])
    with suppress(ZeroDivisionError), transaction.atomic():
        plain.fetched("SELECT %s + 1", [1])
        raise ZeroDivisionError

    assert prepared() == ["SELECT $1 + 1"]
    assert plain.fetched("SELECT %s + 1", [1]) == [(2,)]


def test_in_a_transaction_that_has_failed_nothing_is_answered():
    often("SELECT %s + 1", [1])

    with pytest.raises(InternalError) as refused, transaction.atomic():
        with suppress(DatabaseError):
            plain.fetched("SELECT nothing", [])
        plain.fetched("SELECT %s + 1", [1])

    assert refused.value.__cause__.sqlstate == "25P02"
    assert plain.fetched("SELECT %s + 1", [1]) == [(2,)]


def test_a_server_that_ends_the_connection_is_an_operational_error_and_the_next_request_has_another():
    guest = GuestFactory(identity_hash="Ann")
    often(GUEST, [guest.pk])

    with pytest.raises(OperationalError), transaction.atomic():
        plain.fetched("SELECT pg_terminate_backend(pg_backend_pid())", [])
    connection.close_if_unusable_or_obsolete()

    assert plain.fetched(GUEST, [guest.pk]) == [(guest.pk, "Ann")]


def test_a_server_that_was_gone_before_is_one_too():
    guest = GuestFactory(identity_hash="Ann")
    often(GUEST, [guest.pk])
    ((backend,),) = plain.fetched("SELECT pg_backend_pid()", [])
    connection.close_if_unusable_or_obsolete()

    with pytest.raises(OperationalError), transaction.atomic():
        plain.fetched(GUEST, [guest.pk])
        end_backend(backend)
        plain.fetched(GUEST, [guest.pk])
    connection.close_if_unusable_or_obsolete()

    assert plain.fetched(GUEST, [guest.pk]) == [(guest.pk, "Ann")]


def end_backend(number):
    parameters = connection.get_connection_params()
    address = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters}
    with psycopg.connect(**address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [number])


def test_no_more_than_so_many_are_prepared_and_what_was_asked_longest_ago_goes(monkeypatch):
    monkeypatch.setattr(libpq, "MOST_PREPARED", 3)
    for number in (0, 1, 2):
        often(f"SELECT {number} + %s", [1])
    plain.fetched("SELECT 0 + %s", [1])

    assert often("SELECT 3 + %s", [1]) == [(4,)]
    assert prepared() == ["SELECT 0 + $1", "SELECT 2 + $1", "SELECT 3 + $1"]

    assert plain.fetched("SELECT 1 + %s", [1]) == [(2,)]
    assert prepared() == ["SELECT 0 + $1", "SELECT 3 + $1", "SELECT 1 + $1"]


def test_behind_a_pooler_none_is_prepared():
    connection.ensure_connection()
    connection.connection.prepare_threshold = None

    assert often("SELECT %s + 1", [1]) == [(2,)]

    assert prepared() == []


def test_a_transaction_of_another_kind_is_begun_by_the_driver():
    often("SELECT %s + 1", [1])
    connection.connection.read_only = True

    with transaction.atomic():
        assert plain.fetched("SELECT %s + 1", [1]) == [(2,)]
        assert plain.fetched("SHOW transaction_read_only", []) == [("on",)]
