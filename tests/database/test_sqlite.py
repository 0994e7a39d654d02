import sqlite3
import threading
import time
from contextlib import closing

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import OperationalError

from commonpress.changes.models import Change
from commonpress.database.priority import priority
from commonpress.database.sqlite import base
from commonpress.database.sqlite.queue import queue_of

pytestmark = [
    pytest.mark.commits,
    pytest.mark.skipif("postgresql" in connection.settings_dict["ENGINE"], reason="SQLite's queue"),
]


def in_threads(*functions):
    errors = []

    def run(function):
        try:
            function()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[function]) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def nothing_is_held() -> bool:
    queue = connection.queue
    return (queue.held, [len(line) for line in queue.waiting]) == (False, [0, 0])


def pragma(name):
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_connection_is_durable_unless_told_otherwise(settings):
    del connection.settings_dict["OPTIONS"]["synchronous"]
    connection.close()

    try:
        assert [pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys")] == ["wal", 2, 1]
    finally:
        connection.settings_dict["OPTIONS"]["synchronous"] = "OFF"
        connection.close()


def test_writers_in_threads_all_get_their_turn():
    done = [0] * 6
    until = time.monotonic() + 1.5

    def writer(number):
        while time.monotonic() < until:
            with transaction.atomic():
                Change.objects.count()
                Change.objects.create(key=f"page:{number}")
            done[number] += 1

    errors = in_threads(*[lambda number=number: writer(number) for number in range(6)])

    assert errors == []
    assert Change.objects.count() == sum(done)
    assert min(done) > max(done) / 3, done
    assert nothing_is_held()


def test_a_file_is_turned_to_wal_in_turn(fresh_database):
    connection.close()
    with closing(sqlite3.connect(fresh_database)) as old:
        old.execute("PRAGMA journal_mode = DELETE")
    queue = queue_of(fresh_database)
    opener = threading.Thread(target=in_threads, args=[connection_of_its_own])

    queue.take(money=False, seconds=1)
    opener.start()
    while not queue.waiting[1]:
        time.sleep(0.001)
    queue.give_back()
    opener.join()

    assert pragma("journal_mode") == "wal"
    assert nothing_is_held()


def connection_of_its_own():
    connection.ensure_connection()


def test_single_writes_outside_a_transaction_queue_too():
    def writer():
        for _ in range(50):
            change = Change.objects.create(key="page:1")
            Change.objects.filter(pk=change.pk).update(key="page:2")

    errors = in_threads(*[writer] * 4)

    assert errors == []
    assert Change.objects.filter(key="page:2").count() == 200
    assert nothing_is_held()


def test_a_nested_atomic_keeps_the_ticket_of_the_outer_one():
    with transaction.atomic():
        with transaction.atomic():
            Change.objects.create(key="page:1")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        assert connection.holds_ticket
    assert (connection.holds_ticket, Change.objects.count()) == (False, 1)
    assert nothing_is_held()


def test_a_rollback_gives_the_ticket_back():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Change.objects.create(key="page:1")
        raise ZeroDivisionError

    assert (Change.objects.count(), nothing_is_held()) == (0, True)


def test_a_connection_closed_in_the_middle_gives_the_ticket_back():
    with pytest.raises(Exception, match="closed"), transaction.atomic():
        connection.close()
        Change.objects.create(key="page:1")

    assert nothing_is_held()


def test_a_commit_that_fails_gives_the_ticket_back():
    from commonpress.jobs.models import Lease

    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.create(job_id="00000000-0000-0000-0000-000000000000")

    assert nothing_is_held()


def test_whoever_waits_too_long_is_refused_and_leaves_the_line(monkeypatch):
    monkeypatch.setattr(base, "WAIT_SECONDS", 0.2)
    with transaction.atomic():
        errors = in_threads(lambda: Change.objects.create(key="page:1"))

    assert [type(error) for error in errors] == [OperationalError]
    assert nothing_is_held()


def test_money_goes_before_those_who_came_earlier():
    order = []

    def write(kind):
        with priority(kind), transaction.atomic():
            order.append(kind)

    threads = [threading.Thread(target=write, args=[kind]) for kind in ("other", "other", "money")]
    with transaction.atomic():
        for number, thread in enumerate(threads, 1):
            thread.start()
            while sum(len(line) for line in connection.queue.waiting) < number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()

    assert order == ["money", "other", "other"]


def test_reading_needs_no_ticket():
    with transaction.atomic():
        errors = in_threads(Change.objects.count)

    assert errors == []


def test_a_second_process_may_read_while_we_write(fresh_database):
    with transaction.atomic():
        Change.objects.create(key="page:1")
        with sqlite3.connect(fresh_database) as other:
            assert other.execute("SELECT count(*) FROM changes_change").fetchone() == (0,)


def test_a_running_server_takes_no_empty_file_for_its_database(monkeypatch, tmp_path):
    monkeypatch.setattr(base.DatabaseWrapper, "may_create", False)
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", tmp_path / "away.sqlite3")

    with pytest.raises(OperationalError, match="it is not there"):
        Change.objects.exists()

    assert not (tmp_path / "away.sqlite3").exists()
    connection.close()


def test_a_file_that_may_not_be_read_is_a_database_that_is_away(tmp_path):
    with pytest.raises(OperationalError, match="unable to open database file"):
        base.is_in_wal(tmp_path)


def test_where_there_is_no_folder_there_is_no_database(tmp_path):
    elsewhere = type(connections["default"])(
        {**connection.settings_dict, "NAME": str(tmp_path / "gone" / "paper.sqlite3")}, connection.alias
    )

    with pytest.raises(OperationalError, match="unable to open"):
        elsewhere.ensure_connection()
