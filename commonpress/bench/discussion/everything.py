"""All rows of `./run bench discussion`. What is made for them stays in the folder, so that a second run is quick."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from commonpress.bench import calibration, first_view, peers
from commonpress.bench.discussion import isso, opening, reading, writing
from commonpress.bench.papers import postgresql_paper, serving, sqlite_paper
from commonpress.bench.rows import Row
from commonpress.bench.server import Server, Unfit, fetch

SIZES = (1_000, 100_000, 1_000_000)
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Wanted:
    """What a run is asked for, and the browser that is there, if one is."""

    folder: Path
    sizes: tuple[int, ...] = SIZES
    databases: tuple[str, ...] = DATABASES
    chromium: str | None = None


def measure(wanted: Wanted) -> Iterator[Row]:
    """Yield the rows, part by part. One that cannot be measured says why and is beyond its floor; the others go on."""
    sizes = sorted(wanted.sizes)
    yield from calibration.rows(str(wanted.folder))
    if "sqlite" in wanted.databases:
        yield from part("SQLite", lambda: reading.measure("SQLite", wanted.folder, sizes, sqlite_paper))
        yield from part("writing", lambda: writing.measure(sqlite_paper(wanted.folder, sizes[-1])))
    if "postgresql" in wanted.databases:
        yield from part("PostgreSQL", lambda: reading.measure("PostgreSQL", wanted.folder, sizes, postgresql_paper))
    yield from part("what the story loads", lambda: weight(wanted))
    yield from part("opening in a browser", lambda: opening.measure(wanted.folder, wanted.chromium))
    yield from part("beside Isso", lambda: isso.measure(wanted.folder))


def part(name: str, rows: Callable[[], list[Row]]) -> list[Row]:
    try:
        return rows()
    except peers.Missing as missing:
        return [Row(measure=name, value=0, unit="rows", context=f"not measured: {missing}")]
    except Unfit as unfit:
        return [Row(measure=name, value=0, unit="rows", better="more", floor=1, context=f"not measured: {unfit}")]


def weight(wanted: Wanted) -> list[Row]:
    """Return what the story loads beside its HTML."""
    with serving(sqlite_paper(wanted.folder, min(wanted.sizes))) as (process, address):
        page = fetch(f"{address}/2026/bridge/")
        return first_view.beside_html(Server(address, process, str(wanted.folder)), "/2026/bridge/", page)
