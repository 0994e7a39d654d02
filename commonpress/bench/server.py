"""What a bench is given to measure, and how it says that it cannot."""

from dataclasses import dataclass


class Unfit(Exception):
    """What was to be measured is not there; a fast answer would be no achievement."""


@dataclass(frozen=True)
class Server:
    address: str
    process: int
    data: str
