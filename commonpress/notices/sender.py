"""Who our letters are from.

The publication lives in the newsroom, above this package, so the newsroom registers how to
ask for its name here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings


@dataclass(frozen=True)
class Sender:
    """The publication as its letters show it; `reply_to` may be empty. `zone` says when its mornings are."""

    name: str
    language: str
    reply_to: str
    zone: str = "UTC"

    @property
    def address(self) -> str:
        # COMMONPRESS_MAIL_FROM may carry a name of its own; letters carry the publication's.
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    @property
    def url(self) -> str:
        return str(settings.PUBLIC_URL)


_ask: Callable[[], Sender] | None = None


def register(ask: Callable[[], Sender]) -> None:
    """Have `ask` called for each letter: the publication's name can change at any time."""
    global _ask  # noqa: PLW0603  one publication, registered once at start
    _ask = ask


def sender() -> Sender:
    if _ask is None:
        return Sender(name="Commonpress", language=settings.LANGUAGE_CODE, reply_to="")
    return _ask()
