"""The one way to say that what a page shows has changed."""

from django.db import connection, transaction

from commonpress.changes.listeners import CHANNEL, tell_own
from commonpress.changes.models import Change


def changed(*keys: str) -> None:
    """Record that these keys changed, in the caller's own transaction.

    A key names a row that pages show, as in "thread:12", "page:7", "drive:3", "publication".
    Freshness is part of the change: rolled back with it, committed with it, never a job.
    This process knows as soon as it is committed, others when they next look (watch.py).

    Raises TransactionManagementError outside `transaction.atomic`.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("changed() belongs inside the transaction of the change.")
    changes = Change.objects.bulk_create([Change(key=key) for key in dict.fromkeys(keys)])
    if connection.vendor == "postgresql":
        words = [f"{change.pk} {change.key}" for change in changes]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, word) FROM unnest(%s::text[]) AS word", [CHANNEL, words])

    # A function with a name of its own: where it fails, Django's log asks for that.
    def tell_committed() -> None:
        tell_own([change.pk for change in changes], [change.key for change in changes])

    # Robust: what is said stands in the table already, and somebody else's failing hook is not the writer's.
    transaction.on_commit(tell_committed, robust=True)
