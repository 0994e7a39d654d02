"""What the book of a paper costs, however long it is: its meter, what is booked, and what checks it."""

import json
from collections.abc import Iterator
from typing import Any

from commonpress.bench import calibration
from commonpress.bench.money.booking import WRITERS
from commonpress.bench.papers import Paper, copied
from commonpress.bench.rows import Row
from commonpress.bench.server import Unfit

SECONDS = 6
CHAIN, CHAIN_PER_SECOND = 500_000, 100_000
# On a disk that syncs more often than this, the processor is what keeps bookings back.
MANY_SYNCS = 2_000
METER_MS, BOOKING_MS = 5, 2
AUDIT_SECONDS = {"SQLite": 30, "PostgreSQL": 10}
AUDITED_LINES = 10_000_000


def reading(papers: list[Paper]) -> Iterator[Row]:
    """Yield what reading a meter takes at each size, and the ratio of the largest to the smallest."""
    # By turns: what the machine does meanwhile must not pass for a difference between sizes.
    read = [{paper.size: look(paper, "meter")["ms"] for paper in papers} for _ in range(3)]
    best = {paper.size: min(times[paper.size] for times in read) for paper in papers}
    for paper in papers:
        yield Row(
            measure=f"{paper.database}: meter at {paper.size:,} lines", value=best[paper.size], unit="ms",
            goal=METER_MS, floor=METER_MS, context="wall clock, one query",
        )  # fmt: skip
    if len(papers) > 1:
        small, large = papers[0], papers[-1]
        yield Row(
            measure=f"{small.database}: meter at {large.size:,} ÷ at {small.size:,}",
            value=best[large.size] / best[small.size], unit="x", goal=1.5, floor=1.5,
        )  # fmt: skip


def checking(paper: Paper) -> Iterator[Row]:
    """Yield what the audit of all sums takes, and how fast the chain is followed. Raises Unfit for a wrong book."""
    found = look(paper, "audit")
    if found["findings"]:
        raise Unfit(f"The book is wrong: {found['findings']}")
    bound = AUDIT_SECONDS[paper.database] if paper.size >= AUDITED_LINES else None
    yield Row(
        measure=f"{paper.database}: audit of sums, {paper.size:,} lines", value=found["seconds"], unit="s",
        goal=bound, floor=bound, context=f"{found['cpu']:.1f} s of this process's CPU; nothing found",
    )  # fmt: skip
    chain = look(paper, "chain", str(CHAIN))
    if chain["broken_at"] is not None:
        raise Unfit(f"The chain is broken at {chain['broken_at']}.")
    sealing = f"; sealed {chain['sealed'] / chain['sealing']:,.0f} per s" if chain["sealed"] else ""
    # A chain of a few links says more of how it begins than of how it goes on.
    fast = CHAIN_PER_SECOND if chain["entries"] >= CHAIN_PER_SECOND else None
    yield Row(
        measure=f"{paper.database}: following the chain", value=chain["entries"] / chain["seconds"], unit="entries/s",
        goal=fast, floor=fast, better="more",
        context=f"{chain['entries']:,} entries, {chain['cpu']:.1f} s of CPU{sealing}",
    )  # fmt: skip


def importing(paper: Paper) -> Iterator[Row]:
    """Yield how long a file of gifts takes, read without effect and brought in. Raises Unfit where file and book differ."""
    with copied(paper) as fresh:
        rows = json.loads(fresh.run("looking", "imports", str(fresh.folder)))
    for row in rows:
        yield Row(**row | {"measure": f"{paper.database}: {row['measure']}"})


def booking_on_sqlite(paper: Paper) -> Iterator[Row]:
    """Yield bookings per sync the disk could do, where the disk is what they wait for; else what one takes of CPU."""
    with copied(paper) as fresh:
        syncs = [calibration.syncs_per_second(str(fresh.folder))]
        booked = look_into(fresh, "booking", str(SECONDS))
        syncs.append(calibration.syncs_per_second(str(fresh.folder)))
    rate = sum(syncs) / len(syncs)
    said = f"{booked['rate']:,.0f} bookings/s, {rate:,.0f} fdatasync/s in the same run, drift {booked['drift']}"
    is_fast = rate > MANY_SYNCS
    yield Row(
        measure=f"SQLite: CPU of a booking, {WRITERS} writers", value=booked["cpu_ms"], unit="ms",
        goal=BOOKING_MS if is_fast else None, floor=BOOKING_MS if is_fast else None, context=said,
    )  # fmt: skip
    yield Row(
        measure=f"SQLite: bookings ÷ fdatasync, {WRITERS} writers", value=booked["rate"] / rate, unit="x", better="more",
        goal=None if is_fast else 0.8, floor=None if is_fast else 0.5,
        context=f"binds where a disk syncs fewer than {MANY_SYNCS:,} times a second",
    )  # fmt: skip


def booking_on_postgresql(paper: Paper) -> Iterator[Row]:
    bare = [look_into(paper, "booking", "bare", str(SECONDS / 2))["rate"]]
    booked = look_into(paper, "booking", str(SECONDS))
    bare.append(look_into(paper, "booking", "bare", str(SECONDS / 2))["rate"])
    rate = sum(bare) / len(bare)
    yield Row(
        measure=f"PostgreSQL: bookings ÷ two bare rows, {WRITERS} writers", value=booked["rate"] / rate, unit="x",
        better="more", goal=0.8, floor=0.8,
        context=f"{booked['rate']:,.0f} bookings/s against {rate:,.0f}, synchronous_commit on, drift {booked['drift']}; "
        f"{booked['cpu_ms']:.1f} ms of CPU a booking, without the server's",
    )  # fmt: skip


def look(paper: Paper, *what: str) -> dict[str, Any]:
    return look_into(paper, "looking", *what)


def look_into(paper: Paper, module: str, *what: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(paper.run(module, *what))
    if found.get("drift"):
        raise Unfit(f"The meter is off by {found['drift']} after {found['done']} bookings: {found['findings']}")
    return found
