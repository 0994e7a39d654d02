"""How fast this machine is just now: wall-clock figures mean nothing without it."""

import os
import platform
import re
import tempfile
import time
from pathlib import Path

from commonpress.bench.rows import Row


def python_loop_seconds() -> float:
    """Return the wall-clock time of a fixed loop, the best of three: about 0.1 s on a calm machine of 2024."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        total = 0
        for number in range(2_000_000):
            total += number & 7
        best = min(best, time.perf_counter() - began)
    return best


def syncs_per_second(folder: str | None = None, *, seconds: float = 1.0) -> float:
    """Return how often 4 KiB can be written and synced to this disk in a second."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        block = os.urandom(4096)
        done, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            os.pwrite(file.fileno(), block, 0)
            os.fdatasync(file.fileno())
            done += 1
        return done / (time.perf_counter() - began)


def rows(folder: str | None = None) -> list[Row]:
    return [
        Row(measure="calibration: Python loop", value=python_loop_seconds(), unit="s", context="2,000,000 turns"),
        Row(
            measure="calibration: fdatasync",
            value=syncs_per_second(folder),
            unit="per s",
            better="more",
            context="4 KiB each, on the data folder's disk",
        ),
    ]


def machine() -> str:
    """Return what this machine is, in a line."""
    information = Path("/proc/cpuinfo")
    models = re.findall(r"^model name\s*: (.+)$", information.read_text() if information.exists() else "", re.MULTILINE)
    cpu = models[0].strip() if models else platform.machine()
    return (
        f"{os.cpu_count()} cores ({cpu}), {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )
