"""The one way to say that what a page shows has changed."""

from django.db import connection, transaction
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
    numbers = [
        number
        for first in range(0, len(changed_keys), AT_ONCE)
        for number in _record(changed_keys[first : first + AT_ONCE])
    ]
    if connection.vendor == "postgresql":
        words = [f"{number} {key}" for number, key in zip(numbers, changed_keys, strict=True)]
        fetched("SELECT pg_notify(%s, word) FROM unnest(%s::text[]) AS word", [CHANNEL, words])

    # A function with a name of its own: where it fails, Django's log asks for that.
    def tell_committed() -> None:
        tell_own(numbers, changed_keys)

    # Robust: what is said stands in the table already, and somebody else's failing hook is not the writer's.
    transaction.on_commit(tell_committed, robust=True)


def _record(keys: list[str]) -> list[int]:
    """Write the keys' rows and return their numbers; in words of our own, since it is part of every vote."""
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    rows = ", ".join(["(%s, %s)"] * len(keys))
    recorded = fetched(
        f"INSERT INTO changes_change (key, at) VALUES {rows} RETURNING id",  # noqa: S608  placeholders
        [value for key in keys for value in (key, at)],
    )
    return [number for (number,) in recorded]
