"""Statements that are prepared on PostgreSQL's server, put to it by libpq's own calls.

For the driver's cursor each statement is the first: it reads the words, waits for the socket in steps of Python, each
of which other threads may cut in on, and asks what kind of answer came. For a row by its key that takes three times
what libpq and the server need. The driver's part here is what it knows of types, and of errors.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection, Cursor, OperationalError, errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]
# Its words and the types of its values: one for small numbers and one for large ones.
Statement = tuple[str, Any]

# So many of one connection's; for one more, that which was asked longest ago goes.
MOST_PREPARED = 200
# Those that were asked, before it is known that they come again, are forgotten when they are so many.
MOST_COUNTED = 2_000
ANSWERED = {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
COLUMNS_HAVE_CHANGED, FORGOTTEN = "0A000", "26000"


class Statements:
    """What is prepared on one connection: the names of statements, that which was asked longest ago first."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.names: dict[Statement, bytes] = {}
        self.asked: Counter[Statement] = Counter()
        self.numbers = count(1)
        # Asked so often it is prepared; never, where this is None. The driver prepares none from here on: after a
        # ROLLBACK it would have the server forget its own, and ours with them.
        self.after, connection.prepare_threshold = connection.prepare_threshold, None

    def comes_again(self, statement: Statement) -> bool:
        """Tell whether a statement is prepared, or was asked so often before that it is to be."""
        if statement in self.names:
            return True
        if len(self.asked) >= MOST_COUNTED:
            self.asked.clear()
        self.asked[statement] += 1
        return self.after is not None and self.asked[statement] > self.after

    def name_of(self, statement: Statement, connection: Connection[Any]) -> bytes:
        """Return its name, after having had the server read it where it is new. Raises psycopg's errors."""
        name = self.names.pop(statement, None)
        if name is None:
            if len(self.names) >= MOST_PREPARED:
                oldest = next(iter(self.names))
                _checked(connection, connection.pgconn.exec_(b"DEALLOCATE " + self.names[oldest]))
                del self.names[oldest]
            words, types = statement
            name = b"asked_often_%d" % next(self.numbers)
            _checked(connection, connection.pgconn.prepare(name, _numbered(words), types))
        self.names[statement] = name
        return name

    def hear_of(self, error: errors.Error, statement: Statement) -> None:
        """Forget what the server has forgotten, or can do no more, so that the next to ask is answered."""
        if error.sqlstate == FORGOTTEN:
            # All of them: nobody has it forget but one.
            self.names.clear()
        elif error.sqlstate == COLUMNS_HAVE_CHANGED:
            self.names.pop(statement, None)
            # The server has the old one still: it is to be a while until it is given a new one.
            self.asked[statement] = 0


_prepared: WeakKeyDictionary[Connection[Any], Statements] = WeakKeyDictionary()


def answer(connection: Connection[Any], words: str, values: Sequence[Any]) -> list[Row]:
    """Return the rows of a statement, none where it has none. It begins a transaction as the driver's cursor would.

    Raises psycopg's errors.
    """
    prepared = _prepared.get(connection)
    if prepared is None:
        prepared = _prepared[connection] = Statements(connection)
    if prepared.after is None:
        return _by_cursor(connection, words, values)
    adapted = Transformer(connection)
    given = adapted.dump_sequence(values, [PyFormat.AUTO] * len(values))
    statement = words, adapted.types
    if not prepared.comes_again(statement) or not _begin(connection):
        return _by_cursor(connection, words, values)
    try:
        name = prepared.name_of(statement, connection)
        result = _checked(
            connection,
            connection.pgconn.exec_prepared(name, given, adapted.formats),  # type: ignore[arg-type]  # NULL is None
        )
    except errors.Error as error:
        prepared.hear_of(error, statement)
        raise
    adapted.set_pgresult(result)
    return adapted.load_rows(0, result.ntuples, tuple)


def _begin(connection: Connection[Any]) -> bool:
    """Begin a transaction where one is to be begun; False where it is of a kind that is left to the driver."""
    if connection.autocommit or connection.pgconn.transaction_status != TransactionStatus.IDLE:
        return True
    if any(kind is not None for kind in (connection.isolation_level, connection.read_only, connection.deferrable)):
        return False
    _checked(connection, connection.pgconn.exec_(b"BEGIN"))
    return True


def _by_cursor(connection: Connection[Any], words: str, values: Sequence[Any]) -> list[Row]:
    with Cursor(connection) as cursor:
        cursor.execute(words, values)
        # Its description would say so too, and tell of each column first what nobody asks.
        return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []


def _checked(connection: Connection[Any], result: PGresult) -> PGresult:
    if result.status in ANSWERED:
        return result
    error = errors.error_from_result(result)
    if connection.pgconn.status == ConnStatus.BAD and not error.sqlstate:
        # The server gave no code: it is libpq that found the connection at its end.
        raise OperationalError(result.get_error_message())
    raise error


@lru_cache(maxsize=500)
def _numbered(words: str) -> bytes:
    numbers = count(1)
    return re.sub("%s|%%", lambda found: f"${next(numbers)}" if found[0] == "%s" else "%", words).encode()
