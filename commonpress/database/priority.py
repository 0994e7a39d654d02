"""Whose write goes first. Money is never kept waiting by a flood of comments."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

Class = Literal["money", "other"]

_class: ContextVar[Class] = ContextVar("class of writes", default="other")


@contextmanager
def priority(of_writes: Class) -> Iterator[None]:
    """Put the transactions begun inside before those of the other class. PostgreSQL needs no queue."""
    before = _class.set(of_writes)
    try:
        yield
    finally:
        _class.reset(before)


def is_money() -> bool:
    return _class.get() == "money"
