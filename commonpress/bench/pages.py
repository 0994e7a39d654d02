"""The story page with 200 comments, asked for over HTTP from the real server, as every reader's first view.

Readers get the kept page; one that is made for a reader alone is asked for too, by a word in its query.
"""

import json
import subprocess
import sys
from urllib.parse import urlsplit

from commonpress.bench import calibration, first_view, hits, long_thread, processes, streams, wagtail, while_changing
from commonpress.bench.rows import Row
from commonpress.bench.server import BY_DJANGO, Server, Unfit, fetch, wait_until_idle

COMMENTS = 200
CONNECTIONS = 8
ROUNDS = 3
SECONDS = 4
SYNC_SECONDS = 0.3


def measure(server: Server) -> list[Row]:
    """Return the rows of the page bench. Raises Unfit."""
    path = most_discussed_story()
    address = server.address.rstrip("/") + path
    page = fetch(address)
    bodies = page.count(b'class="comment__body"')
    if bodies < COMMENTS:
        raise Unfit(f"{path} holds {bodies} comments where {COMMENTS} were to be measured.")
    wait_until_idle(server.process)
    rounds = [one_round(server, address) for _ in range(ROUNDS)]
    alone = [one_round(server, address + BY_DJANGO, connections=1) for _ in range(ROUNDS)]
    context = f"{bodies} comments, {len(page):,} bytes, {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS} s"
    return [
        *calibration.rows(server.data),
        *rows_of(rounds, context=context),
        Row(
            measure="made for one reader: CPU per request",
            value=sorted(found["cpu_ms"] for found in alone)[ROUNDS // 2],
            unit="ms",
            context="the same page as Django answers it, one after the other: what a reader costs while no kept one stands",
        ),
        Row(measure="story page: SQL queries", value=queries(path), unit="queries", goal=15, floor=15),
        *first_view.measure(server, path, page),
        *beside_others(server, path),
        Row(
            measure="server: memory",
            value=processes.memory_bytes(server.process) / 1e6,
            unit="MB",
            goal=200,
            floor=260,
            context="PSS of all its processes, after the load",
        ),
        *streams.measure(server, path),
    ]


def beside_others(server: Server, path: str) -> list[Row]:
    """Return the rows of the kept page, and beside what else: nginx, changes, ten thousand comments, a bare Wagtail."""
    rows = hits.measure(server, path)
    hit = next((row.value / 1e6 for row in rows if row.measure == hits.CPU_PER_HIT), None)
    return [
        *rows,
        *while_changing.measure(server, path),
        *long_thread.measure(server, path),
        *(wagtail.measure(hit) if hit else []),
    ]


def rows_of(rounds: list[dict[str, float]], *, context: str) -> list[Row]:
    """Return the rows of the median round; by CPU, since neighbours disturb one of three more often than two."""
    median = sorted(rounds, key=lambda found: found["cpu_ms"])[len(rounds) // 2]
    beside = f"in the same round: Python loop {median['loop']:.3f} s, {median['syncs']:,.0f} fdatasync per s"
    return [
        Row(
            measure="story page: requests",
            value=median["per_second"],
            unit="per s",
            better="more",
            context=f"{context}; {beside}",
        ),
        Row(measure="story page: p50", value=median["p50_ms"], unit="ms", context=f"wall clock; {beside}"),
        Row(measure="story page: p99", value=median["p99_ms"], unit="ms", context=f"wall clock; {beside}"),
        Row(
            measure="story page: CPU ÷ Python loop",
            value=median["cpu_ms"] / 1000 / median["loop"],
            unit="loops",
            goal=0.005,
            floor=0.05,
            context="CPU of a request against the calibration loop of the same round",
        ),
        Row(
            measure="story page: CPU per request",
            value=median["cpu_ms"],
            unit="ms",
            goal=0.2,
            floor=2,
            context="user and system time of all the server's processes",
        ),
    ]


def most_discussed_story() -> str:
    """Return the path of the public page with the most comments."""
    from commonpress.discussion.models.thread import Thread

    thread = Thread.objects.order_by("-published_count").first()
    if thread is None:
        raise Unfit("Nobody has commented on anything yet.")
    return urlsplit(thread.page.specific.get_full_url()).path


def queries(path: str) -> int:
    """Count the queries of one view, by a stranger, when everything that is kept in the process is."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    stranger = Client()
    stranger.get(path)
    with CaptureQueriesContext(connection) as counted:
        answer = stranger.get(path)
    if answer.status_code != 200:
        raise Unfit(f"{path} answered {answer.status_code}.")
    return len(counted)


def one_round(server: Server, address: str, *, connections: int = CONNECTIONS) -> dict[str, float]:
    loop = calibration.python_loop_seconds()
    syncs = calibration.syncs_per_second(server.data, seconds=SYNC_SECONDS)
    before = processes.cpu_seconds(server.process)
    answer = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "commonpress.bench.client", address, str(connections), str(SECONDS)],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(answer.stdout)
    if found["wrong"]:
        raise Unfit(f"{found['wrong']:.0f} of {found['requests']:.0f} answers were no pages.")
    used = processes.cpu_seconds(server.process) - before
    return found | {"cpu_ms": used * 1000 / found["requests"], "loop": loop, "syncs": syncs}
