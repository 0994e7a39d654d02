"""What a bench is given to measure, and how it says that it cannot."""

import urllib.request
from dataclasses import dataclass

# A name in a query that would have to be decoded first is Django's to read, so that it makes the page.
BY_DJANGO = "?%78"


class Unfit(Exception):
    """What was to be measured is not there; a fast answer would be no achievement."""


@dataclass(frozen=True)
class Server:
    address: str
    process: int
    data: str


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - the server a bench has started
        return bytes(answer.read())
