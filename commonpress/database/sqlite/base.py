"""SQLite as we run it: WAL, FULL, IMMEDIATE, and writers that queue.

FULL is the only mode that loses nothing that was acknowledged when the power fails.
IMMEDIATE, because a transaction that first reads and then writes would fail at once when
another wrote between.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import OperationalError, transaction
from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.base import SQLiteCursorWrapper

from commonpress.database.priority import is_money
from commonpress.database.sqlite.group import group_of
from commonpress.database.sqlite.queue import WaitedTooLong, WriteQueue, queue_of

WAIT_SECONDS = 20
PRAGMAS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = {synchronous};
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -16000;
PRAGMA temp_store = MEMORY
"""
READS = ("SELECT", "PRAGMA", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "VALUES")


# What is known of files, by their names.
in_wal: dict[str, bool] = {}
looking = threading.Lock()


def is_in_wal(file: Path | str) -> bool:
    """Say so by the header, where byte 19 is 2 (https://www.sqlite.org/fileformat.html, 1.3.3).

    Looked at once, before this process has a connection to the file: whoever closes any descriptor of a file loses all
    of the process's POSIX locks on it, and the next process to go away takes the WAL of the living with it
    (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    name = str(file)
    with looking:
        if name not in in_wal:
            try:
                with Path(file).open("rb") as database:
                    in_wal[name] = database.read(20)[19:] == b"\x02"
            except FileNotFoundError:
                in_wal[name] = False
            except OSError as error:
                raise OperationalError(f"unable to open database file: {error.strerror}") from error
        return in_wal[name]


Stock: Any = base.DatabaseWrapper  # its stubs leave out the hooks overridden here


class DatabaseWrapper(Stock):
    init_commands: list[str]
    queue: WriteQueue | None = None
    holds_ticket = False
    # Of a group's connection: which changes those in its transaction have said, and the numbers of their rows.
    said_in_group: dict[str, int] | None = None
    # A server that is running never takes an empty file for its database because the real one is away.
    may_create = True

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        parameters.setdefault("timeout", WAIT_SECONDS)
        self.transaction_mode = "IMMEDIATE"
        pragmas = PRAGMAS.format(synchronous=parameters.pop("synchronous", "FULL"))
        self.init_commands = [*pragmas.split(";"), *self.init_commands]
        self.queue = None if self.is_in_memory_db() else queue_of(str(parameters["database"]))
        return parameters

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.may_create and self.queue is not None and not Path(conn_params["database"]).exists():
            raise OperationalError("unable to open database file: it is not there")
        # Whoever turns a file to WAL has to be alone with it, and SQLite refuses the others instead of letting them wait.
        if self.queue is None or is_in_wal(conn_params["database"]):
            return super().get_new_connection(conn_params)
        self.take_ticket()
        try:
            made = super().get_new_connection(conn_params)
        finally:
            self.give_ticket_back()
        in_wal[str(conn_params["database"])] = True
        return made

    def create_cursor(self, name: str | None = None) -> "QueuingCursor":
        cursor: QueuingCursor = self.connection.cursor(factory=QueuingCursor)
        cursor.database = self
        return cursor

    # A transaction takes its ticket before it begins and gives it back when it has ended, however it ends.

    def _start_transaction_under_autocommit(self) -> None:
        self.take_ticket()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self.give_ticket_back()
            raise

    def _commit(self) -> None:
        super()._commit()
        self.give_ticket_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self.give_ticket_back()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self.give_ticket_back()

    def take_ticket(self) -> None:
        if self.queue is None or self.holds_ticket:
            return
        try:
            self.queue.take(money=is_money(), seconds=WAIT_SECONDS)
        except WaitedTooLong:
            raise OperationalError("database is locked: another transaction has been open too long") from None
        except OSError as error:
            raise OperationalError(f"unable to open database file: {error.strerror}") from error
        self.holds_ticket = True

    def give_ticket_back(self) -> None:
        if self.holds_ticket and self.queue is not None:
            self.holds_ticket = False
            self.queue.give_back()

    def do_in_a_group(self, call: Callable[[], Any]) -> Any:
        """Have a call, in a transaction, share its commit with others that wait. Expects that none is open."""
        if self.is_in_memory_db():
            with transaction.atomic(using=self.alias):
                return call()
        return group_of(self).do(call)

    async def do_in_a_group_for_loop(self, call: Callable[[], Any]) -> Any:
        """Do the same for a loop, without a connection of its own. Not for a database in memory."""
        return await group_of(self).do_for_loop(call)

    @contextmanager
    def ticket_for(self, query: str) -> Iterator[bool]:
        """Queue for one statement that writes outside a transaction; True if it had to."""
        if self.in_atomic_block or self.holds_ticket or query.lstrip()[:9].upper().startswith(READS):
            yield False
            return
        self.take_ticket()
        try:
            yield True
        finally:
            self.give_ticket_back()


class QueuingCursor(SQLiteCursorWrapper):
    database: DatabaseWrapper
    kept: Iterator[Any] | None = None

    def execute(self, query: str, params: Any = None) -> "QueuingCursor":
        return self._queued(query, lambda: super(QueuingCursor, self).execute(query, params))

    def executemany(self, query: str, param_list: Iterable[Any]) -> "QueuingCursor":
        return self._queued(query, lambda: super(QueuingCursor, self).executemany(query, param_list))

    def _queued(self, query: str, execute: Callable[[], Any]) -> "QueuingCursor":
        self.kept = None
        with self.database.ticket_for(query) as queued:
            execute()
            if queued and self.description is not None:
                # INSERT ... RETURNING commits when its last row was read, so that happens now.
                self.kept = iter(super().fetchall())
        return self

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # any iterator will do
        return self.kept if self.kept is not None else super().__iter__()

    def fetchone(self) -> Any:
        return next(self.kept, None) if self.kept is not None else super().fetchone()

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        if self.kept is None:
            return list(super().fetchmany(size))
        return [row for _, row in zip(range(size or 1), self.kept, strict=False)]

    def fetchall(self) -> list[Any]:
        return list(self.kept) if self.kept is not None else list(super().fetchall())
