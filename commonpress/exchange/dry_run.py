"""Trying an import without a trace."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, transaction

from commonpress.database import tables
from commonpress.database.sqlite.copy import on_a_copy


@contextmanager
def taken_back() -> Iterator[None]:
    """Take everything back the block writes.

    On SQLite it writes into a copy, brought up to date where the tables are behind: a transaction of minutes would
    keep every writer of the live paper waiting. PostgreSQL lets others write beside one. Inside a transaction that has
    begun already, which a copy would know nothing of, it is one on SQLite as well.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with on_a_copy():
            if tables.are_behind():
                call_command("migrate", verbosity=0, skip_checks=True)
            with rolled_back():
                yield
    else:
        with rolled_back():
            yield


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
