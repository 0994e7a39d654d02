"""Acts that share a commit, on real files, threads and processes."""

import asyncio
import os
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connection, connections, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from commonpress.changes import listeners
from commonpress.changes.changed import changed
from commonpress.changes.models import Change
from commonpress.database.burst import burst
from commonpress.database.priority import priority
from commonpress.database.sqlite import base, group
from commonpress.lib.refusals import Refused

pytestmark = [
    pytest.mark.commits,
    pytest.mark.skipif("postgresql" in connection.settings_dict["ENGINE"], reason="PostgreSQL gathers commits itself"),
]

WAIT = 30


@burst
def note(key: str, *then) -> str:
    Change.objects.create(key=key)
    for each in then:
        each()
    return f"noted {key}"


@burst
def say(*words: str, then=lambda: None) -> None:
    changed(*words)
    then()


@pytest.fixture(autouse=True)
def no_thread_is_left():
    yield
    group.close_groups(seconds=WAIT)


@pytest.fixture
def commits(monkeypatch):
    """Return a list that grows with each commit of this process."""
    made = []
    commit = base.DatabaseWrapper._commit

    def counting(database):
        made.append(threading.current_thread().name)
        return commit(database)

    monkeypatch.setattr(base.DatabaseWrapper, "_commit", counting)
    return made


@contextmanager
def all_waiting(*calls):
    """Start each call in a thread of its own while this one writes; yields where their outcomes will be."""
    outcomes = [None] * len(calls)

    def run(place, call):
        outcomes[place] = outcome_of(call)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    with transaction.atomic():
        for count, thread in enumerate(threads, 1):
            thread.start()
            until_waiting(count)
        yield outcomes
    for thread in threads:
        thread.join(WAIT)


def outcome_of(call):
    """Return what a call in a thread of its own returned or raised."""
    try:
        return call()
    except BaseException as error:
        return error
    finally:
        connection.close()


def until_begun():
    """Wait until the thread has taken those who wait; from then on they do not give up."""
    ours = group.group_of(connections["default"])
    until = time.monotonic() + WAIT
    while ours.waiting and time.monotonic() < until:
        time.sleep(0.001)


def until_waiting(count):
    """Wait until so many have handed over their act; in this order, they are done."""
    ours = group.group_of(connections["default"])
    until = time.monotonic() + WAIT
    while len(ours.waiting) + len(ours.together) < count and time.monotonic() < until:
        time.sleep(0.001)


def until_queuing(count):
    """Wait until so many groups stand in the queue of writers."""
    until = time.monotonic() + WAIT
    while sum(map(len, connection.queue.waiting)) < count and time.monotonic() < until:
        time.sleep(0.001)


def keys():
    return list(Change.objects.order_by("pk").values_list("key", flat=True))


def test_all_who_wait_share_one_commit_in_the_order_they_came(commits):
    with all_waiting(*[lambda key=key: note(key) for key in "abcdef"]) as outcomes:
        pass

    assert outcomes == [f"noted {key}" for key in "abcdef"]
    assert keys() == list("abcdef")
    assert commits == ["MainThread", "group"]


def test_what_one_raises_undoes_its_own_act_alone_and_is_raised_where_it_was_called():
    class Closed(Refused):
        message = "closed"

    def refuse():
        raise Closed

    def twice():
        Change.objects.create(pk=Change.objects.latest("pk").pk, key="taken")

    with all_waiting(
        lambda: note("a"), lambda: note("b", refuse), lambda: note("c", twice), lambda: note("d")
    ) as outcomes:
        pass

    assert [type(outcome) for outcome in outcomes] == [str, Closed, IntegrityError, str]
    assert keys() == ["a", "d"]
    traceback, names = outcomes[1].__traceback__, []
    while traceback is not None:
        names.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    assert names[-1] == "refuse"
    assert "all_waiting" not in names


