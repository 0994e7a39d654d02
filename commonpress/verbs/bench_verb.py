"""Measure, on a demo paper started for it, and end with status 1 where a value is beyond its floor."""

import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commonpress.bench import pages, text
from commonpress.bench.rows import show, write
from commonpress.bench.server import Server, Unfit
from commonpress.lib import env
from commonpress.verbs.data_folder import open_data_folder
from commonpress.verbs.loading import load_django
from commonpress.verbs.problems import Problem

BENCHES = {"pages": pages.measure, "text": text.measure}
READY = "The demo paper is at "


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", choices=list(BENCHES), help="one bench; all of them without it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here too")


def run(options: Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="commonpress-bench-") as scratch:
        folder = options.data or f"{scratch}/demo"
        with running_demo(folder) as server:
            open_data_folder(folder)
            env.insist("COMMONPRESS_DEMO", "yes")
            env.insist("COMMONPRESS_HOSTS", "testserver,localhost")
            load_django()
            rows = []
            for name in [options.name] if options.name else list(BENCHES):
                try:
                    rows += BENCHES[name](server)
                except Unfit as unfit:
                    raise Problem(f"{name}: {unfit}") from None
    show(rows)
    if options.json:
        write(rows, options.json)
    return 1 if any(row.is_beyond_floor for row in rows) else 0


@contextmanager
def running_demo(folder: str) -> Iterator[Server]:
    command = [sys.executable, "-m", "commonpress.cli", "demo", "--data", folder, "--port", "0"]
    # Limits per address would be what is measured: all this load comes from one.
    more = env.with_variables(COMMONPRESS_MAX_CONNECTIONS_PER_ADDRESS="4000")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=more) as demo:  # noqa: S603 - our own verb
        try:
            address = next((line.removeprefix(READY).strip() for line in demo.stdout or () if READY in line), None)
            if address is None:
                raise Problem("The demo did not start; what it says stands above.")
            yield Server(address=address, process=demo.pid, data=folder)
        finally:
            demo.terminate()
