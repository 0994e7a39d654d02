"""What kept pages are joined of, and whether it still stands. No Django."""

import time
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from functools import cached_property

from commonpress.changes.keys import every


@dataclass(eq=False)
class Part:
    """A part of kept pages as it was drawn, or, under its path, a page with the places of its parts left open.

    A place is what can be hashed. `since` is the store's moment before it was drawn, `until` the wall clock's.
    """

    place: Hashable
    pieces: tuple[bytes | Hashable, ...]
    keys: frozenset[str]
    until: float
    since: int
    headers: tuple[tuple[str, str], ...] = ()
    is_stale: bool = False
    # How many kept pages hold it; the store's.
    pages: int = 0

    @property
    def body(self) -> bytes:
        """What was drawn, without what stands in places left open."""
        return b"".join(piece for piece in self.pieces if isinstance(piece, bytes))

    @cached_property
    def size(self) -> int:
        return len(self.body) + 500 + 200 * (len(self.pieces) + len(self.keys))

    @property
    def still_stands(self) -> bool:
        return not self.is_stale and self.until > time.time()

    def shows(self, key: str) -> bool:
        return key in self.keys or every(key) in self.keys


def keys_of(parts: Collection[Part]) -> frozenset[str]:
    return frozenset().union(*(part.keys for part in parts))
