"""Who asks to be told, as the packages above know them.

People and guests live in accounts, above this package, so accounts registers here how to name who sent a request.
"""

from collections.abc import Callable

from django.http import HttpRequest

_ask: Callable[[HttpRequest], str] | None = None


def register(ask: Callable[[HttpRequest], str]) -> None:
    """Have `ask(request)` say who sent it, as in "g:34"; empty for a stranger."""
    global _ask  # noqa: PLW0603  one way to know people, registered once at start
    _ask = ask


def asker_of(request: HttpRequest) -> str:
    return _ask(request) if _ask is not None else ""
