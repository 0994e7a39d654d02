"""Reads a paper's meter, adds its book up, or follows its chain, and prints what that takes as JSON.

Run in a process that has the paper for its own: python -m commonpress.bench.money.looking meter
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

from commonpress.bench.money.imports import measure as measure_imports

ROUNDS, READS = 9, 200


def meter() -> dict[str, Any]:
    """Read the present month's meter of a drive, in the best of some rounds."""
    from commonpress.fundraising.models.meter_total import MeterTotal
    from commonpress.fundraising.queries import meters

    total = MeterTotal.objects.filter(received_minor__gt=0).select_related("drive").order_by("-period_key", "drive")[0]
    now = datetime.fromisoformat(f"{total.period_key}-20T12:00:00").replace(tzinfo=UTC)
    times = []
    for _ in range(ROUNDS):
        each = []
        for _ in range(READS):
            began = time.perf_counter()
            shown = meters.meter(total.drive, now)
            each.append(time.perf_counter() - began)
        times.append(statistics.median(each) * 1000)
        assert shown.received.minor == total.received_minor
    return {"ms": min(times)}


def audit() -> dict[str, Any]:
    """Add everything up; return also how long the same took the processor."""
    from commonpress.fundraising.ledger.audit import sums_apart

    cpu, began = time.process_time(), time.perf_counter()
    findings = sums_apart()
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "findings": findings,
    }


def chain(most: int) -> dict[str, Any]:
    """Seal so many entries, if fewer are, and follow the chain."""
    from django.utils import timezone

    from commonpress.fundraising.ledger.seals import follow, seal

    sealing = time.perf_counter()
    before = follow().entries
    sealed = before
    while sealed < most and (batch := seal(timezone.now())) is not None:
        sealed += batch.entries
    sealing = time.perf_counter() - sealing
    cpu, began = time.process_time(), time.perf_counter()
    followed = follow()
    return {
        "entries": followed.entries,
        "broken_at": followed.broken_at,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "sealed": sealed - before,
        "sealing": sealing,
    }


def imports(folder: str) -> list[dict[str, Any]]:
    """Bring a file of gifts in."""
    return [asdict(row) for row in measure_imports(Path(folder))]


if __name__ == "__main__":
    django.setup()
    asked: dict[str, Callable[[], dict[str, Any] | list[dict[str, Any]]]] = {
        "meter": meter,
        "audit": audit,
        "chain": lambda: chain(int(sys.argv[2])),
        "imports": lambda: imports(sys.argv[2]),
    }
    print(json.dumps(asked[sys.argv[1]]()))
