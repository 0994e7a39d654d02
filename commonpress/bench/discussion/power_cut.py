"""What of a database has been synced, told by power_cut.c, which is loaded into the server."""

import shutil
import sqlite3
import struct
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from commonpress.bench import peers
from commonpress.bench.papers import Paper, serving

SOURCE = Path(__file__).with_suffix(".c")


@dataclass(frozen=True)
class Synced:
    """A copy of a database that holds what has been synced, and no more."""

    copy: Path

    def syncs(self) -> list[tuple[int, int]]:
        """Return when each sync of the database's files began and ended, in ns of the monotonic clock."""
        times = self.copy.with_name(f"{self.copy.name}-syncs").read_bytes()
        return [(begin, end) for begin, end in struct.iter_unpack("QQ", times)]

    def votes(self) -> dict[tuple[str, str], int]:
        """Return the votes a power cut would have left, by comment and voter."""
        with closing(sqlite3.connect(self.copy)) as database:
            rows = database.execute(
                "SELECT c.public_id, v.voter_key, v.value FROM discussion_vote v JOIN discussion_comment c ON c.id = v.comment_id"
            )
            return {(comment, voter): value for comment, voter, value in rows}


@contextmanager
def serving_until_cut(paper: Paper, *, delay_us: int = 0) -> Iterator[tuple[int, str, Synced]]:
    """Serve a paper in SQLite; leaving kills the server, and what it had synced is in the copy. Raises Missing."""
    library = compiled(paper.folder)
    copy = paper.folder / "synced.sqlite3"
    for leftover in paper.folder.glob(f"{copy.name}*"):
        leftover.unlink()
    with closing(sqlite3.connect(paper.file)) as database:
        # What an earlier server left in the log.
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(paper.file, copy)
    variables = {
        "LD_PRELOAD": str(library),
        "POWER_CUT_OF": str(paper.file),
        "POWER_CUT_COPY": str(copy),
        "POWER_CUT_DELAY_US": str(delay_us),
    }
    with serving(paper, **variables) as (process, address):
        yield process, address, Synced(copy)


def compiled(folder: Path) -> Path:
    """Compile the library into a folder. Raises Missing."""
    library = folder / "power_cut.so"
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise peers.Missing("a C compiler is not here; install one with: apt install gcc libc6-dev")
    if not library.exists():
        command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl", "-lpthread"]
        subprocess.run(command, check=True)  # noqa: S603 - found above
    return library
