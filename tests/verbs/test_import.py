"""What the verb asks of a paper before it brings an archive in."""

from pathlib import Path

import pytest
from django.utils import timezone

from commonpress import cli
from commonpress.exchange.models import Imported
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from commonpress.verbs import import_verb

SMALL = Path(__file__).parents[1] / "exchange" / "files" / "small.xml"

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def folder(monkeypatch, tmp_path) -> Path:
    monkeypatch.setattr(import_verb, "open_data_folder", lambda _given: tmp_path)
    monkeypatch.setattr(import_verb, "bring_up_to_date", lambda _folder, **_say: None)
    return tmp_path


def test_an_archive_waits_until_the_paper_is_set_up(folder, capsys):
    status = cli.main(["import", "wxr", str(SMALL)])

    told = capsys.readouterr()
    assert (status, told.out) == (2, "")
    assert told.err.startswith(f"There is no publication in {folder} yet. Start `commonpress serve`")
    assert not Imported.objects.exists()


def test_an_archive_comes_into_a_paper_that_is_set_up(folder, capsys):
    Publication.objects.create(name="The Bugle", set_up_at=timezone.now())

    status = cli.main(["import", "wxr", str(SMALL)])

    assert (status, capsys.readouterr().out.splitlines()[0]) == (0, "Import finished.")
    assert Story.objects.filter(slug="the-last-crane").exists()


def test_a_dry_run_goes_on_before_and_says_so(folder, capsys):
    status = cli.main(["import", "wxr", str(SMALL), "--dry-run"])

    told = capsys.readouterr()
    assert (status, told.out.splitlines()[0]) == (0, "Nothing was written: this was a dry run.")
    assert told.err == f"There is no publication in {folder} yet; the import is tried in an empty one.\n"
