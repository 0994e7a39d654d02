import pytest

from commonpress import cli
from commonpress.lib import env
from commonpress.verbs import readiness, worker_verb
from commonpress.verbs.problems import Problem


def test_a_worker_on_tables_of_another_version_says_what_to_do(monkeypatch, tmp_path, capsys):
    def behind(_folder):
        raise Problem("The database is behind.")

    monkeypatch.setattr(env, "insist", lambda *_: None)
    monkeypatch.setattr(worker_verb, "need_tables", behind)

    status = cli.main(["worker", "--data", str(tmp_path / "paper")])

    assert (status, capsys.readouterr().err) == (2, "The database is behind.\n")


@pytest.mark.django_db
def test_tables_of_this_version_are_known_with_and_without_a_stamp(tmp_path):
    readiness.need_tables(tmp_path)
    readiness.write_stamps(tmp_path, tables=readiness.stamp_of_tables())

    readiness.need_tables(tmp_path)


@pytest.mark.django_db
def test_tables_that_lack_a_migration_are_refused(tmp_path):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="newsroom").order_by("-pk").first().delete()

    with pytest.raises(Problem, match="commonpress migrate"):
        readiness.need_tables(tmp_path)
