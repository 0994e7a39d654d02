"""How a long job learns that its worker is about to stop: it gives way, and is done again when there is a worker."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_stopping: ContextVar[threading.Event | None] = ContextVar("stopping", default=None)


class GaveWay(Exception):
    """A job ended before it was done, because its worker is about to stop; nothing is half done."""


@contextmanager
def stopped_by(stopping: threading.Event) -> Iterator[None]:
    """Have jobs done inside give way once this is set."""
    token = _stopping.set(stopping)
    try:
        yield
    finally:
        _stopping.reset(token)


def give_way() -> None:
    """Raise GaveWay if the worker is about to stop. A job calls this where nothing is half done; elsewhere it does nothing."""
    stopping = _stopping.get()
    if stopping is not None and stopping.is_set():
        raise GaveWay
