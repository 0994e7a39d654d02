"""A kept page beside nginx with the same bytes in files: the CPU of both, in rounds that alternate."""

import gzip
import http.client
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from commonpress.bench import peers, processes, web_server
from commonpress.bench.processes import on_its_own_core
from commonpress.bench.rows import Row
from commonpress.bench.server import Server, Unfit

ROUNDS = 5
SECONDS = 2
REBUILDS = 15
CPU_PER_HIT = "kept page: CPU per hit"


def measure(server: Server, path: str) -> list[Row]:
    """Return the rows of hits on a kept page. Raises Unfit when something else than the page is answered."""
    etag, page, compressed = kept(server, path)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="commonpress-nginx-") as scratch,
            on_its_own_core(server.process),
            peers.nginx(Path(scratch) / "nginx", page, compressed) as (process, static),
            on_its_own_core(process),
        ):
            rounds = [one_round(server, path, process, static, etag) for _ in range(ROUNDS)]
    except peers.Missing as missing:
        return [Row(measure="kept page: beside nginx", value=0, unit="rounds", context=f"not measured: {missing}")]
    middle = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    context = f"{len(compressed):,} bytes of gzip; {ROUNDS} rounds of {SECONDS} s, 32 connections, a core each"
    return [
        Row(
            measure="kept page: nginx's CPU ÷ ours",
            value=statistics.median(each["nginx_us"] / each["ours_us"] for each in rounds),
            unit="x", better="more", goal=0.8, floor=0.55, context=context,
        ),
        Row(
            measure="kept page, 304: nginx's CPU ÷ ours",
            value=statistics.median(each["nginx_304_us"] / each["ours_304_us"] for each in rounds),
            unit="x", better="more", goal=0.6, floor=0.4, context="If-None-Match with the page's own tag",
        ),
        Row(measure=CPU_PER_HIT, value=middle["ours_us"], unit="µs", context=f"nginx {middle['nginx_us']:.1f}"),
        Row(
            measure="kept page, signed in: CPU per hit",
            value=middle["cookie_us"], unit="µs", context="a cookie each, which is taken out before what the headers say is looked up",
        ),
        Row(
            measure="kept page, 304: CPU per hit",
            value=middle["ours_304_us"], unit="µs", context=f"nginx {middle['nginx_304_us']:.1f}",
        ),
        Row(
            measure="kept page: requests",
            value=middle["ours_rps"], unit="per s", better="more", context=f"nginx {middle['nginx_rps']:,.0f}",
        ),
        Row(measure="kept page: p99", value=middle["ours_p99"], unit="ms", context=f"nginx {middle['nginx_p99']:.2f}"),
        *web_server.measure(path, page, compressed),
        rebuild(path),
    ]  # fmt: skip


def one_round(server: Server, path: str, nginx: int, static: str, etag: str) -> dict[str, float]:
    """Ask ours, then nginx, whole and for 304; nginx's own tag is asked for first."""
    address = server.address.rstrip("/") + path
    theirs = answer_of(static, {"Accept-Encoding": "gzip"})[1]["ETag"]
    found: dict[str, float] = {}
    for name, process, target, tag in [
        ("ours", server.process, address, ""),
        ("cookie", server.process, address, ""),
        ("nginx", nginx, static, ""),
        ("ours_304", server.process, address, etag),
        ("nginx_304", nginx, static, theirs),
    ]:
        before = processes.cpu_seconds(process)
        varying = "Cookie" if name == "cookie" else "User-Agent"
        load = peers.ask(target, seconds=SECONDS, varying=varying, **({"If-None-Match": tag} if tag else {}))
        used = processes.cpu_seconds(process) - before
        if load.wrong:
            raise Unfit(f"{load.wrong} of {load.answers} answers of {name} were no pages.")
        found |= {f"{name}_us": used * 1e6 / load.answers, f"{name}_rps": load.per_second, f"{name}_p99": load.p99_ms}
    return found


def rebuild(path: str) -> Row:
    """Make the page again and again, each time after a comment, which is taken back afterwards."""
    from django.db import transaction

    from commonpress.accounts.models import Person
    from commonpress.discussion.actions.comments import post_comment
    from commonpress.newsroom.models.story import Story
    from commonpress.prerender.publisher import make
    from commonpress.prerender.store import Store

    story = Story.objects.get(public_path=path)
    writer = Person.objects.earliest("pk")
    store = Store()
    used = []
    for number in range(REBUILDS + 1):
        with transaction.atomic():
            post_comment(story, writer=writer, text=f"One more thought, the {number}th.")
            store.change([f"thread:{story.pk}"])
            since, before = store.moment, time.thread_time()
            page = make(path.encode(), store)
            if page is None:
                raise Unfit(f"{path} cannot be kept.")
            store.keep(page, since=since)
            used.append((time.thread_time() - before) * 1000)
            transaction.set_rollback(True)
    return Row(
        measure="kept page: made again",
        value=statistics.median(used[1:]), unit="ms", goal=5,
        floor=10,
        context="CPU; after a comment: its parts that changed, joined with the rest and compressed",
    )  # fmt: skip


def kept(server: Server, path: str) -> tuple[str, bytes, bytes]:
    """Wait until a page is kept; return its tag, its bytes, and these as sent with gzip."""
    address = server.address.rstrip("/") + path
    for _ in range(200):
        _status, headers, compressed = answer_of(address, {"Accept-Encoding": "gzip"})
        if "ETag" in headers:
            return headers["ETag"], gzip.decompress(compressed), compressed
        time.sleep(0.05)
    raise Unfit(f"{path} is not kept.")


def answer_of(address: str, headers: dict[str, str]) -> tuple[int, http.client.HTTPMessage, bytes]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("GET", parts.path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()
