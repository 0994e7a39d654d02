"""The one way to say that what a page shows has changed."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.utils import timezone

from commonpress.changes.listeners import CHANNEL, tell_own
from commonpress.database.plain import fetched

# A statement has room for so many values on any SQLite.
AT_ONCE = 400


def changed(*keys: str) -> None:
    """Record that these keys changed, in the caller's own transaction.

    A key names a row that pages show, as in "thread:12", "page:7", "drive:3", "publication".
    Freshness is part of the change: rolled back with it, committed with it, never a job.
    This process knows as soon as it is committed, others when they next look (watch.py).

    Raises TransactionManagementError outside `transaction.atomic`.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("changed() belongs inside the transaction of the change.")
    changed_keys = list(dict.fromkeys(keys))
    said = _said_before()
    new = [key for key in changed_keys if key not in said]
    for first in range(0, len(new), AT_ONCE):
        some = new[first : first + AT_ONCE]
        said.update(zip(some, _record(some), strict=True))
    numbers = [said[key] for key in changed_keys]

    # A function with a name of its own: where it fails, Django's log asks for that.
    def tell_committed() -> None:
        tell_own(numbers, changed_keys)

    # Robust: what is said stands in the table already, and somebody else's failing hook is not the writer's.
    transaction.on_commit(tell_committed, robust=True)


def _said_before() -> dict[str, int]:
    """Return the numbers of what others said in the same transaction (sqlite/group.py), to be added to."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    # What is said within a savepoint may be undone with it.
    if database.vendor != "sqlite" or database.said_in_group is None or database.savepoint_ids:
        return {}
    said: dict[str, int] = database.said_in_group
    return said


def _record(keys: list[str]) -> list[int]:
    """Write the keys' rows and return their numbers; in words of our own, since it is part of every vote."""
    at = timezone.now()
    rows = ", ".join(["(%s, %s)"] * len(keys))
    record = f"INSERT INTO changes_change (key, at) VALUES {rows} RETURNING id"  # noqa: S608  placeholders
    values: list[object] = [value for key in keys for value in (key, at)]
    if connection.vendor == "postgresql":
        # With the rows, in one way to the server: those who listen are told of them at the commit.
        record = f"WITH said AS ({record}, key) SELECT id, pg_notify(%s, id || ' ' || key) FROM said"  # noqa: S608  the same
        values.append(CHANNEL)
    return [number for number, *_told in fetched(record, values)]
