"""Measure, on a demo paper started for it, and end with status 1 where a value is beyond its floor."""

import tempfile
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from commonpress.bench import calibration, pages, streams, text
from commonpress.bench.discussion import everything as discussion
from commonpress.bench.money import everything as money
from commonpress.bench.rows import Row, shown, write, write_markdown
from commonpress.bench.server import Unfit
from commonpress.lib import env
from commonpress.verbs.chromium import NoBrowser, chromium
from commonpress.verbs.data_folder import open_data_folder
from commonpress.verbs.loading import load_django
from commonpress.verbs.problems import Problem
from commonpress.verbs.running_demo import running_demo

LIMITS = ("MAX_CONNECTIONS", "MAX_CONNECTIONS_PER_ADDRESS", "LIVE_STREAMS", "LIVE_STREAMS_PER_ADDRESS")
BENCHES = {"pages": pages.measure, "text": text.measure}
DISCUSSION, MONEY = "discussion", "money"
SMALLEST = 1000

HEAD = """# Benchmarks

The last run of `./run bench {name}--markdown {file}`: {date}, {machine}.

CPU per request, of all processes of a server, and ratios to a yardstick measured in the same run are the firm
figures; requests per second and p99 move with whatever else the machine does. Client and server have a core each.
A row beyond its floor says so, and the bench then ends with status 1.
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--data", metavar="DIR", help="where the data is made and kept (a new folder, removed at the end)"
    )
    parser.add_argument(
        "name", nargs="?", choices=[*BENCHES, DISCUSSION, MONEY], help="one bench; all of them without it"
    )
    parser.add_argument(
        "--comments", type=sizes, metavar="NUMBERS", default=discussion.SIZES,
        help="of the discussion: how many on one page, as in 1000,100000,1000000",
    )  # fmt: skip
    parser.add_argument(
        "--lines", type=sizes, metavar="NUMBERS", default=money.LINES,
        help="of money: how many the ledgers have, as in 10000,10000000",
    )  # fmt: skip
    parser.add_argument(
        "--database", choices=discussion.DATABASES, help="of the discussion and of money: one database; both without it"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here too")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="and as a table for people, with date and machine"
    )


def run(options: Namespace) -> int:
    rows = list(shown(measured(options)))
    if options.json:
        write(rows, options.json)
    if options.markdown:
        head = HEAD.format(
            name=f"{options.name} " if options.name else "", file=options.markdown,
            date=datetime.now(UTC).date(), machine=calibration.machine(),
        )  # fmt: skip
        write_markdown(rows, options.markdown, head=head)
    return 1 if any(row.is_beyond_floor for row in rows) else 0


def measured(options: Namespace) -> Iterator[Row]:
    if options.name not in {DISCUSSION, MONEY}:
        yield from on_a_demo(options, [options.name] if options.name else list(BENCHES))
    if options.name in {None, DISCUSSION}:
        yield from of_the_discussion(options)
    if options.name in {None, MONEY}:
        yield from of_money(options)


def on_a_demo(options: Namespace, names: list[str]) -> Iterator[Row]:
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
            for name in names:
                try:
                    yield from BENCHES[name](server)
                except Unfit as unfit:
                    raise Problem(f"{name}: {unfit}") from None


def of_the_discussion(options: Namespace) -> Iterator[Row]:
    with own_folder(options) as folder:
        try:
            browser = chromium()
        except NoBrowser:
            browser = None
        yield from discussion.measure(discussion.Wanted(folder, options.comments, databases_of(options), browser))


def of_money(options: Namespace) -> Iterator[Row]:
    with own_folder(options) as folder:
        yield from money.measure(money.Wanted(folder, options.lines, databases_of(options)))


@contextmanager
def own_folder(options: Namespace) -> Iterator[Path]:
    """Have the folder in which papers are made, and kept if it was named."""
    with tempfile.TemporaryDirectory(prefix="commonpress-bench-") as scratch:
        folder = Path(options.data or scratch).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        yield folder


def databases_of(options: Namespace) -> tuple[str, ...]:
    return (options.database,) if options.database else discussion.DATABASES


def sizes(text: str) -> tuple[int, ...]:
    """Return how many comments, or lines, an argument names. Raises ArgumentTypeError."""
    numbers = tuple(int(word) for word in text.split(",") if word.isdecimal())
    if not numbers or min(numbers) < SMALLEST:
        raise ArgumentTypeError(f"{text} says no sizes; write them as in 1000,100000.")
    return numbers
