"""Calls that many make at the same moment become one call, in one transaction, with what each of them brought.

    @gathered(by=meter_of)
    def record(several: Sequence[Sent]) -> list[Gift]: ...

    gift = record(sent)

Who calls while nobody is at it goes on at once, alone; who comes meanwhile waits, and once that is over the first of
them does it for all. What every one of them would do for itself, such as adding to a row that each holds until it
commits, is then done once. `by` says who belongs together: those who would have waited for each other in any case.

What is brought may be done twice, and by another thread: the act must leave it as it is, and depend on nothing else of
who brought it, such as their language.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from functools import update_wrapper
from typing import Any, Generic, TypeVar

from django.db import Error, IntegrityError, OperationalError, connection, transaction

from commonpress.database.burst import burst

B = TypeVar("B")
R = TypeVar("R")
ForMany = Callable[[Sequence[B]], Sequence[R]]

MOST_TOGETHER = 64
# Who is not begun after so long gives up, as who waits to write on SQLite does.
WAIT_SECONDS = 20
TOO_LONG = "another transaction has been open too long"
ENDED = "the thread that wrote for all was ended"
# https://www.postgresql.org/docs/current/errcodes-appendix.html: class 40 is a transaction that was rolled back.
ROLLED_BACK = "40"


def gathered(*, by: Callable[[B], Hashable]) -> "Callable[[ForMany[B, R]], Gathering[B, R]]":
    """Make a call for many one that takes what one brings, and returns what the act returned for it.

    An error undoes all of them, and each is then done by itself, so that who is to blame has it alone. Where it may be
    that all is committed all the same, nothing is done again, and all of them get OperationalError.

    Inside an open transaction it is part of that, and goes on alone. Raises OperationalError, too, for who has waited
    for twenty seconds and was not begun.
    """
    return lambda act: Gathering(act, by)


class Undone(Exception):
    """It was undone with others, for what may be no fault of its own, and is to be done again by itself."""


class Call(Generic[B, R]):
    """What one brings, and what becomes of it: `news` is let go when that is known, or when it is theirs to lead."""

    __slots__ = ("brought", "leads", "news", "outcome")

    def __init__(self, brought: B) -> None:
        self.brought = brought
        self.leads = False
        self.outcome: tuple[R] | Exception = OperationalError(ENDED)
        self.news = threading.Lock()
        self.news.acquire()


class Gathering(Generic[B, R]):
    """An act for many as a call for one. Those of this process who wait stand under what they have in common."""

    def __init__(self, act: ForMany[B, R], by: Callable[[B], Hashable]) -> None:
        update_wrapper(self, act)
        self.act, self.by = act, by
        self.forget()
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Begin anew: a forked child has none of its parent's threads."""
        self.turns = threading.Lock()
        # What nobody is at does not stand here.
        self.waiting: dict[Hashable, deque[Call[B, R]]] = {}

    def __call__(self, brought: B) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                (result,) = self.act([brought])
            return result
        call: Call[B, R] = Call(brought)
        common = self.by(brought)
        with self.turns:
            if common in self.waiting:
                self.waiting[common].append(call)
            else:
                self.waiting[common] = deque()
                call.leads = True
        if not call.leads:
            self._wait(call, common)
        if call.leads:
            self._lead(call, common)
        if isinstance(call.outcome, Undone):
            # Not in company: what fails only when all is committed fails for all of them (sqlite/group.py).
            self._do([call], of_their_own=transaction.atomic)
        return _outcome(call)

    def _wait(self, call: Call[B, R], common: Hashable) -> None:
        try:
            if not call.news.acquire(timeout=WAIT_SECONDS):
                if self._take_back(call, common):
                    raise OperationalError(TOO_LONG)
                # It is begun: only who does it knows what becomes of it.
                call.news.acquire()
        except BaseException:
            # Nobody may wait for one who has gone away.
            if not self._take_back(call, common) and call.leads:
                self._pass_on(common)
            raise

    def _take_back(self, call: Call[B, R], common: Hashable) -> bool:
        """Take back a call that nobody has begun; False where somebody has, or it is theirs to lead."""
        with self.turns:
            waiting = self.waiting.get(common, deque())
            if call not in waiting:
                return False
            waiting.remove(call)
            return True

    def _lead(self, own: Call[B, R], common: Hashable) -> None:
        with self.turns:
            waiting = self.waiting[common]
            others = [waiting.popleft() for _ in range(min(MOST_TOGETHER - 1, len(waiting)))]
        try:
            self._do([own, *others])
        finally:
            # However this thread ends: who waits is told.
            self._pass_on(common)
            for call in others:
                call.news.release()

    def _pass_on(self, common: Hashable) -> None:
        with self.turns:
            waiting = self.waiting[common]
            if not waiting:
                del self.waiting[common]
                return
            following = waiting.popleft()
            following.leads = True
        following.news.release()

    def _do(self, together: Sequence[Call[B, R]], *, of_their_own: Callable[[Any], Any] = burst) -> None:
        """Do it for all of them, in a transaction made by `of_their_own`, and say to each what came of it."""
        is_undone = is_committed = False

        def hear_of_commit() -> None:
            nonlocal is_committed
            is_committed = True

        @of_their_own
        def inside() -> list[tuple[R]]:
            nonlocal is_undone
            transaction.on_commit(hear_of_commit)
            try:
                results = self.act([call.brought for call in together])
                return [(result,) for _call, result in zip(together, results, strict=True)]
            except BaseException:
                is_undone = True
                raise

        try:
            for call, result in zip(together, inside(), strict=True):
                call.outcome = result
        except Exception as error:  # noqa: BLE001 - whatever it is, it is for who called
            is_undone = is_undone or (not is_committed and _says_undone(error))
            for call in together:
                if len(together) == 1:
                    call.outcome = error
                else:
                    call.outcome = Undone() if is_undone else _because_of(error)


def _says_undone(error: Exception) -> bool:
    """Tell whether a commit that failed with this error surely was none."""
    return isinstance(error, IntegrityError) or (
        isinstance(error, Error) and str(getattr(error.__cause__, "sqlstate", "")).startswith(ROLLED_BACK)
    )


def _because_of(error: Exception) -> Exception:
    # One for each: threads that raise the same one write over each other's tracebacks.
    own = OperationalError(str(error))
    own.__cause__ = error
    return own


def _outcome(call: Call[B, R]) -> R:
    outcome, call.outcome = call.outcome, Undone()
    if not isinstance(outcome, Exception):
        return outcome[0]
    try:
        raise outcome
    finally:
        # Else the frame holds the error, whose traceback holds the frame.
        del outcome
