"""A dry run beside a live paper."""

import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from commonpress import cli
from commonpress.database import tables
from commonpress.exchange.load import Loader, import_wxr
from commonpress.exchange.models import Imported
from commonpress.newsroom.models.redirect import Redirect
from commonpress.newsroom.models.story import Story
from commonpress.verbs import import_verb

SMALL = Path(__file__).parent / "files" / "small.xml"

pytestmark = pytest.mark.commits


def beside(work) -> None:
    """Do something in another thread, as a request of the live paper would, and wait until it is done."""

    def do():
        work()
        connection.close()

    thread = threading.Thread(target=do)
    thread.start()
    thread.join()


@pytest.mark.both_databases
def test_others_write_while_a_dry_run_has_written(monkeypatch):
    count_tags = Loader.count_tags
    seen = []

    def others_write(loader, before):
        seen.append(Story.objects.count())
        beside(lambda: Redirect.objects.create(old="/live/", new="/written/"))
        count_tags(loader, before)

    monkeypatch.setattr(Loader, "count_tags", others_write)

    report = import_wxr(SMALL, dry_run=True)

    assert (seen, report.made["story"]) == ([6], 6)
    assert list(Redirect.objects.values_list("old", flat=True)) == ["/live/"]
    assert not Imported.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is not copied")
def test_nothing_is_left_of_the_copy_and_what_is_here_is_known_in_it():
    import_wxr(SMALL)
    folder = Path(connection.settings_dict["NAME"]).parent
    before = sorted(path.name for path in folder.iterdir())

    report = import_wxr(SMALL, dry_run=True)

    assert (report.made["story"], report.known["story"]) == (0, 6)
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL the verb refuses")
def test_tables_that_are_behind_stay_so(monkeypatch, tmp_path, capsys):
    call_command("migrate", "exchange", "zero", verbosity=0)
    monkeypatch.setattr(import_verb, "open_data_folder", lambda _given: tmp_path)

    status = cli.main(["import", "wxr", str(SMALL), "--dry-run"])

    told = capsys.readouterr().out
    assert (status, told.splitlines()[0]) == (0, "Nothing was written: this was a dry run.")
    assert "story                    6           6           0" in told
    assert tables.are_behind()
