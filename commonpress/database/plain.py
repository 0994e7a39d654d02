"""Statements in words of our own, as short a way to the database as there is.

Django's cursor costs several times what SQLite does for a row by its key. Inside a transaction, where the ticket is
held already (sqlite/base.py), such a statement goes straight to SQLite's own connection.

On PostgreSQL it goes straight to the driver, and words that come again and again are read once per connection (libpq.py;
address.py says when not). Django's cursor writes the values into them, so that the server would read and plan a
kilobyte of words anew for each row.

Where somebody counts or watches statements, they go through Django's.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def fetched(words: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Do a statement and return its rows, none where it has none. Values are as the database takes them, or moments, or days."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    values = [_as_kept(each, database) if isinstance(each, date) else each for each in values]
    if not (database.needs_rollback or database.queries_logged or database.execute_wrappers):
        if database.vendor == "postgresql":
            return _by_the_driver(database, words, values)
        if database.in_atomic_block:
            with database.wrap_database_errors:
                rows: list[tuple[Any, ...]] = database.connection.execute(_as_sqlite_has_them(words), values).fetchall()
                return rows
    with database.cursor() as cursor:
        cursor.execute(words, values)
        return list(cursor.fetchall()) if cursor.description else []


def _as_kept(moment_or_day: date, database: Any) -> Any:
    if isinstance(moment_or_day, datetime):
        return database.ops.adapt_datetimefield_value(moment_or_day)
    return database.ops.adapt_datefield_value(moment_or_day)


def _by_the_driver(database: Any, words: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    from commonpress.database import libpq  # noqa: PLC0415  only where there is PostgreSQL is its driver

    # As Django does before it makes a cursor.
    database.close_if_health_check_failed()
    database.ensure_connection()
    with database.wrap_database_errors:
        return libpq.answer(database.connection, words, values)


@lru_cache(maxsize=500)
def _as_sqlite_has_them(words: str) -> str:
    return words.replace("%s", "?").replace("%%", "%")
