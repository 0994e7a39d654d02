"""All rows of `./run bench money`. What is made for them stays in the folder, so that a second run is quick."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from commonpress.bench import calibration, peers
from commonpress.bench.money import books, statement
from commonpress.bench.papers import Paper, postgresql_paper, sqlite_paper
from commonpress.bench.rows import Row
from commonpress.bench.server import Unfit

LINES = (10_000, 10_000_000)
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Wanted:
    """What a run is asked for: the lines of the ledgers, smallest and largest, and the databases."""

    folder: Path
    lines: tuple[int, ...] = LINES
    databases: tuple[str, ...] = DATABASES


def measure(wanted: Wanted) -> Iterator[Row]:
    """Yield the rows, part by part. One that cannot be measured says why and is beyond its floor; the others go on."""
    # Beside the papers of other benches in the same folder.
    folder = wanted.folder / "money"
    folder.mkdir(exist_ok=True)
    yield from calibration.rows(str(folder))
    yield from part("statement", statement.rows)
    if "sqlite" in wanted.databases:
        yield from part("SQLite", lambda: of_database(wanted, folder, sqlite_paper, books.booking_on_sqlite))
    if "postgresql" in wanted.databases:
        yield from part(
            "PostgreSQL", lambda: of_database(wanted, folder, postgresql_paper, books.booking_on_postgresql)
        )


def of_database(
    wanted: Wanted, folder: Path, make: Callable[[Path, int, str], Paper], booking: Callable[[Paper], Iterable[Row]]
) -> Iterator[Row]:
    papers = [make(folder, lines, "money") for lines in sorted(wanted.lines)]
    yield from books.reading(papers)
    yield from booking(papers[0])
    yield from books.importing(papers[0])
    yield from books.checking(papers[-1])


def part(name: str, rows: Callable[[], Iterable[Row]]) -> Iterator[Row]:
    try:
        yield from rows()
    except peers.Missing as missing:
        yield Row(measure=name, value=0, unit="rows", context=f"not measured: {missing}")
    except Unfit as unfit:
        yield Row(measure=name, value=0, unit="rows", better="more", floor=1, context=f"not measured: {unfit}")
