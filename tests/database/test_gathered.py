"""Calls that come together are one call, on real threads and both databases."""

import os
import threading
import time
from collections import deque

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from commonpress.changes.models import Change
from commonpress.database import gathered as module
from commonpress.database.gathered import Call, gathered
from commonpress.jobs.models import Lease

pytestmark = [pytest.mark.commits, pytest.mark.both_databases]

WAIT = 30


class Book:
    """An act that notes the words it is given, the first of them alone until it is let go."""

    def __init__(self):
        self.times = []
        self.is_in, self.go = threading.Event(), threading.Event()
        self.then = {}
        self.note = gathered(by=lambda word: word.isupper())(self.note_all)

    def note_all(self, words):
        self.times.append("".join(words))
        if words == ["first"]:
            self.is_in.set()
            assert self.go.wait(WAIT)
        Change.objects.bulk_create([Change(key=word) for word in words])
        for word in words:
            self.then.get(word, lambda: None)()
        return [f"noted {word}" for word in words]

    def while_the_first_is_at_it(self, *words):
        """Have each word noted in a thread of its own, in this order, after the first; return what came of each."""
        outcomes = {}

        def run(name, word):
            try:
                outcomes[name] = self.note(word)
            except BaseException as error:
                outcomes[name] = error

        threads = [
            threading.Thread(target=in_a_thread(run), args=(name, word))
            for name, word in [("first", "first"), *[(f"{place} {word}", word) for place, word in enumerate(words)]]
        ]
        threads[0].start()
        assert self.is_in.wait(WAIT)
        for count, thread in enumerate(threads[1:], 1):
            thread.start()
            until = time.monotonic() + WAIT
            while len(self.note.waiting.get(False, ())) < count:
                assert time.monotonic() < until
                time.sleep(0.001)
        self.go.set()
        for thread in threads:
            thread.join(WAIT)
        return outcomes


def in_a_thread(call):
    def run(*arguments):
        try:
            call(*arguments)
        finally:
            connection.close()

    return run


@pytest.fixture
def book():
    return Book()


def keys():
    return sorted(Change.objects.values_list("key", flat=True))


def test_who_comes_alone_is_not_kept_waiting(book):
    assert [book.note("a"), book.note("b")] == ["noted a", "noted b"]
    assert book.times == ["a", "b"]
    assert keys() == ["a", "b"]


def test_who_comes_meanwhile_goes_together_and_gets_their_own(book):
    outcomes = book.while_the_first_is_at_it("a", "b", "c")

    assert book.times == ["first", "abc"]
    assert outcomes == {"first": "noted first", "0 a": "noted a", "1 b": "noted b", "2 c": "noted c"}
    assert keys() == ["a", "b", "c", "first"]
    assert not book.note.waiting


def test_who_would_not_have_to_wait_does_not(book):
    thread = threading.Thread(target=in_a_thread(lambda: book.note("first")))
    thread.start()
    assert book.is_in.wait(WAIT)

    # On SQLite it would wait for the writer instead.
    if connection.vendor == "postgresql":
        assert book.note("A") == "noted A"
    book.go.set()
    thread.join(WAIT)

    assert book.note("B") == "noted B"
    assert not book.note.waiting


def test_no_more_than_so_many_go_together(book, monkeypatch):
    monkeypatch.setattr(module, "MOST_TOGETHER", 2)

    outcomes = book.while_the_first_is_at_it(*"abcde")

    assert book.times == ["first", "ab", "cd", "e"]
    assert [outcomes[f"{place} {word}"] for place, word in enumerate("abcde")] == [f"noted {word}" for word in "abcde"]


def test_an_error_undoes_them_all_and_then_each_is_done_by_itself(book):
    def fail():
        raise KeyError("not b")

    book.then["b"] = fail

    outcomes = book.while_the_first_is_at_it("a", "b", "c")

    assert isinstance(outcomes["1 b"], KeyError)
    assert (outcomes["0 a"], outcomes["2 c"]) == ("noted a", "noted c")
    assert book.times[:2] == ["first", "abc"]
    assert sorted(book.times[2:]) == ["a", "b", "c"]
    assert keys() == ["a", "c", "first"]


