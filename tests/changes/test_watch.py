"""What another process changes is known here."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from commonpress.changes import changed as module
from commonpress.changes.changed import changed
from commonpress.changes.listeners import listeners, told
from commonpress.changes.models import Change
from commonpress.changes.watch import Watch

pytestmark = [pytest.mark.commits, pytest.mark.both_databases]


class Ear:
    """Hears of changes, and of having missed some."""

    def __init__(self):
        self.keys = []
        self.heard_before_it_had_caught_up = []
        self.was_lost = threading.Event()

    def hear(self, keys):
        self.keys += keys

    def has_heard(self, key, *, seconds=10):
        deadline = time.monotonic() + seconds
        while key not in self.keys and time.monotonic() < deadline:
            time.sleep(0.01)
        return key in self.keys


@pytest.fixture
def ear(fresh_database):
    ear = Ear()
    listeners.append(ear.hear)
    told.clear()  # another database counted from 1 too
    watch = Watch(lost=ear.was_lost.set)
    watch.start()
    assert ear.was_lost.wait(10)
    yield ear
    watch.stop(seconds=10)
    listeners.remove(ear.hear)


@pytest.fixture
def change_elsewhere(monkeypatch):
    """Commit a change as another process does: nobody here is told."""

    def change_elsewhere(*keys):
        with monkeypatch.context() as patch:
            patch.setattr(module, "tell_own", lambda _numbers, _keys: None)
            with transaction.atomic():
                changed(*keys)

    return change_elsewhere


def test_a_commit_of_another_process_is_heard(ear, change_elsewhere):
    change_elsewhere("page:7", "front")

    assert ear.has_heard("front")
    assert sorted(ear.keys) == ["front", "page:7"]


def test_a_commit_of_this_process_is_heard_at_once(ear, change_elsewhere):
    with transaction.atomic():
        changed("page:8")

    assert set(ear.keys) == {"page:8"}
    change_elsewhere("page:9")
    assert ear.has_heard("page:9")
    assert set(ear.keys) == {"page:8", "page:9"}


def test_a_commit_of_ours_that_did_not_get_through_is_heard_like_anothers(ear):
    def fail():
        raise ValueError("somebody else's")

    with pytest.raises(ValueError, match="somebody"), transaction.atomic():
        transaction.on_commit(fail)
        changed("page:8")

    assert ear.has_heard("page:8")


def test_what_is_rolled_back_never_was(ear, change_elsewhere):
    with transaction.atomic():
        changed("page:8")
        transaction.set_rollback(True)

    change_elsewhere("page:9")
    assert ear.has_heard("page:9")
    assert ear.keys == ["page:9"]


def test_a_slow_commit_is_not_missed_by_who_has_seen_a_later_one(ear, change_elsewhere):
    """Numbers are drawn before the commit; on PostgreSQL a later number may be there first."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's writers take turns: no number is drawn before the commit of the one before.")
    drawn, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            changed("page:slow")
            drawn.set()
            assert go_on.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    listeners.remove(ear.hear)
    thread.start()
    assert drawn.wait(10)
    listeners.append(ear.hear)
    change_elsewhere("page:quick")
    assert ear.has_heard("page:quick")

    go_on.set()

    thread.join(10)
    assert ear.has_heard("page:slow")


def test_a_listener_that_was_cut_off_takes_everything_for_changed_and_listens_again(ear, change_elsewhere):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's is no connection that somebody else could cut.")
    ear.was_lost.clear()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )

    assert ear.was_lost.wait(10)
    change_elsewhere("page:9")
    assert ear.has_heard("page:9")


@pytest.fixture
def begin(fresh_database):
    """Start to watch from a mark, as after a restart, and return what was heard until it had caught up."""

    def begin(mark):
        ear, caught_up = Ear(), threading.Event()
        listeners.append(ear.hear)
        told.clear()

        def catch_up():
            ear.heard_before_it_had_caught_up = list(ear.keys)
            caught_up.set()

        watch = Watch(lost=ear.was_lost.set, caught_up=catch_up)
        watch.mark = mark
        watch.start()
        assert caught_up.wait(10)
        watch.stop(seconds=10)
        listeners.remove(ear.hear)
        return ear

    return begin


def test_what_was_changed_during_a_pause_is_told_first(begin, change_elsewhere):
    change_elsewhere("page:1")
    before = Change.objects.get()
    change_elsewhere("page:2")

    ear = begin((before.pk, before.at))

    assert "page:2" in ear.heard_before_it_had_caught_up
    # On PostgreSQL there may be more, so it is told more, and that.
    assert ear.was_lost.is_set() == (connection.vendor == "postgresql")
    assert ear.keys == ["page:2"] or connection.vendor == "postgresql"


@pytest.mark.parametrize("other", [(99, timedelta()), (0, timedelta(seconds=1))])
def test_a_mark_of_another_history_means_that_anything_may_have_changed(begin, change_elsewhere, other):
    change_elsewhere("page:1")
    before = Change.objects.get()

    ear = begin((before.pk + other[0], before.at + other[1]))

    assert ear.was_lost.is_set()


def test_what_began_long_before_the_mark_and_was_committed_after_it_is_told(begin, change_elsewhere):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's writers take turns: what has an earlier time was there before.")
    change_elsewhere("page:slow")
    began = Change.objects.get()

    ear = begin((0, began.at + timedelta(minutes=30)))

    assert "page:slow" in ear.heard_before_it_had_caught_up


def test_who_lost_the_database_reads_on_from_where_it_was(ear, change_elsewhere, monkeypatch):
    if connection.vendor == "postgresql":
        pytest.skip("Who listens takes everything for changed.")
    change_elsewhere("page:1")
    assert ear.has_heard("page:1")
    ear.was_lost.clear()
    monkeypatch.setattr("commonpress.changes.watch.AGAIN_SECONDS", 0.05)
    read_on = Watch._read_on

    def fail_once(_watch):
        monkeypatch.setattr(Watch, "_read_on", read_on)
        raise OperationalError("gone")

    monkeypatch.setattr(Watch, "_read_on", fail_once)
    change_elsewhere("page:9")

    assert ear.has_heard("page:9")
    assert not ear.was_lost.is_set()


@pytest.fixture
def watch(fresh_database):
    """One that is not at work; what it tells is noted with how far changes were known then."""
    told.clear()
    watch = Watch(lost=lambda: None)
    watch._begin()
    watch.noted = []

    def note(keys):
        watch.noted.append((list(keys), watch.last))

    listeners.append(note)
    yield watch
    listeners.remove(note)


def test_how_far_changes_are_known_is_said_when_everybody_has_been_told(watch, change_elsewhere):
    before = watch.last
    change_elsewhere("page:1")

    watch._read_on()

    assert watch.noted == [(["page:1"], before)]
    assert (watch.last, watch.last_at) == Change.objects.values_list("pk", "at").get()


def test_what_is_read_after_the_word_to_stop_is_for_whoever_starts_next(watch, change_elsewhere):
    before = watch.last
    change_elsewhere("page:1")
    watch.stopping.set()

    watch._read_on()

    assert watch.last == before


def test_who_watches_is_told_when_the_database_is_away(fresh_database, monkeypatch):
    away = threading.Event()
    monkeypatch.setattr(Watch, "_look_or_listen", lambda _: (_ for _ in ()).throw(OperationalError("gone")))
    watch = Watch(lost=pytest.fail, away=away.set)

    watch.start()

    assert away.wait(10)
    watch.stop(seconds=10)
