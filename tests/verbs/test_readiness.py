"""What a start does about a database that is not where it was."""

import json

import pytest
from django.db import OperationalError

from commonpress.verbs import readiness, serve_verb


@pytest.fixture
def gone(tmp_path, settings, monkeypatch):
    """A data folder whose database was there once."""
    monkeypatch.setattr(readiness, "database_file", lambda: tmp_path / "commonpress.sqlite3")
    settings.DATABASE_URL = ""
    (tmp_path / "stamps.json").write_text(json.dumps({"tables": "some"}))
    return tmp_path


def test_where_a_database_was_no_empty_one_is_made(gone):
    with pytest.raises(OperationalError, match="is not there"):
        readiness.bring_tables_up_to_date(gone, say=pytest.fail)

    assert not (gone / "commonpress.sqlite3").exists()


def test_a_start_without_its_database_says_so_and_goes_on(gone, monkeypatch, capsys):
    def away(_folder):
        raise OperationalError("it is not there")

    monkeypatch.setattr(serve_verb, "bring_up_to_date", away)

    assert serve_verb.prepare(gone) is None
    assert capsys.readouterr().out == (
        "The database is away (it is not there). Kept pages are shown until it is back.\n"
    )


@pytest.mark.django_db
def test_a_failed_migration_is_no_lost_database(tmp_path, monkeypatch):
    def fail(_folder):
        raise OperationalError("duplicate column name: kind")

    monkeypatch.setattr(serve_verb, "bring_up_to_date", fail)
    monkeypatch.setattr(serve_verb, "is_database_away", lambda: False)

    with pytest.raises(OperationalError, match="duplicate column"):
        serve_verb.prepare(tmp_path)
