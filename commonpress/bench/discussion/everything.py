"""All rows of `./run bench discussion`. What is made for them stays in the folder, so that a second run is quick."""

from dataclasses import dataclass
from pathlib import Path

from commonpress.bench import calibration, first_view, peers
from commonpress.bench.discussion import isso, opening, reading, writing
from commonpress.bench.discussion.papers import postgresql_paper, serving, sqlite_paper
from commonpress.bench.rows import Row
from commonpress.bench.server import Server, fetch

SIZES = (1_000, 100_000, 1_000_000)
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Wanted:
    """What a run is asked for, and the browser that is there, if one is."""

    folder: Path
    sizes: tuple[int, ...] = SIZES
    databases: tuple[str, ...] = DATABASES
    chromium: str | None = None


def measure(wanted: Wanted) -> list[Row]:
    """Return the rows. Raises Unfit."""
    sizes = sorted(wanted.sizes)
    rows = calibration.rows(str(wanted.folder))
    if "sqlite" in wanted.databases:
        rows += reading.measure("SQLite", wanted.folder, sizes, sqlite_paper)
        rows += writing.measure(sqlite_paper(wanted.folder, sizes[-1]))
    if "postgresql" in wanted.databases:
        try:
            rows += reading.measure("PostgreSQL", wanted.folder, sizes, postgresql_paper)
        except peers.Missing as missing:
            rows.append(Row(measure="PostgreSQL", value=0, unit="ms", context=f"not measured: {missing}"))
    rows += weight(wanted)
    rows += opening.measure(wanted.folder, wanted.chromium)
    return rows + isso.measure(wanted.folder)


def weight(wanted: Wanted) -> list[Row]:
    """Return what the story loads beside its HTML."""
    with serving(sqlite_paper(wanted.folder, min(wanted.sizes))) as (process, address):
        page = fetch(f"{address}/2026/bridge/")
        return first_view.beside_html(Server(address, process, str(wanted.folder)), "/2026/bridge/", page)
