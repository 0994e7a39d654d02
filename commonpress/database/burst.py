"""Acts that many people do at the same moment share a commit, and with it a sync of the disk.

    @burst
    def vote(comment, *, voter, value): ...

reads and behaves like `@transaction.atomic`. On SQLite, where each commit waits for the disk and one writes at a
time, the acts of all who wait are done by one thread, one after the other, each in a savepoint of its own, and
committed together (sqlite/group.py), those with money in hand by themselves and first. Inside an open transaction
and on PostgreSQL, which gathers commits itself, the act is simply called.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
T = TypeVar("T")


def burst(act: Callable[P, T]) -> Callable[P, T]:
    """Make a short act one transaction, shared where that spares a sync. It returns, or raises, once it is on the disk.

    The act runs in another thread, in the caller's context: language, zone and context variables hold, what is
    kept per thread does not. What it leaves for `on_commit` is done in the caller's own thread.
    """
    alone: Callable[P, T] = transaction.atomic(act)

    @wraps(act)
    def in_company(*args: P.args, **kwargs: P.kwargs) -> T:
        # A connection like any other, but for what ours of SQLite can do beyond Django's.
        database: Any = connection
        if database.vendor != "sqlite" or database.in_atomic_block:
            return alone(*args, **kwargs)
        result: T = database.do_in_a_group(partial(act, *args, **kwargs))
        return result

    return in_company
