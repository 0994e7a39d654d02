"""Measure, on a demo paper started for it, and end with status 1 where a value is beyond its floor."""

import tempfile
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from commonpress.bench import calibration, pages, streams, text
from commonpress.bench.rows import show, write, write_markdown
from commonpress.bench.server import Unfit
from commonpress.lib import env
from commonpress.verbs.data_folder import open_data_folder
from commonpress.verbs.loading import load_django
from commonpress.verbs.problems import Problem
from commonpress.verbs.running_demo import running_demo

LIMITS = ("MAX_CONNECTIONS", "MAX_CONNECTIONS_PER_ADDRESS", "LIVE_STREAMS", "LIVE_STREAMS_PER_ADDRESS")
BENCHES = {"pages": pages.measure, "text": text.measure}

HEAD = """# Benchmarks

The last run of `./run bench pages --markdown docs/benchmarks.md`: {date}, {machine}.

CPU per request, of all processes of a server, and ratios to a yardstick measured in the same run are the firm
figures; requests per second and p99 move with whatever else the machine does. Client and server have a core each.
A row beyond its floor says so, and the bench then ends with status 1.
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", help="the demo's data folder (a new one, removed at the end)")
    parser.add_argument("name", nargs="?", choices=list(BENCHES), help="one bench; all of them without it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here too")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="and as a table for people, with date and machine"
    )


def run(options: Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="commonpress-bench-") as scratch:
        folder = options.data or f"{scratch}/demo"
        # Limits would be what is measured: all this load comes from one address.
        most = str(2 * streams.READERS)
        limits = {f"COMMONPRESS_{name}": most for name in LIMITS}
        with running_demo(folder, **limits) as server:
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
    if options.markdown:
        write_markdown(
            rows, options.markdown, head=HEAD.format(date=datetime.now(UTC).date(), machine=calibration.machine())
        )
    return 1 if any(row.is_beyond_floor for row in rows) else 0
