"""A story that ten thousand have commented on, beside the one with two hundred."""

import statistics
import time
from datetime import timedelta
from urllib.parse import urlsplit

from commonpress.bench import hits, peers, processes
from commonpress.bench.processes import on_its_own_core
from commonpress.bench.rows import Row
from commonpress.bench.server import Server, Unfit

COMMENTS = 10_000
FEWEST_BODIES = 50
ROUNDS = 5
SECONDS = 2


def measure(server: Server, path: str) -> list[Row]:
    """Return the row of the long thread beside the page at `path`. Raises Unfit."""
    long_path = a_long_thread(path)
    bodies = bodies_shown(server, long_path)
    try:
        with on_its_own_core(server.process):
            rounds = [cpu_per_hit(server, long_path) / cpu_per_hit(server, path) for _ in range(ROUNDS)]
    except peers.Missing as missing:
        return [Row(measure="10,000 comments ÷ 200", value=0, unit="x", context=f"not measured: {missing}")]
    return [
        Row(
            measure="kept page: 10,000 comments ÷ 200, CPU",
            value=statistics.median(rounds), unit="x", goal=1.1, floor=1.3,
            context=f"{bodies} of the 10,000 stand in its first view; {ROUNDS} rounds",
        )
    ]  # fmt: skip


def bodies_shown(server: Server, path: str) -> int:
    """Wait until the kept page shows the new comments; return how many stand in it."""
    for _ in range(100):
        _etag, page, _compressed = hits.kept(server, path)
        bodies = page.count(b"comment__body")
        if bodies >= FEWEST_BODIES:
            return bodies
        time.sleep(0.1)
    raise Unfit(f"{path} does not show its new comments.")


def cpu_per_hit(server: Server, path: str) -> float:
    before = processes.cpu_seconds(server.process)
    load = peers.ask(server.address.rstrip("/") + path, seconds=SECONDS)
    if load.wrong:
        raise Unfit(f"{load.wrong} of {load.answers} answers were no pages.")
    return (processes.cpu_seconds(server.process) - before) / load.answers


def a_long_thread(but: str) -> str:
    """Have a story carry so many comments, said again from the longest thread there is; return its path."""
    from commonpress.discussion.actions.imports import Arrival, finish_import, import_comments
    from commonpress.discussion.models.comment import Comment
    from commonpress.discussion.models.thread import Thread

    longest, *others = Thread.objects.order_by("-published_count")[:20]
    pages = [thread.page.specific for thread in others]
    page = next((page for page in pages if urlsplit(page.get_full_url()).path != but), None)
    if page is None:
        raise Unfit("Only one story has comments.")
    said = list(Comment.objects.filter(thread=longest, state="published").order_by("pk"))
    arrivals = [
        Arrival(
            html=said[at % len(said)].body_html,
            name=f"Reader {at}",
            created_at=said[0].created_at + timedelta(seconds=at),
            # Three in ten answer somebody.
            parent=at - 3 if at % 10 in {3, 6, 9} else None,
        )
        for at in range(COMMENTS)
    ]
    import_comments(page, arrivals)
    finish_import(page)
    return urlsplit(page.get_full_url()).path
