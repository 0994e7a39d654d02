"""Readers who hold a stream of one story, ten thousand of them, and one event to all. They live in a process of their own."""

import asyncio
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from commonpress.bench import processes
from commonpress.bench.client import HEADERS
from commonpress.bench.rows import Row
from commonpress.bench.server import Server, Unfit
from commonpress.live.ticker import SECONDS_BETWEEN
from commonpress.server.run import allow_many_files

READERS = 10_000
EVENTS = 5
AT_ONCE = 100
SECONDS = 60
SPARE_FILES = 500
HELD = "streams held by one process"
EVENT = re.compile(rb"event: thread\r?\n")


def measure(server: Server, path: str) -> list[Row]:
    """Return the rows of the streams of the story at `path`. Raises Unfit."""
    if most_files() < READERS + SPARE_FILES:
        return [Row(measure=HELD, value=0, unit="readers", context=f"not measured: {most_files()} open files allowed")]
    address = f"{server.address.rstrip('/')}/-/live/{story_at(path)}"
    before = processes.memory_bytes(server.process)
    with processes.on_its_own_core(server.process), listeners(address) as told:
        held = int(told("held"))
        if held < READERS:
            raise Unfit(f"{held} of {READERS} streams were opened.")
        each = (processes.memory_bytes(server.process) - before) / held
        took, cpu = [], []
        for _ in range(EVENTS):
            # A thread is told of once a second at most.
            time.sleep(SECONDS_BETWEEN * 2)
            used = processes.cpu_seconds(server.process)
            began = time.time()
            change(path)
            took.append(float(told("reached")) - began)
            cpu.append(processes.cpu_seconds(server.process) - used)
    middle = EVENTS // 2
    context = "from the commit in another process to the last reader; median of " + ", ".join(f"{s:.2f}" for s in took)
    return [
        Row(measure=HELD, value=held, unit="readers", goal=10_000, floor=10_000, better="more"),
        Row(
            measure="streams: memory each", value=each / 1000, unit="kB", goal=12, floor=20,
            context="PSS of the server with them less that without; 20,000 connections of one address allowed",
        ),
        Row(
            measure="streams: one event to all", value=sorted(took)[middle], unit="s", goal=0.4, floor=1.5,
            context=f"{context} s; {sorted(cpu)[middle]:.2f} s of CPU",
        ),
    ]  # fmt: skip


def most_files() -> int:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return hard if hard != resource.RLIM_INFINITY else READERS * 10


def story_at(path: str) -> int:
    from commonpress.newsroom.models.story import Story

    return int(Story.objects.get(public_path=path).pk)


def change(path: str) -> None:
    """Have somebody vote."""
    from commonpress.accounts.models import Guest
    from commonpress.discussion.actions.votes import UP, vote
    from commonpress.discussion.models import Comment, CommentState
    from commonpress.newsroom.models.story import Story

    story = Story.objects.get(public_path=path)
    comment = Comment.objects.filter(thread_id=story.pk, state=CommentState.PUBLISHED).order_by("-number")[0]
    vote(comment, page=story, voter=Guest.objects.create(identity_hash=Guest.new_identity()), value=UP)


@contextmanager
def listeners(address: str) -> Iterator["Told"]:
    command = [sys.executable, "-m", "commonpress.bench.streams", address, str(READERS), str(EVENTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        try:
            yield Told(process)
        finally:
            process.kill()


class Told:
    """What the readers' process says of itself, one line after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def __call__(self, name: str) -> float:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise Unfit("The streams' readers ended before they had said all.")
        found: dict[str, float] = json.loads(line)
        return found[name]


class Listener(asyncio.Protocol):
    """One reader: counts the events it was told."""

    def __init__(self, request: bytes, everybody: "Everybody") -> None:
        self.request = request
        self.everybody = everybody
        self.is_held = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if not self.is_held and data.startswith(b"HTTP/1.1 200"):
            self.is_held = True
            self.everybody.held += 1
        elif self.is_held:
            self.everybody.reached += len(EVENT.findall(data))
        self.everybody.look()


class Everybody:
    def __init__(self, readers: int) -> None:
        self.readers = readers
        self.held = 0
        self.reached = 0
        self.all_held = asyncio.Event()
        self.all_reached = asyncio.Event()

    def look(self) -> None:
        if self.held >= self.readers:
            self.all_held.set()
        if self.reached >= self.readers:
            self.all_reached.set()


async def listen(address: str, readers: int, events: int) -> None:
    parts = urlsplit(address)
    headers = HEADERS | {"Accept": "text/event-stream", "Host": parts.netloc, "Sec-Fetch-Site": "same-origin"}
    lines = [f"GET {parts.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    request = "\r\n".join([*lines, "", ""]).encode()
    everybody = Everybody(readers)
    loop = asyncio.get_running_loop()
    for begin in range(0, readers, AT_ONCE):
        few = range(begin, min(begin + AT_ONCE, readers))
        await asyncio.gather(
            *(
                # One address has fewer ports than this takes: each thousand comes from one of its own.
                loop.create_connection(
                    lambda: Listener(request, everybody),
                    parts.hostname or "",
                    parts.port or 80,
                    local_addr=(f"127.0.0.{2 + number // 1000}", 0),
                )
                for number in few
            )
        )
    with suppress(TimeoutError):
        await asyncio.wait_for(everybody.all_held.wait(), SECONDS)
    # What was said while they came belongs to no event.
    await asyncio.sleep(2)
    everybody.reached = 0
    everybody.all_reached.clear()
    print(json.dumps({"held": everybody.held}), flush=True)
    for _ in range(events):
        await asyncio.wait_for(everybody.all_reached.wait(), SECONDS)
        print(json.dumps({"reached": time.time()}), flush=True)
        everybody.reached = 0
        everybody.all_reached.clear()


if __name__ == "__main__":
    allow_many_files()
    asyncio.run(listen(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
