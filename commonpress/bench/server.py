"""What a bench is given to measure, and how it says that it cannot."""

import time
import urllib.request
from dataclasses import dataclass

from commonpress.bench import processes

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


def wait_until_idle(process: int, *, seconds: float = 900) -> None:
    """Let the background work of a first start end: pictures and compressed files are not what is measured.

    Raises Unfit when it goes on and on.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        before = processes.cpu_seconds(process)
        time.sleep(2)
        if processes.cpu_seconds(process) - before < 0.2:
            return
    raise Unfit(f"The server was still busy with other things after {seconds:.0f} seconds.")
