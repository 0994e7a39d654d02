"""Brings a data folder up to this version of the code: tables and static files, only when they are behind.

Both are known by stamps in the data folder, since asking the database or the disk costs seconds.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from commonpress.verbs.compression import compress_for_readers
from commonpress.verbs.problems import Problem

STAMPS = "stamps.json"


def bring_up_to_date(folder: Path, *, say: Any = print) -> None:
    """Migrate and collect static files, at the same time where both are due. Django is loaded.

    Raises Problem, and DatabaseError where the database is away.
    """
    from django.conf import settings

    static = stamp_of_static_files()
    collecting = 0
    if read_stamps(folder).get("static") != static or not (settings.STATIC_ROOT / "staticfiles.json").exists():
        collecting = in_a_child(lambda: collect(settings.STATIC_ROOT))
    try:
        bring_tables_up_to_date(folder, say=say)
    finally:
        if collecting:
            take_collected_files(collecting)
            write_stamps(folder, static=static)


def bring_tables_up_to_date(folder: Path, *, say: Any) -> None:
    from django.core.management import call_command
    from django.db import OperationalError

    if has_stamped_tables(folder):
        return
    if is_database_gone(folder):
        # A new one would be an empty paper where there was a full one.
        raise OperationalError(f"{database_file()} is not there")
    say("Bringing the database up to date.")
    call_command("migrate", verbosity=0, skip_checks=True)
    write_stamps(folder, tables=stamp_of_tables())


def take_collected_files(collecting: int) -> None:
    from django.core.files.storage import storages

    if os.waitstatus_to_exitcode(os.waitpid(collecting, 0)[1]) != 0:
        raise Problem("The static files could not be collected; the reason stands above.")
    # Loading Django may have read the list as it was before; pages would name files that are not there.
    names: Any = storages["staticfiles"]
    names.read_again()


def migrate(folder: Path) -> None:
    from django.core.management import call_command

    call_command("migrate")
    write_stamps(folder, tables=stamp_of_tables())


def need_tables(folder: Path) -> None:
    """Go on only with the tables of this version. Django is loaded. Raises Problem.

    Where another machine migrated the database it is asked itself: this folder has no stamp of it.
    """
    from commonpress.database import tables

    if not has_stamped_tables(folder) and tables.are_behind():
        raise Problem(
            "The database is not of this version of Commonpress. Start `commonpress serve`, which brings it up to "
            "date, or run `commonpress migrate` first."
        )


def has_stamped_tables(folder: Path) -> bool:
    from django.conf import settings

    is_there = settings.DATABASE_URL or database_file().exists()
    return bool(is_there) and read_stamps(folder).get("tables") == stamp_of_tables()


def is_database_gone(folder: Path) -> bool:
    """Say whether a database stood in this folder and its file no longer does."""
    from django.conf import settings

    return not settings.DATABASE_URL and "tables" in read_stamps(folder) and not database_file().exists()


def database_file() -> Path:
    from django.conf import settings

    return Path(settings.DATABASES["default"]["NAME"])


def in_a_child(work: Any) -> int:
    """Start `work` in a copy of this process, which has Django loaded already, and return its id."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except Exception:  # noqa: BLE001 - a child reports by its status; the traceback is for whoever mends it
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def collect(root: Path) -> None:
    from django.core.management import call_command

    (root / "compressed").unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
    compress_for_readers(root)


def read_stamps(folder: Path) -> dict[str, str]:
    try:
        stamps: dict[str, str] = json.loads((folder / STAMPS).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return stamps


def write_stamps(folder: Path, **new: str) -> None:
    unfinished = folder / f"{STAMPS}.{os.getpid()}"
    unfinished.write_text(json.dumps(read_stamps(folder) | new))
    unfinished.rename(folder / STAMPS)


def stamp_of_tables() -> str:
    """Return a hash of everything that decides what the tables look like, and of which database they are in."""
    from django.apps import apps
    from django.conf import settings

    digest = hashlib.sha256(str(settings.DATABASE_URL or database_file()).encode())
    for line in versions():
        digest.update(line.encode())
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.label}.{path.stem}".encode())
    return digest.hexdigest()


def stamp_of_static_files() -> str:
    from django.apps import apps

    digest = hashlib.sha256()
    for line in versions():
        digest.update(line.encode())
    for app in apps.get_app_configs():
        if app.name.startswith("commonpress."):
            for path in sorted(Path(app.path, "static").rglob("*")):
                if path.is_file():
                    digest.update(f"{path}{path.stat().st_mtime_ns}{path.stat().st_size}".encode())
    return digest.hexdigest()


def versions() -> Iterator[str]:
    yield from sorted(f"{found.name}=={found.version}" for found in distributions())
