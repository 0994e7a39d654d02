"""Kept pages while others change: how soon another process's commit is known, and how hits fare beside renders."""

import http.client
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from commonpress.bench import hits, peers
from commonpress.bench.processes import on_its_own_core
from commonpress.bench.rows import Row
from commonpress.bench.server import BY_DJANGO, Server, Unfit

ROUNDS = 5
SECONDS = 3
COMMITS = 15
# A page made more recently than this is shown for a while whatever has changed; see prerender/store.py.
PAUSE = 1.0


def measure(server: Server, path: str) -> list[Row]:
    """Return the rows of a paper that is written to. Raises Unfit."""
    return [beside_renders(server, path), commits_known(server)]


def beside_renders(server: Server, path: str) -> Row:
    """Ask for a kept page while two readers have Django make theirs, without a pause, and while nobody does."""
    address = server.address.rstrip("/") + path
    measure = "kept page beside two renders: p99 ÷ alone"
    rounds = []
    try:
        with on_its_own_core(server.process):
            for _ in range(ROUNDS):
                alone = peers.ask(address, seconds=SECONDS)
                with rendering(address + BY_DJANGO, seconds=SECONDS + 1):
                    time.sleep(0.5)
                    beside = peers.ask(address, seconds=SECONDS)
                if alone.wrong or beside.wrong:
                    raise Unfit("Some answers were no pages.")
                rounds.append((beside.p99_ms / alone.p99_ms, beside.p99_ms, beside.per_second))
    except peers.Missing as missing:
        return Row(measure=measure, value=0, unit="x", context=f"not measured: {missing}")
    ratio, p99, per_second = (statistics.median(column) for column in zip(*rounds, strict=True))
    return Row(
        measure=measure, value=ratio, unit="x", goal=15, floor=40,
        context=f"{p99:.1f} ms and {per_second:,.0f} requests per s beside the renders; {ROUNDS} rounds",
    )  # fmt: skip


def rendering(address: str, *, seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "commonpress.bench.client", address, "2", str(seconds)],
        stdout=subprocess.DEVNULL,
    )


def commits_known(server: Server) -> Row:
    """Comment from this process on a story that is read all the time in the other."""
    from django.utils import timezone

    from commonpress.discussion.actions.imports import finish_import, import_comment
    from commonpress.discussion.models.thread import Thread

    thread = Thread.objects.filter(published_count__gt=0).order_by("published_count").first()
    if thread is None:
        raise Unfit("Nobody has commented on anything yet.")
    page = thread.page.specific
    path = urlsplit(page.get_full_url()).path
    took = []
    for number in range(COMMITS):
        hits.kept(server, path)
        reader = Reader(server.address.rstrip("/") + path)
        reader.start()
        time.sleep(PAUSE)
        import_comment(page, html=f"Number {number}", name="A reader", created_at=timezone.now())
        finish_import(page)
        committed = time.perf_counter()
        took.append((reader.noticed() - committed) * 1000)
    return Row(
        measure="another process's commit known here",
        value=statistics.median(took), unit="ms", goal=50, floor=250,
        context=f"until no reader is sent the old page any more; {COMMITS} commits, the slowest {max(took):.0f} ms",
    )  # fmt: skip


@dataclass
class Reader:
    """Reads a page again and again, and notes when it asked for the first answer that was another."""

    address: str
    asked: list[tuple[float, str]] = field(default_factory=list)

    def start(self) -> None:
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self) -> None:
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        until = time.perf_counter() + PAUSE + 5
        first = ""
        while time.perf_counter() < until:
            asked = time.perf_counter()
            connection.request("HEAD", parts.path)
            answer = connection.getresponse()
            answer.read()
            etag = answer.headers.get("ETag", "")
            first = first or etag
            if etag and etag != first:
                self.asked.append((asked, etag))
                break
            time.sleep(0.001)
        connection.close()

    def noticed(self) -> float:
        self.thread.join()
        if not self.asked:
            raise Unfit("A change was not shown within five seconds.")
        return self.asked[0][0]
