"""One commit for all who wait: acts that come together are done by one thread, in the order they came.

What holds for each of them:

- It returns after the commit it is part of, which in mode FULL is after the disk has it.
- It has a savepoint of its own. What it raises rolls back this alone, and is raised where it was called.
- When the commit fails, or SQLite takes back all that stood before it, everyone in it gets that error.
- Its `on_commit` hooks run where it was called, as after a commit of its own.
- Its transaction queues with the other writers (queue.py). Who has money in hand has a group of their own, which goes
  first and has only such in it.
"""

import asyncio
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import copy_context
from typing import Any

from django.db import Error, InterfaceError, OperationalError, connections, transaction
from django.utils import timezone, translation

from commonpress.database.priority import Class, is_money, priority

# For no more of them than this does money wait.
MOST_TOGETHER = 64
# Who is not begun after so long gives up, as who waits for a ticket does.
WAIT_SECONDS = 20
# How often who is begun looks whether the thread still is.
LOOK_SECONDS = 5
# So long does a thread without work keep its connection.
IDLE_SECONDS = 60
ENDED = "the thread that writes for all has ended"
TOO_LONG = "database is locked: another transaction has been open too long"

logger = logging.getLogger("commonpress")


class Act:
    """A call that waits to be done, and what became of it; `tell_over` is called once that is known, on the loop if there is one."""

    __slots__ = ("call", "context", "error", "hooks", "language", "loop", "result", "tell_over", "zone")

    def __init__(
        self,
        call: Callable[[], Any],
        tell_over: Callable[[], object],
        *,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.call = call
        self.tell_over = tell_over
        self.loop = loop
        self.context = copy_context()
        # Django keeps these per thread; a loop serves everybody and has none.
        self.language = None if loop else translation.get_language()
        self.zone = None if loop else timezone.get_current_timezone()
        self.result: Any = None
        self.error: BaseException | None = None
        self.hooks: list[Any] = []

    def run(self, database: Any) -> None:
        """Do it. Raises RolledBack when with it everything before it is undone."""
        # As transaction.atomic does it, at a tenth of the time: a vote is only a few statements more.
        sqlite = database.connection
        sqlite.execute("SAVEPOINT act")
        said = dict(database.said_in_group)
        try:
            self.result = self.context.run(self._call)
            if database.needs_rollback:
                raise transaction.TransactionManagementError("An error of the database was passed over.")
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is for who called
            self.error = error
        self.hooks, database.run_on_commit = database.run_on_commit, []
        if not sqlite.in_transaction:
            raise RolledBack(self.error)
        if self.error is not None:
            self.hooks, database.said_in_group = [], said
            sqlite.execute("ROLLBACK TO act")
            database.needs_rollback = False
        sqlite.execute("RELEASE act")

    def _call(self) -> Any:
        if self.zone is None:
            return self.call()
        with translation.override(self.language), timezone.override(self.zone):
            return self.call()

    def fail(self, error: BaseException) -> None:
        self.hooks = []
        if self.error is None:
            # An exception of its own: several threads raising one would write over each other's tracebacks.
            self.error = type(error)(*error.args)
            self.error.__cause__ = error

    def outcome(self) -> Any:
        """Return what the call returned, or raise what it raised, with its traceback."""
        if self.error is None:
            return self.result
        error, self.error = self.error, None
        try:
            raise error
        finally:
            # Else the frame holds the error, whose traceback holds the frame.
            del error


class RolledBack(Exception):
    """SQLite took back the whole transaction, as it does when the disk is full."""

    def __init__(self, error: BaseException | None) -> None:
        super().__init__()
        self.error = error if isinstance(error, Error) else OperationalError("the transaction was rolled back")


class Group:
    """Those who wait to write to one database in this process, and the thread that does it for them."""

    def __init__(self, like: Any, of_writes: Class) -> None:
        """Expects a connection to the database; the thread opens one in its likeness."""
        self.of_writes: Class = of_writes
        self.name = "group" if of_writes == "other" else "group of money"
        self.alias: str = like.alias
        self.like = dict(like.settings_dict), like.alias
        self.wrapper: Any = type(like)
        self.news = threading.Condition(threading.Lock())
        self.waiting: deque[Act] = deque()
        self.together: list[Act] = []
        self.thread: threading.Thread | None = None
        self.is_closing = False

    def do(self, call: Callable[[], Any]) -> Any:
        """Have a call done in the next transaction; return or raise what it did once that is committed.

        It does not begin one itself.
        """
        # It wakes its one waiter in a fraction of an Event's time.
        over = threading.Lock()
        over.acquire()
        act = Act(call, over.release)
        thread = self._begin(act)
        if thread is None:
            with transaction.atomic(using=self.alias):
                return call()
        self._wait_for(act, over, thread)
        for _savepoints, hook, is_robust in act.hooks:
            # Outside a transaction Django calls it at once, and says what there is to say where it fails.
            transaction.on_commit(hook, using=self.alias, robust=is_robust)
        return act.outcome()

    async def do_for_loop(self, call: Callable[[], Any]) -> Any:
        """Do the same for a loop, which goes on with other things meanwhile; raises InterfaceError once closed.

        Hooks are called on the loop, where none may wait for anything.
        """
        loop = asyncio.get_running_loop()
        over = loop.create_future()

        def tell_over() -> None:
            # Who waited may have gone away.
            if not over.done():
                over.set_result(None)

        act = Act(call, tell_over, loop=loop)
        if self._begin(act) is None:
            raise InterfaceError(ENDED)
        given_up = loop.call_later(WAIT_SECONDS, self._give_up_for_loop, act)
        try:
            await over
        finally:
            given_up.cancel()
        for _savepoints, hook, is_robust in act.hooks:
            try:
                hook()
            except Exception:  # as Django does it: what is committed is not undone by a hook
                if not is_robust:
                    raise
                logger.exception("A hook failed after a commit.")
        return act.outcome()

    def _begin(self, act: Act) -> threading.Thread | None:
        """Have an act wait for its turn and return the thread that will do it; None where none does any more."""
        with self.news:
            if self.is_closing:
                return None
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self.thread.start()
            self.waiting.append(act)
            if len(self.waiting) == 1:
                self.news.notify()
            return self.thread

    def close(self, *, seconds: float) -> None:
        """Do what waits and end the thread. Whoever comes later writes alone."""
        with self.news:
            self.is_closing = True
            self.news.notify()
            thread = self.thread
        if thread is not None:
            thread.join(seconds)

    def _wait_for(self, act: Act, over: threading.Lock, thread: threading.Thread) -> None:
        if over.acquire(timeout=WAIT_SECONDS):
            return
        if self._give_up(act):
            raise OperationalError(TOO_LONG)
        while not over.acquire(timeout=LOOK_SECONDS):
            if not thread.is_alive():
                raise InterfaceError(ENDED)

    def _give_up_for_loop(self, act: Act) -> None:
        if self._give_up(act):
            act.error = OperationalError(TOO_LONG)
            act.tell_over()

    def _give_up(self, act: Act) -> bool:
        """Take back an act that is not begun; False when it is, and only its commit says what became of it."""
        with self.news:
            if act not in self.waiting:
                return False
            self.waiting.remove(act)
            return True

    # The rest runs in the thread.

    def _run(self) -> None:
        database = self.wrapper(*self.like)
        connections[self.alias] = database
        try:
            while self._is_wanted():
                self._do_together(database)
        finally:
            # However the thread ends, nobody waits for it any longer. Another may have been started meanwhile.
            with self.news:
                if self.thread is threading.current_thread():
                    self.thread = None
                    self.together += self.waiting
                    self.waiting.clear()
                    left, self.together = self.together, []
                else:
                    left = []
            fail(left, InterfaceError(ENDED))
            database.close()

    def _is_wanted(self) -> bool:
        """Wait until somebody waits; False when it is time to end, and who comes then starts another thread."""
        with self.news:
            while not self.waiting:
                if self.is_closing or not (self.news.wait(IDLE_SECONDS) or self.waiting):
                    self.thread = None
                    return False
        return True

    def _do_together(self, database: Any) -> None:
        database.close_if_unusable_or_obsolete()
        self.together = self._next(MOST_TOGETHER)
        database.said_in_group = {}
        try:
            with priority(self.of_writes), transaction.atomic(using=self.alias):
                for act in self._and_who_comes():
                    with database.wrap_database_errors:
                        act.run(database)
        except RolledBack as undone:
            self._fail_together(undone.error)
        except Error as error:
            self._fail_together(error)
        else:
            self._let_go()

    def _and_who_comes(self) -> Iterator[Act]:
        """Go through those taken, and those who came while the ticket was waited for or others were served."""
        for act in self.together:
            yield act
            if act is self.together[-1]:
                # The loop goes on with them.
                self.together += self._next(MOST_TOGETHER - len(self.together))

    def _next(self, most: int) -> list[Act]:
        with self.news:
            return [self.waiting.popleft() for _ in range(min(most, len(self.waiting)))]

    def _fail_together(self, error: BaseException) -> None:
        over, self.together = self.together, []
        fail(over, error)

    def _let_go(self) -> None:
        over, self.together = self.together, []
        tell_over(over)


def fail(acts: list[Act], error: BaseException) -> None:
    for act in acts:
        act.fail(error)
    tell_over(acts)


def tell_over(acts: list[Act]) -> None:
    """Let go all who wait; a loop, which is dear to wake, once for all of its own."""
    on_loops: dict[asyncio.AbstractEventLoop, list[Act]] = {}
    for act in acts:
        if act.loop is None:
            act.tell_over()
        else:
            on_loops.setdefault(act.loop, []).append(act)
    for loop, of_loop in on_loops.items():
        # A loop that was closed has nobody who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(tell_each, of_loop)


def tell_each(acts: list[Act]) -> None:
    for act in acts:
        act.tell_over()


_groups: dict[tuple[str, Class], Group] = {}
_opening = threading.Lock()


def group_of(connection: Any) -> Group:
    """Return the group of a database for writes of the class that is in hand."""
    of_writes: Class = "money" if is_money() else "other"
    key = str(connection.settings_dict["NAME"]), of_writes
    with _opening:
        if key not in _groups:
            _groups[key] = Group(connection, of_writes)
        return _groups[key]


def close_groups(*, seconds: float) -> None:
    """End all threads, each when it has done what waits."""
    with _opening:
        closing = list(_groups.values())
        _groups.clear()
    for group in closing:
        group.close(seconds=seconds)


def _forget() -> None:
    global _opening  # noqa: PLW0603 - it may have been held by a thread that the child has not
    _groups.clear()
    _opening = threading.Lock()


# A forked child has none of its parent's threads.
os.register_at_fork(after_in_child=_forget)
