"""`commonpress bench`, around benches that measure nothing."""

import json
import platform
from contextlib import contextmanager

import pytest

from commonpress import cli
from commonpress.bench.rows import Row
from commonpress.bench.server import Server, Unfit
from commonpress.lib import env
from commonpress.verbs import bench_verb

QUICK = Row(measure="queries", value=12, unit="queries", goal=10, floor=15)
SLOW = Row(measure="CPU", value=140.5, unit="ms", goal=12, floor=100, context="all processes")
FREE = Row(measure="p99", value=9000, unit="ms", context="wall clock")


@pytest.fixture(autouse=True)
def benches(monkeypatch):
    """The benches by name, each of which finds the rows it is given; the demo they look at never starts."""

    @contextmanager
    def no_demo(folder, **variables):
        yield Server(address="http://localhost:8123/", process=4711, data=folder)

    found = {"pages": lambda _server: [QUICK], "text": lambda _server: [FREE]}
    monkeypatch.setattr(bench_verb, "BENCHES", found)
    monkeypatch.setattr(bench_verb, "of_the_discussion", lambda _options: [])
    monkeypatch.setattr(bench_verb, "of_money", lambda _options: [])
    monkeypatch.setattr(bench_verb, "running_demo", no_demo)
    monkeypatch.setattr(bench_verb, "open_data_folder", lambda _data: None)
    monkeypatch.setattr(bench_verb, "load_django", lambda: None)
    monkeypatch.setattr(env, "insist", lambda *_: None)
    return found


def test_without_a_name_every_bench_runs_and_all_is_well_within_the_floors(capsys):
    status = cli.main(["bench"])

    told = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert (status, told) == (0, ["measure", "queries", "p99"])


def test_a_row_beyond_its_floor_ends_it_with_status_1(benches, capsys):
    benches["text"] = lambda _server: [FREE, SLOW]

    assert (cli.main(["bench", "text"]), cli.main(["bench", "pages"]), cli.main(["bench"])) == (1, 0, 1)
    assert capsys.readouterr().out.count("BEYOND ITS FLOOR") == 2


def test_the_rows_are_written_as_json_also_when_a_floor_is_missed(benches, tmp_path):
    benches["pages"] = lambda _server: [QUICK, SLOW]

    status = cli.main(["bench", "--json", str(tmp_path / "rows.json")])

    assert status == 1
    assert json.loads((tmp_path / "rows.json").read_text()) == [
        {"measure": "queries", "value": 12, "unit": "queries", "goal": 10, "floor": 15, "context": ""},
        {"measure": "CPU", "value": 140.5, "unit": "ms", "goal": 12, "floor": 100, "context": "all processes"},
        {"measure": "p99", "value": 9000, "unit": "ms", "goal": None, "floor": None, "context": "wall clock"},
    ]


def test_an_unknown_name_is_refused_with_those_there_are(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["bench", "coffee"])

    told = capsys.readouterr().err
    assert (left.value.code, "coffee" in told, "pages" in told, "text" in told) == (2, True, True, True)


def test_what_cannot_be_measured_is_a_sentence_with_the_benchs_name(benches, tmp_path, capsys):
    def unfit(server):
        raise Unfit("Nobody has commented on anything yet.")

    benches["pages"] = unfit

    status = cli.main(["bench", "--json", str(tmp_path / "rows.json")])

    assert (status, capsys.readouterr().err) == (2, "pages: Nobody has commented on anything yet.\n")
    assert not (tmp_path / "rows.json").exists()


def test_the_rows_are_written_as_a_page_of_documentation(benches, tmp_path):
    benches["pages"] = lambda _server: [QUICK, SLOW]

    cli.main(["bench", "pages", "--markdown", str(tmp_path / "benchmarks.md")])

    written = (tmp_path / "benchmarks.md").read_text()
    assert written.startswith("# Benchmarks\n")
    assert platform.python_version() in written
    assert written.splitlines()[-2:] == [
        "| queries | 12 queries | 10 | 15 |  |",
        "| CPU | 140 ms | 12 | 100 | **beyond its floor**; all processes |",
    ]
