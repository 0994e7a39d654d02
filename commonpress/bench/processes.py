"""What a tree of processes has used, read from /proc."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SERVER_CORE, CLIENT_CORE = {0}, {1}


def tree(root: int) -> list[int]:
    """Return a process and all its descendants."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = stat_of(int(entry.name))
            if fields:
                parents[int(entry.name)] = int(fields[1])
    found = [root]
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
    return found


def cpu_seconds(root: int) -> float:
    """Return user and system time of the tree, with that of children that have ended."""
    return sum(sum(map(int, fields[11:15])) for process in tree(root) if (fields := stat_of(process))) / TICKS


def memory_bytes(root: int) -> int:
    """Return the tree's proportional set size: shared pages count once."""
    total = 0
    for process in tree(root):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def stat_of(process: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third on (state, parent, ...); empty when it has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


@contextmanager
def on_its_own_core(process: int) -> Iterator[None]:
    """Have a process and its children run on one core and this one, with what it starts, on another."""
    if len(os.sched_getaffinity(0)) < 2:
        yield
        return
    ours = os.sched_getaffinity(0)
    threads = [int(task.name) for each in tree(process) for task in Path(f"/proc/{each}/task").iterdir()]
    before = {thread: os.sched_getaffinity(thread) for thread in threads}
    for thread in threads:
        os.sched_setaffinity(thread, SERVER_CORE)
    os.sched_setaffinity(0, CLIENT_CORE)
    try:
        yield
    finally:
        os.sched_setaffinity(0, ours)
        for thread, cores in before.items():
            if Path(f"/proc/{thread}").exists():
                os.sched_setaffinity(thread, cores)
