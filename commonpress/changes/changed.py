"""The one way to say that what a page shows has changed."""

from django.db import transaction

from commonpress.changes.models import Change


def changed(*keys: str) -> None:
    """Record that these keys changed, in the caller's own transaction.

    A key names a row that pages show, as in "thread:12", "page:7", "drive:3", "publication".
    Freshness is part of the change: rolled back with it, committed with it, never a job.

    Raises TransactionManagementError outside `transaction.atomic`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("changed() belongs inside the transaction of the change.")
    Change.objects.bulk_create([Change(key=key) for key in dict.fromkeys(keys)])
