"""Runs the child processes that handle pictures: one at a bench, with a deadline, without our secrets."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from commonpress.jobs.giving_way import give_way

# The child ends by itself after so many seconds of work; on a machine that is busy with other things
# those take longer on the wall.
PATIENCE = 3
QUEUE_SECONDS = 60
LOOK_SECONDS = 0.2
OUT_OF_TIME = {-signal.SIGKILL, -signal.SIGXCPU}


class TookTooLong(Exception):
    """The child did not finish in its seconds."""


class BenchIsTaken(Exception):
    """The child could not begin, because others were at work all the time."""


class Failed(Exception):
    """The child ended without an answer; the message is its last line."""


@contextmanager
def workshop(
    order: Mapping[str, Any], files: Mapping[str, bytes], *, bench: str, seconds: int
) -> Iterator[tuple[Any, Path]]:
    """Have the order done with these files beside it; yield the answer and the folder of what was made.

    One child works at each bench. `seconds` are of work; the child is stopped after three times as many on the wall.

    Raises BenchIsTaken, TookTooLong and Failed; in a job, GaveWay.
    """
    with tempfile.TemporaryDirectory(prefix="commonpress-photo-") as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        (folder / "order.json").write_text(json.dumps({**order, "seconds": seconds}))
        with one_at_a_time(bench):
            run(folder, seconds)
        yield json.loads((folder / "answer.json").read_text()), folder


def run(folder: Path, seconds: int) -> None:
    # A program of its own rather than a fork: the server has threads, and a child that starts
    # empty has neither their locks nor the server's memory. Its environment names only where
    # the packages are.
    program = [sys.executable, "-m", "commonpress.newsroom.photos.child", str(folder)]
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, [str(settings.ROOT.parent), *sys.path]))}
    with (
        (folder / "complaints").open("wb") as complaints,
        subprocess.Popen(program, env=environment, stdin=subprocess.DEVNULL, stderr=complaints) as child,  # noqa: S603 - our own module and a folder we named
    ):
        try:
            wait_for(child, deadline=time.monotonic() + seconds * PATIENCE)
        except BaseException:
            child.kill()
            raise
    if child.returncode in OUT_OF_TIME:
        raise TookTooLong
    if not (folder / "answer.json").exists():
        lines = (folder / "complaints").read_text(errors="replace").strip().splitlines()
        raise Failed(lines[-1] if lines else f"exit status {child.returncode}")


def wait_for(child: subprocess.Popen[bytes], *, deadline: float) -> None:
    while True:
        give_way()
        try:
            child.wait(min(LOOK_SECONDS, max(0, deadline - time.monotonic())))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= deadline:
                raise TookTooLong from None
        else:
            return


@contextmanager
def one_at_a_time(bench: str) -> Iterator[None]:
    """Hold the only place at a bench, among all threads and processes on this data folder."""
    deadline = time.monotonic() + QUEUE_SECONDS
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / f"{bench}.lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise BenchIsTaken from None
                give_way()
                time.sleep(0.05)
        yield
