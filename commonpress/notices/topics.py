"""What can be followed, as the packages know it that have it: discussions, say.

They live above this package, so each registers here, at start, how to name its topics and how to tell of what
happened there. The first word of a topic says whose it is: "thread" of "thread:12:author".
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Protocol

from commonpress.notices.models import Notice, Subscriber


@dataclass(frozen=True)
class Described:
    """A topic as lists and confirmations show it: only words of ours and of the desk, never a reader's."""

    title: str
    address: str
    words: str


@dataclass(frozen=True)
class Telling:
    """What a letter says of one event. `text` is a reader's: plain, short, and nothing in it leads anywhere."""

    about: str
    title: str
    words: str
    name: str
    text: str
    address: str


class Teller(Protocol):
    def describe(self, topics: Collection[str]) -> Mapping[str, Described]:
        """Return the topics that readers may see now."""

    def may_tell(self, subscriber: Subscriber, notices: Sequence[Notice]) -> Collection[int]:
        """Return the keys of the notices of which this subscriber may be told now. They may be many."""

    def tell(self, subscriber: Subscriber, notices: Sequence[Notice]) -> Mapping[int, Telling]:
        """Return by a notice's key what is told of it, for those of which this subscriber may be told now."""


_tellers: dict[str, Teller] = {}


def register(kind: str, teller: Teller) -> None:
    _tellers[kind] = teller


def describe(topics: Collection[str]) -> dict[str, Described]:
    described: dict[str, Described] = {}
    for kind, same in groupby(sorted(topics), _kind):
        if kind in _tellers:
            described.update(_tellers[kind].describe(list(same)))
    return described


def may_tell(subscriber: Subscriber, notices: Collection[Notice]) -> list[int]:
    """Return the keys of the notices of which there is something to tell, in the order in which it happened."""
    return sorted(key for teller, same in _by_teller(notices) for key in teller.may_tell(subscriber, same))


def tell(subscriber: Subscriber, notices: Collection[Notice]) -> dict[int, Telling]:
    """Return by a notice's key what is to be told, in the order in which it happened."""
    told: dict[int, Telling] = {}
    for teller, same in _by_teller(notices):
        told.update(teller.tell(subscriber, same))
    return {key: told[key] for key in sorted(told)}


def _by_teller(notices: Collection[Notice]) -> Iterator[tuple[Teller, list[Notice]]]:
    for kind, same in groupby(sorted(notices, key=attrgetter("topic")), lambda notice: _kind(notice.topic)):
        if kind in _tellers:
            yield _tellers[kind], list(same)


def _kind(topic: str) -> str:
    return topic.partition(":")[0]
