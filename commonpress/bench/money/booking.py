"""Books gifts on one meter from sixteen threads for some seconds, and prints how it went as JSON.

Run in a process that has the paper for its own: python -m commonpress.bench.money.booking SECONDS
"""

import json
import secrets
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import django

WRITERS = 16
AMOUNT_MINOR = 12_34
# Two rows, as short a way to them as there is: a row for each booking, and one that all of them add to.
BARE = (
    "CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, minor bigint);"
    "CREATE TABLE IF NOT EXISTS bench_bare_sum (id int PRIMARY KEY, minor bigint);"
    "INSERT INTO bench_bare_sum VALUES (1, 0) ON CONFLICT DO NOTHING"
)


def book(seconds: float) -> dict[str, Any]:
    """Return how many gifts were booked, and by how much the meter is off afterwards: in minor units, and in sentences."""
    from django.db import connection
    from django.utils import timezone

    from commonpress.fundraising.actions.gifts import record_gift
    from commonpress.fundraising.ledger.audit import sums_apart
    from commonpress.fundraising.models.drive import Drive
    from commonpress.fundraising.models.gift import Gift
    from commonpress.fundraising.money import Money
    from commonpress.fundraising.queries import meters

    drive = Drive.objects.get(is_current=True)

    def act() -> None:
        record_gift(
            drive, amount=Money(AMOUNT_MINOR, "EUR"), source=Gift.Source.BANK, once_key=secrets.token_urlsafe(16)
        )

    def close() -> None:
        # Each thread's own.
        connection.close()

    many_at_once(act, close, 0.5)
    before = meters.meter(drive, timezone.now()).received.minor
    found = many_at_once(act, close, seconds)
    gained = meters.meter(drive, timezone.now()).received.minor - before
    return found | {"drift": gained - found["done"] * AMOUNT_MINOR, "findings": sums_apart()}


def bare(seconds: float) -> dict[str, Any]:
    """Do the same number of writers' transactions of two rows, by PostgreSQL's driver alone."""
    import psycopg
    from django.db import connection

    parameters = connection.get_connection_params()
    own = threading.local()
    address = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters}
    with psycopg.connect(**address, autocommit=True) as once:
        once.execute(BARE)
        assert once.execute("SHOW synchronous_commit").fetchone() == ("on",)

    def act() -> None:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(**address)
        own.connection.execute("INSERT INTO bench_bare (minor) VALUES (%s)", [AMOUNT_MINOR])
        own.connection.execute("UPDATE bench_bare_sum SET minor = minor + %s WHERE id = 1", [AMOUNT_MINOR])
        own.connection.commit()

    def close() -> None:
        own.connection.close()

    return many_at_once(act, close, seconds)


def many_at_once(act: Callable[[], None], close: Callable[[], None], seconds: float) -> dict[str, Any]:
    start, counts = threading.Barrier(WRITERS + 1), []

    def write() -> None:
        done = 0
        start.wait()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            act()
            done += 1
        counts.append(done)
        close()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    start.wait()
    cpu, began = time.process_time(), time.perf_counter()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - began
    # One that ended by an error was not counted, and says so on its own.
    assert len(counts) == WRITERS
    return {
        "done": sum(counts),
        "rate": sum(counts) / taken,
        "cpu_ms": (time.process_time() - cpu) * 1000 / sum(counts),
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps((bare if sys.argv[1] == "bare" else book)(float(sys.argv[-1]))))
