"""A migrated database for every test, made once per state of the migrations and copied.

Triggers, partial indexes and search tables are part of the schema, so nothing here is
built from models, and no test flushes: what the migrations inserted would be gone.
"""

import fcntl
import hashlib
import shutil
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "var" / "test-templates"


@pytest.fixture(scope="session")
def migrated_template() -> Path:
    """Return a SQLite file with every migration applied, shared by workers and runs."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    template = TEMPLATES / f"{state_of_migrations()}.sqlite3"
    with (TEMPLATES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            unfinished = template.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            subprocess.run(
                [sys.executable, "-c", MIGRATE, str(unfinished)], check=True, cwd=ROOT, stdout=subprocess.DEVNULL
            )
            with sqlite3.connect(unfinished) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                database.execute("PRAGMA journal_mode=DELETE")
            unfinished.rename(template)
    return template


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


@pytest.fixture(scope="session")
def django_db_setup(migrated_template: Path, tmp_path_factory, django_db_blocker) -> None:
    copy = tmp_path_factory.mktemp("database") / "test.sqlite3"
    shutil.copy(migrated_template, copy)
    point_at(copy)


@pytest.fixture
def fresh_database(django_db_setup, django_db_blocker, migrated_template: Path, tmp_path: Path):
    """A copy of the migrated database for one test that commits, or uses threads."""
    before = settings.DATABASES["default"]["NAME"]
    copy = tmp_path / "commits.sqlite3"
    shutil.copy(migrated_template, copy)
    with django_db_blocker.unblock():
        point_at(copy)
        yield copy
        point_at(Path(before))


def point_at(database: Path) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = str(database)
    connection.settings_dict["NAME"] = str(database)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("commits"):
            item.fixturenames.insert(0, "fresh_database")