def test_an_error_of_the_database_that_is_passed_over_undoes_its_own_act_alone():
    def passes_over():
        with suppress(IntegrityError):
            Change.objects.create(pk=Change.objects.latest("pk").pk, key="taken")

    with all_waiting(lambda: note("a"), lambda: note("b", passes_over), lambda: note("c")) as outcomes:
        pass

    assert [type(outcome) for outcome in outcomes] == [str, transaction.TransactionManagementError, str]
    assert keys() == ["a", "c"]


def test_what_several_say_has_changed_is_written_once_and_told_by_each_of_them(monkeypatch):
    told = []
    monkeypatch.setattr(listeners, "listeners", [lambda keys: told.append(tuple(keys))])

    with all_waiting(lambda: say("a"), lambda: say("a", "b"), lambda: say("b")) as outcomes:
        pass

    assert outcomes == [None, None, None]
    assert keys() == ["a", "b"]
    assert sorted(told) == [("a",), ("a", "b"), ("b",)]


def test_what_is_undone_was_not_said():
    def refuse():
        raise Refused

    def says_in_a_part_that_is_undone():
        with suppress(Refused), transaction.atomic():
            changed("b")
            refuse()

    with all_waiting(
        lambda: say("a", then=refuse), lambda: say("a", then=says_in_a_part_that_is_undone), lambda: say("b")
    ):
        pass

    assert keys() == ["a", "b"]


def test_hooks_run_once_committed_where_the_act_was_called_and_not_for_what_was_undone():
    ran = []

    def hook(name):
        return lambda: transaction.on_commit(
            lambda: ran.append((name, threading.current_thread().name == "group", "a" in keys()))
        )

    def refuse():
        raise Refused

    with all_waiting(lambda: note("a", hook("a")), lambda: note("b", hook("b"), refuse)):
        assert ran == []

    assert ran == [("a", False, True)]


def test_a_hook_that_fails_is_its_own_callers_failure():
    def breaks():
        raise ZeroDivisionError

    with all_waiting(lambda: note("a", lambda: transaction.on_commit(breaks)), lambda: note("b")) as outcomes:
        pass

    assert [type(outcome) for outcome in outcomes] == [ZeroDivisionError, str]
    assert keys() == ["a", "b"]


def test_an_act_speaks_its_callers_language_and_knows_its_zone():
    said = []

    def say():
        said.append((translation.get_language(), str(timezone.get_current_timezone()), str(gettext_lazy("Monday"))))

    def in_german():
        with translation.override("de"), timezone.override("Europe/Berlin"):
            note("a", say)

    with all_waiting(in_german, lambda: note("b", say)):
        pass

    assert said == [("de", "Europe/Berlin", "Montag"), ("en", "UTC", "Monday")]


def test_a_commit_that_fails_fails_everyone_in_it_and_tells_no_hook(monkeypatch):
    ran = []
    commit = base.DatabaseWrapper._commit

    def full(database):
        if threading.current_thread().name == "group":
            raise OperationalError("database or disk is full")
        return commit(database)

    with all_waiting(lambda: note("a", lambda: transaction.on_commit(ran.append)), lambda: note("b")) as outcomes:
        monkeypatch.setattr(base.DatabaseWrapper, "_commit", full)
    monkeypatch.setattr(base.DatabaseWrapper, "_commit", commit)

    assert [repr(outcome) for outcome in outcomes] == ["OperationalError('database or disk is full')"] * 2
    assert outcomes[0] is not outcomes[1]
    assert (keys(), ran) == ([], [])
    assert note("c") == "noted c"


def test_what_undoes_the_whole_transaction_fails_everyone_in_it_and_whoever_comes_later_is_served():
    def lose():
        # As SQLite itself does when the disk is full.
        connection.connection.rollback()

    with all_waiting(lambda: note("a"), lambda: note("b", lose), lambda: note("c")) as outcomes:
        pass

    assert {type(outcome) for outcome in outcomes[:2]} == {OperationalError}
    # The last was not begun.
    assert outcomes[2] == "noted c" or isinstance(outcomes[2], OperationalError)
    assert keys() == [key for key, outcome in zip("abc", outcomes, strict=True) if isinstance(outcome, str)]
    assert note("d") == "noted d"


