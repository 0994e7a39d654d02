"""Where the chain of the book ends."""

from dataclasses import dataclass
from datetime import datetime

from commonpress.fundraising.models.seal import Seal


@dataclass(frozen=True, slots=True)
class Head:
    """The hash of the last line sealed, as hexadecimal letters, and how many lines there are up to it."""

    hash: str
    lines: int
    sealed_at: datetime


def latest() -> Head | None:
    seal = Seal.objects.first()
    return Head(bytes(seal.head).hex(), seal.last_position, seal.sealed_at) if seal else None
