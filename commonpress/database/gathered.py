"""Calls that many make at the same moment become one call, in one transaction, with what each of them brought.

    @gathered(by=drive_of)
    def record(gifts: Sequence[Gift]) -> list[Gift | Refusal]: ...

    record(gift)

reads and behaves like `@burst` (burst.py) with one gift. Who calls while nobody is at it goes on at once, alone; who
comes meanwhile waits, and once that is over the first of them does it for all. What every one of them would do for
itself, such as adding to a sum that each holds until it commits, is then done once. They would have waited for each
other in any case; who would not, because the drive is another, is told apart by `by`.

Only what is brought differs: language, zone and context variables are those of the one who does it.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from functools import update_wrapper
from typing import Generic, TypeVar

from django.db import OperationalError, connection

from commonpress.database.burst import burst

B = TypeVar("B")
R = TypeVar("R")
ForMany = Callable[[Sequence[B]], Sequence[R | Exception]]

MOST_TOGETHER = 64
ENDED = "the thread that wrote for all was ended"


def gathered(*, by: Callable[[B], Hashable]) -> "Callable[[ForMany[B, R]], Gathering[B, R]]":
    """Make a call for many one that takes what one brings, and returns what the act returned for it.

    An exception that the act returns is raised where it belongs, and undoes nothing; one that it raises undoes all of
    them, and each is done by itself then. Where the commit fails, or what comes after it, all of them fail.
    """
    return lambda act: Gathering(act, by)


class Undone(Exception):
    """It was undone with others, for what may be no fault of its own, and is to be done again by itself."""


class Call(Generic[B, R]):
    """What one brings, and what becomes of it: `over` is let go when that is known, or when it is theirs to lead."""

    __slots__ = ("brought", "leads", "outcome", "over")

    def __init__(self, brought: B) -> None:
        self.brought = brought
        self.leads = False
        self.outcome: R | Exception = Undone()
        self.over = threading.Lock()
        self.over.acquire()


class Gathering(Generic[B, R]):
    """An act for many as a call for one. Those of this process who wait stand under what they have in common."""

    def __init__(self, act: ForMany[B, R], by: Callable[[B], Hashable]) -> None:
        update_wrapper(self, act)
        self.act, self.by = act, by
        self.forget()
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Begin anew: a forked child has none of its parent's threads."""
        self.news = threading.Lock()
        # What nobody is at does not stand here.
        self.waiting: dict[Hashable, deque[Call[B, R]]] = {}

    def __call__(self, brought: B) -> R:
        if connection.in_atomic_block:
            return _outcome(self.act([brought])[0])
        call: Call[B, R] = Call(brought)
        common = self.by(brought)
        with self.news:
            if common in self.waiting:
                self.waiting[common].append(call)
            else:
                self.waiting[common] = deque()
                call.leads = True
        if not call.leads:
            call.over.acquire()
        if call.leads:
            self._lead(call, common)
        if isinstance(call.outcome, Undone):
            (call.outcome,) = self._do([call])
        return _outcome(call.outcome)

    def _lead(self, own: Call[B, R], common: Hashable) -> None:
        with self.news:
            waiting = self.waiting[common]
            others = [waiting.popleft() for _ in range(min(MOST_TOGETHER - 1, len(waiting)))]
        together = [own, *others]
        # Whatever ends this thread: who waits is told.
        outcomes: Sequence[R | Exception] = [OperationalError(ENDED) for _call in together]
        try:
            outcomes = self._do(together)
        finally:
            for call, outcome in zip(together, outcomes, strict=True):
                call.outcome = outcome
            with self.news:
                following = waiting.popleft() if waiting else None
                if following is None:
                    del self.waiting[common]
            if following is not None:
                following.leads = True
                following.over.release()
            for call in others:
                call.over.release()

    def _do(self, together: Sequence[Call[B, R]]) -> Sequence[R | Exception]:
        """Do it for all of them, and return what came of each."""
        is_undone = False

        @burst
        def inside() -> Sequence[R | Exception]:
            nonlocal is_undone
            try:
                return self.act([call.brought for call in together])
            except BaseException:
                is_undone = True
                raise

        try:
            return inside()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is for who called
            if len(together) == 1:
                return [error]
            if is_undone:
                return [Undone() for _call in together]
            # One for each: threads that raise the same one write over each other's tracebacks.
            return [_because_of(error) for _call in together]


def _because_of(error: Exception) -> Exception:
    own = OperationalError(str(error))
    own.__cause__ = error
    return own


def _outcome(outcome: R | Exception) -> R:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