def test_what_may_be_committed_is_never_done_again(book):
    def fail():
        raise KeyError("after the commit")

    book.then["b"] = lambda: transaction.on_commit(fail)

    outcomes = book.while_the_first_is_at_it("a", "b", "c")

    assert [type(outcomes[name]) for name in ("0 a", "1 b", "2 c")] == [OperationalError] * 3
    assert isinstance(outcomes["2 c"].__cause__, KeyError)
    assert book.times == ["first", "abc"]
    assert keys() == ["a", "b", "c", "first"]


def test_a_commit_that_surely_was_none_is_tried_again_by_each(book):
    def claim_a_job_that_is_not_there():
        Lease.objects.create(job_id="00000000-0000-0000-0000-000000000000")

    # Foreign keys are looked at when all is committed.
    book.then["b"] = claim_a_job_that_is_not_there

    outcomes = book.while_the_first_is_at_it("a", "b", "c")

    assert isinstance(outcomes["1 b"], IntegrityError)
    assert (outcomes["0 a"], outcomes["2 c"]) == ("noted a", "noted c")
    assert keys() == ["a", "c", "first"]


def test_an_act_that_says_too_little_is_undone(book):
    book.note.act = lambda words: [*book.note_all(words)[1:]]
    book.go.set()

    with pytest.raises(ValueError, match="shorter"):
        book.note("a")

    assert keys() == []
    assert not book.note.waiting


def test_who_is_not_begun_in_time_gives_up_and_is_not_done_later(book, monkeypatch):
    late = []

    def give_up():
        monkeypatch.setattr(module, "WAIT_SECONDS", 0.01)
        try:
            book.note("late")
        except OperationalError as error:
            late.append(str(error))
        book.go.set()

    first = threading.Thread(target=in_a_thread(lambda: book.note("first")))
    first.start()
    assert book.is_in.wait(WAIT)
    threading.Thread(target=in_a_thread(give_up)).start()
    first.join(WAIT)

    assert late == [module.TOO_LONG]
    assert not book.note.waiting
    assert keys() == ["first"]


def test_who_is_interrupted_while_it_was_their_turn_passes_it_on(book, monkeypatch):
    class Interrupted(Call):
        """One that is told of its turn and ended at the same moment."""

        def __init__(self, brought):
            super().__init__(brought)
            if brought == "gone":
                self.news = self

        def acquire(self, **_timeout):
            while not self.leads:
                time.sleep(0.001)
            raise KeyboardInterrupt

        def release(self):
            pass

    monkeypatch.setattr(module, "Call", Interrupted)

    outcomes = book.while_the_first_is_at_it("gone", "b")

    assert isinstance(outcomes["0 gone"], KeyboardInterrupt)
    assert outcomes["1 b"] == "noted b"
    assert not book.note.waiting


def test_where_the_thread_of_all_is_ended_nobody_waits_for_ever(book):
    def end():
        raise SystemExit

    book.then["a"] = end

    outcomes = book.while_the_first_is_at_it("a", "b")

    assert isinstance(outcomes["0 a"], SystemExit)
    assert isinstance(outcomes["1 b"], OperationalError)
    assert keys() == ["first"]
    assert book.note("again") == "noted again"


def test_within_a_transaction_it_is_part_of_that(book):
    def fail():
        raise KeyError("not b")

    book.then["b"] = fail

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with transaction.atomic():
            assert book.note("a") == "noted a"
            with pytest.raises(KeyError):
                book.note("b")
        assert keys() == ["a"]
        raise ZeroDivisionError

    assert keys() == []


def test_a_forked_child_waits_for_nobody_of_its_parent(book):
    connection.close()
    book.note.waiting[False] = deque()

    child = os.fork()
    if child == 0:
        try:
            noted = book.note("child")
        finally:
            os._exit(0 if noted == "noted child" else 1)
    _pid, status = os.waitpid(child, 0)

    assert status == 0
    assert keys() == ["child"]
