"""Statements in words of our own, as short a way to the database as there is.

Django's cursor costs several times what SQLite does for a row by its key. Inside a transaction, where the ticket is
held already (sqlite/base.py), such a statement goes straight to SQLite's own connection; elsewhere, and where somebody
counts or watches statements, through Django's.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def fetched(words: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Do a statement and return its rows, none where it has none. Values are as the database takes them."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    if (
        database.vendor == "sqlite"
        and database.in_atomic_block
        and not database.needs_rollback
        and not database.queries_logged
        and not database.execute_wrappers
    ):
        with database.wrap_database_errors:
            rows: list[tuple[Any, ...]] = database.connection.execute(_as_sqlite_has_them(words), values).fetchall()
            return rows
    with database.cursor() as cursor:
        cursor.execute(words, values)
        return list(cursor.fetchall()) if cursor.description else []


@lru_cache(maxsize=500)
def _as_sqlite_has_them(words: str) -> str:
    return words.replace("%s", "?").replace("%%", "%")
