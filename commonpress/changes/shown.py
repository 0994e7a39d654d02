"""What a page shows, told by what draws it and heard by what keeps it.

`changed` and `shows` speak of the same keys: a kept page is stale once a key it shows has changed.
Rows of models that are `Keyed` say so by themselves, whenever one is read. Lists have to say which
list they are, as in shows("desk:3"), since the row that is not on them yet cannot.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

R = TypeVar("R")


@dataclass
class Shown:
    """What has been heard of a page. Only a page whose view has said so may be kept."""

    keys: set[str] = field(default_factory=set)
    until: datetime | None = None
    may_be_kept: bool = False
    # It is made from nothing, to be kept: there is no reader.
    is_for_nobody: bool = False
    # What was read for it already.
    read: dict[str, Any] = field(default_factory=dict)


_heard: ContextVar[Shown | None] = ContextVar("heard", default=None)


@contextmanager
def hearing(*, for_nobody: bool = False) -> Iterator[Shown]:
    """Hear what is said of the page drawn inside."""
    shown = Shown(is_for_nobody=for_nobody)
    token = _heard.set(shown)
    try:
        yield shown
    finally:
        _heard.reset(token)


def shows(*keys: str, until: datetime | None = None) -> None:
    """Say that the page being drawn shows these, and, with `until`, that the clock alone changes it then.

    "thread:*" stands for every thread.
    """
    shown = _heard.get()
    if shown is None:
        return
    shown.keys.update(keys)
    if until is not None and (shown.until is None or until < shown.until):
        shown.until = until


def keep(*keys: str) -> None:
    """Say that the page being drawn is the same for everybody and may be kept, and which keys it shows."""
    shown = _heard.get()
    if shown is not None:
        shown.keys.update(keys)
        shown.may_be_kept = True


def is_for_nobody() -> bool:
    """Tell whether the page being drawn is made from nothing, so that there is no reader whose allowance it could take."""
    shown = _heard.get()
    return shown is not None and shown.is_for_nobody


def read_once(name: str, read: Callable[[], R]) -> R:
    """Read something once for the page being drawn, however many places of it show it."""
    shown = _heard.get()
    if shown is None:
        return read()
    if name not in shown.read:
        shown.read[name] = read()
    found: R = shown.read[name]
    return found


class Keyed:
    """Models whose rows pages show, with a `key` each: whoever reads a row, shows it. Stands before the model's base."""

    @property
    def key(self) -> str:
        """Return what names this row for `changed`, as in "page:7"; each model says how."""
        raise NotImplementedError

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any) -> Any:
        row = super().from_db(db, field_names, values)  # type: ignore[misc]  # of the model this stands before
        if _heard.get() is not None:
            shows(row.key)
        return row
