"""A migrated database for every test, made once per state of the migrations and copied.

Triggers, partial indexes and search tables are part of the schema, so nothing here is
built from models, and no test flushes: what the migrations inserted would be gone.
"""

import hypothesis
import pytest
from django.conf import settings

from tests.databases import Postgres, SQLite, point_at
from tests.mailbox import Mailbox, OnAFreePort

# A machine busy with something else must not turn a right answer into a failure.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")

ON_POSTGRES = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"


@pytest.fixture(scope="session")
def databases(tmp_path_factory) -> SQLite | Postgres:
    return Postgres() if ON_POSTGRES else SQLite(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def django_db_setup(databases, django_db_blocker):
    copy = databases.new_copy()
    point_at(copy)
    yield
    with django_db_blocker.unblock():
        point_at("postgres" if ON_POSTGRES else ":memory:")
    databases.drop(copy)


@pytest.fixture
def fresh_database(django_db_setup, django_db_blocker, databases):
    """A copy of the migrated database for one test that commits, or uses threads."""
    shared = settings.DATABASES["default"]["NAME"]
    copy = databases.new_copy()
    with django_db_blocker.unblock():
        point_at(copy)
        yield copy
        point_at(shared)
    databases.drop(copy)


@pytest.fixture
def run_jobs():
    """Do every job that is due, and what follows from it; a job's error is the test's error.

    Jobs never run by themselves in tests. Returns how many were done.
    """
    from commonpress.jobs.worker import run_everything_due

    return run_everything_due


@pytest.fixture
def mailbox(settings):
    """A real SMTP server, to which letters go in this test."""
    mailbox = Mailbox()
    server = OnAFreePort(mailbox, hostname="127.0.0.1", port=0)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_HOST_USER = ""
    yield mailbox
    server.stop(no_assert=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("commits"):
            if item.get_closest_marker("django_db"):
                raise pytest.UsageError(f"{item.nodeid}: a test that commits cannot be in django_db's transaction too.")
            item.fixturenames.insert(0, "fresh_database")
