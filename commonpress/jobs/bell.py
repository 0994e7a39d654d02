"""Wakes the lanes of this process when a job was committed, so that none waits for its poll."""

import threading
from collections import defaultdict

_bells: dict[str, threading.Event] = defaultdict(threading.Event)


def bell(queue: str) -> threading.Event:
    return _bells[queue]


def ring(queue: str) -> None:
    _bells[queue].set()
