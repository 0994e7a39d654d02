"""Isso from its package, asked the same of the same comments, in the same round."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from commonpress.bench import calibration, peers, processes
from commonpress.bench.discussion import asking, writing
from commonpress.bench.papers import Paper, copied, serving, sqlite_paper
from commonpress.bench.rows import Row
from commonpress.bench.server import Unfit
from commonpress.lib import env

COMMENTS = 10_000
SECONDS = 5
URI = "/2026/bridge/"
CONFIGURATION = """
[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1:{port}/
[moderation]
enabled = false
[guard]
enabled = false
[server]
listen = http://127.0.0.1:{port}/
"""
# Run by Isso's own Python, so that rows are as it makes them.
IMPORT = """
import json, sys
from isso import config
from isso.db import SQLite3
from isso.utils import Bloomfilter
conf = config.load(config.default_file(), sys.argv[1])
database = SQLite3(conf.get("general", "dbpath"), conf)
database.execute(["INSERT INTO threads (id, uri, title) VALUES (1, ?, 'The bridge')"], (sys.argv[2],))
rows = json.load(sys.stdin)
from sqlite3 import connect
with connect(conf.get("general", "dbpath")) as connection:
    connection.executemany(
        "INSERT INTO comments (tid, id, parent, created, mode, remote_addr, text, author, voters, likes, dislikes)"
        " VALUES (1, ?, ?, ?, 1, '10.0.0.0', ?, ?, ?, ?, ?)",
        [(*row[:5], memoryview(Bloomfilter(iterable=["10.0.0.0"]).array), *row[5:]) for row in rows],
    )
"""


def measure(folder: Path) -> list[Row]:
    """Return the rows beside Isso. Raises Unfit, and Missing where it cannot be installed."""
    program = installed(folder)
    paper = sqlite_paper(folder, COMMENTS)
    with copied(paper) as ours, running(program, ours) as (their_process, theirs), serving(ours) as (process, address):
        ready = json.loads(ours.run("writers", str(writing.WRITERS), str(writing.PART * writing.PARTS)))
        return compared(process, address, their_process, theirs, ready)


def compared(process: int, address: str, their_process: int, theirs: str, ready: dict[str, object]) -> list[Row]:
    """Return the rows of reads, posts and votes, each side measured after the other."""
    from_isso = asking.request
    read = [[asking.request("GET", address, f"{URI}comments/oldest/?%78")]] * 4
    some = [[from_isso("GET", theirs, f"/?uri={URI}&limit=50&nested_limit=3")]] * 4
    whole = [[from_isso("GET", theirs, f"/?uri={URI}")]]
    said = json.dumps({"text": writing.TEXT, "author": "Reader", "title": "The bridge"})
    posts = [[from_isso("POST", theirs, f"/new?uri={URI}", said, Content_Type="application/json")]] * 8
    # Each comment takes one vote of an address: all vote on others.
    likes = [
        [
            from_isso("POST", theirs, f"/id/{key}/like", "{}", Content_Type="application/json")
            for key in range(place, COMMENTS, 32)
        ]
        for place in range(1, 33)
    ]
    beside = f"Python loop {calibration.python_loop_seconds():.3f} s in the same round"
    their_whole = cpu_ms(their_process, theirs, whole)
    few, others = range(80), range(80, writing.WRITERS)
    our_posts, our_first = (writing.posts_of(address, ready, writers) for writers in (others, few))
    pairs: list[tuple[str, tuple[float, float], Callable[[], float], Callable[[], float]]] = [
        (
            "Isso asked for 50 roots and their replies ÷ our uncached page, CPU", (5, 2),
            lambda: cpu_ms(their_process, theirs, some), lambda: cpu_ms(process, address, read),
        ),
        (
            "Isso's posts ÷ ours, CPU", (3, 1.5),
            lambda: cpu_ms(their_process, theirs, posts), lambda: cpu_ms(process, address, our_posts, our_first),
        ),
        (
            "Isso's votes ÷ ours, CPU", (5, 2),
            lambda: cpu_ms(their_process, theirs, likes), lambda: cpu_ms(process, address, writing.votes_of(address, ready, 0)),
        ),
    ]  # fmt: skip
    rows = []
    for measure, (goal, floor), their_side, our_side in pairs:
        them, us = their_side(), our_side()
        rows.append(
            Row(
                measure=measure, value=them / us, unit="x", better="more", goal=goal, floor=floor,
                context=f"{them:.2f} ms against {us:.2f}; {beside}",
            )
        )  # fmt: skip
    context = f"what its client asks for by default: all {COMMENTS:,}; binds nobody"
    return [*rows, Row(measure="Isso's whole thread", value=their_whole, unit="ms", context=context)]


def cpu_ms(process: int, address: str, connections: list[list[str]], warming: list[list[str]] | None = None) -> float:
    """Return the CPU of a request, in ms. `warming` is asked first, of others where a person may ask only so often."""
    writing.asked(address, warming or [each[:1] for each in connections[:2]], 0.2)
    begun = processes.cpu_seconds(process)
    answers = writing.asked(address, connections, SECONDS)
    return (processes.cpu_seconds(process) - begun) * 1000 / len(answers)


def installed(folder: Path) -> Path:
    """Install Isso beside the papers and return its Python. Raises Missing."""
    python = folder / "isso-venv" / "bin" / "python"
    if not (python.parent / "isso").exists():
        subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=False, capture_output=True)  # noqa: S603 - this Python
        pip = [str(python), "-m", "pip", "install", "-q", "isso", "gunicorn"]
        if subprocess.run(pip, check=False, capture_output=True).returncode:  # noqa: S603 - made above
            raise peers.Missing("Isso cannot be installed; it comes from the package index with: pip install isso")
    return python


@contextmanager
def running(python: Path, paper: Paper) -> Iterator[tuple[int, str]]:
    """Run Isso with a paper's comments; yields its process and address. Raises Unfit."""
    port = peers.free_port()
    settings = paper.folder / "isso.cfg"
    settings.write_text(CONFIGURATION.format(folder=paper.folder, port=port))
    done = subprocess.run(  # noqa: S603 - Isso's Python
        [str(python), "-c", IMPORT, str(settings), URI],
        input=paper.run("said"), text=True, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Unfit(f"Isso took no comments: {done.stderr[-1000:]}")
    # Its workers hung with threads; so as its documentation has it, and loaded before they are begun.
    command = [
        str(python.parent / "gunicorn"),
        "--preload",
        "-b",
        f"127.0.0.1:{port}",
        "--keep-alive",
        "60",
        "isso.run",
    ]
    variables = env.with_variables(ISSO_SETTINGS=str(settings))
    with subprocess.Popen(command, env=variables, stderr=subprocess.DEVNULL) as server:  # noqa: S603 - installed above
        try:
            wait_until_up(f"http://127.0.0.1:{port}/?uri={URI}&limit=1")
            yield server.pid, f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_until_up(address: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address):  # noqa: S310 - begun above
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise Unfit("Isso did not start.")
