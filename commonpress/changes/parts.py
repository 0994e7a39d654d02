"""Parts of pages that change by themselves: the meter on every page, the comments under a story.

What draws a part names the function that does it and the values it needs, nothing of the request: so it is
the same for everybody, and whoever keeps pages draws it again by itself when only what it shows has changed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Slot:
    """A place for a part, the same wherever the same is drawn: by which function, of what values, in whose words."""

    draw: Callable[..., str]
    values: tuple[Any, ...]
    language: str | None
    zone: tzinfo

    def html(self) -> str:
        """Draw the part as it is now."""
        with translation.override(self.language), timezone.override(self.zone):
            return self.draw(*self.values)


_left_open: ContextVar[Callable[[Slot], str] | None] = ContextVar("left_open", default=None)


@contextmanager
def leaving_open(mark: Callable[[Slot], str]) -> Iterator[None]:
    """Have pages drawn inside put a mark where a part would stand, instead of drawing it."""
    token = _left_open.set(mark)
    try:
        yield
    finally:
        _left_open.reset(token)


def part(draw: Callable[..., str], *values: Any) -> SafeString:
    """Return a part of the page being drawn, or the mark of its place.

    `draw` returns HTML and is a function of a module; `values` can be hashed, and say all about the page it needs:
    when one of them changes, the page around it has changed.
    """
    mark = _left_open.get()
    if mark is None:
        return mark_safe(draw(*values))
    slot = Slot(draw, values, translation.get_language(), timezone.get_current_timezone())
    return mark_safe(mark(slot))