def test_a_full_disk_is_told_as_such_and_leaves_nothing_half_done():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()

    def fill():
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {pages + 2}")
        Change.objects.bulk_create([Change(key="x" * 200) for _ in range(2000)])

    with all_waiting(lambda: note("a"), lambda: note("b", fill)) as outcomes:
        pass

    assert {str(outcome) for outcome in outcomes if isinstance(outcome, Exception)} == {"database or disk is full"}
    assert keys() == [key for key, outcome in zip("ab", outcomes, strict=True) if isinstance(outcome, str)]


def test_whoever_is_not_begun_in_time_gives_up_and_is_not_done_later(monkeypatch):
    monkeypatch.setattr(group, "MOST_TOGETHER", 1)

    with all_waiting(lambda: note("a")) as outcomes:
        until_begun()
        monkeypatch.setattr(group, "WAIT_SECONDS", 0.05)
        late = []
        thread = threading.Thread(target=lambda: late.append(outcome_of(lambda: note("b"))))
        thread.start()
        thread.join(WAIT)

    assert outcomes == ["noted a"]
    assert [type(outcome) for outcome in late] == [OperationalError]
    assert keys() == ["a"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_for_a_thread_that_has_ended(monkeypatch):
    def end(*_):
        raise SystemExit

    with all_waiting(lambda: note("a"), lambda: note("b")) as outcomes:
        thread = group.group_of(connections["default"]).thread
        monkeypatch.setattr(group.Group, "_and_who_comes", end)
    # What it ends with is this test's, and not the next one's.
    thread.join(WAIT)
    monkeypatch.undo()

    assert {type(outcome) for outcome in outcomes} == {InterfaceError}
    assert note("c") == "noted c"
    assert keys() == ["c"]


def test_with_a_transaction_open_an_act_is_simply_called():
    threads = []
    where = lambda: threads.append(threading.current_thread())  # noqa: E731 - two words

    with transaction.atomic():
        note("a", where)
        transaction.set_rollback(True)
    note("b", where)

    assert threads[0] == threading.main_thread()
    assert threads[1].name == "group"
    assert keys() == ["b"]


def test_who_has_money_in_hand_shares_a_commit_with_such_alone_and_goes_first(commits):
    def pay(key):
        with priority("money"):
            return note(key)

    with transaction.atomic():
        vote = threading.Thread(target=note, args=["vote"])
        vote.start()
        until_waiting(1)
        threads = threads_of(pay, ["gift 1", "gift 2"])
        with priority("money"):
            for count, thread in enumerate(threads, 1):
                thread.start()
                until_waiting(count)
        # Their threads each open a connection first.
        until_queuing(2)
    for thread in [vote, *threads]:
        thread.join(WAIT)

    assert keys() == ["gift 1", "gift 2", "vote"]
    assert commits == ["MainThread", "group of money", "group"]


def threads_of(act, keys):
    return [threading.Thread(target=act, args=[key]) for key in keys]


def test_an_act_within_an_act_is_part_of_it():
    def nest():
        note("inner")
        raise Refused

    with pytest.raises(Refused):
        note("outer", nest)

    assert keys() == []


def test_money_goes_before_a_group_that_waits(commits):
    with all_waiting(lambda: note("vote")):
        paying = threading.Thread(target=pay, name="paying")
        paying.start()
        line = group.group_of(connections["default"]) and connection.queue.waiting[0]
        until = time.monotonic() + WAIT
        while not line and time.monotonic() < until:
            time.sleep(0.001)
    paying.join(WAIT)

    assert keys() == ["gift", "vote"]
    assert commits == ["MainThread", "paying", "group"]


def pay():
    try:
        with priority("money"), transaction.atomic():
            Change.objects.create(key="gift")
    finally:
        connection.close()


def test_a_group_that_is_closed_does_what_waits_and_whoever_comes_later_is_served_too():
    ours = group.group_of(connections["default"])
    with all_waiting(lambda: note("a"), lambda: note("b")) as outcomes:
        closing = threading.Thread(target=group.close_groups, kwargs={"seconds": WAIT})
        closing.start()
    closing.join(WAIT)

    assert outcomes == ["noted a", "noted b"]
    assert ours.thread is None
    assert ours.do(lambda: note("c")) == "noted c"
    assert keys() == ["a", "b", "c"]


def test_a_thread_without_work_ends_and_the_next_act_starts_another(monkeypatch):
    monkeypatch.setattr(group, "IDLE_SECONDS", 0.01)
    note("a")
    thread = next(each for each in threading.enumerate() if each.name == "group")
    thread.join(WAIT)

    assert not thread.is_alive()
    assert note("b") == "noted b"


def test_a_thread_on_its_way_out_leaves_the_next_one_alone(monkeypatch):
    going, may_go = threading.Event(), threading.Event()
    is_wanted = group.Group._is_wanted

    def slowly(ours):
        wanted = is_wanted(ours)
        if not wanted and not going.is_set():
            going.set()
            may_go.wait(WAIT)
        return wanted

    monkeypatch.setattr(group.Group, "_is_wanted", slowly)
    monkeypatch.setattr(group, "IDLE_SECONDS", 0.01)
    note("a")
    leaving = next(each for each in threading.enumerate() if each.name == "group")
    going.wait(WAIT)

    assert note("b", may_go.set, lambda: leaving.join(WAIT)) == "noted b"
    assert not leaving.is_alive()
    assert keys() == ["a", "b"]


def on_a_loop(*calls):
    """Do the calls as a loop does, all begun before one is over; return what came of each."""

    async def together():
        ours = group.group_of(connections["default"])
        return await asyncio.gather(*(ours.do_for_loop(call) for call in calls), return_exceptions=True)

    return asyncio.run(together())


def test_a_loop_has_its_acts_done_together_and_hears_what_each_raised():
    def refuse():
        note("undone")
        raise Refused

    outcomes = on_a_loop(partial(note, "a"), transaction.atomic(refuse), partial(note, "b"))

    assert outcomes[::2] == ["noted a", "noted b"]
    assert isinstance(outcomes[1], Refused)
    assert keys() == ["a", "b"]


def test_a_robust_hook_that_fails_does_not_fail_a_loops_act_and_another_does(caplog):
    def fails():
        raise ValueError

    robust, strict = on_a_loop(
        partial(note, "a", lambda: transaction.on_commit(fails, robust=True)),
        partial(note, "b", lambda: transaction.on_commit(fails)),
    )

    assert robust == "noted a"
    assert isinstance(strict, ValueError)
    assert "A hook failed after a commit." in caplog.text
    assert keys() == ["a", "b"]


def test_a_loop_whose_act_is_not_begun_in_time_gives_up(monkeypatch):
    with all_waiting(lambda: note("a")):
        until_begun()
        monkeypatch.setattr(group, "WAIT_SECONDS", 0.05)
        (outcome,) = on_a_loop(partial(note, "b"))

    assert isinstance(outcome, OperationalError)
    assert keys() == ["a"]


def test_a_loop_that_has_gone_away_fails_nobody_else():
    async def go_away():
        going = asyncio.ensure_future(group.group_of(connections["default"]).do_for_loop(partial(note, "b")))
        await asyncio.sleep(0)
        assert not going.done()

    with all_waiting(lambda: note("a")) as outcomes:
        asyncio.run(go_away())

    assert outcomes == ["noted a"]
    assert keys() == ["a", "b"]


def test_a_forked_child_has_a_group_of_its_own():
    note("parent")
    connection.close()

    child = os.fork()
    if child == 0:
        os._exit(0 if note("child") == "noted child" else 1)
    _pid, status = os.waitpid(child, 0)

    assert status == 0
    assert note("parent again") == "noted parent again"
    assert keys() == ["parent", "child", "parent again"]
