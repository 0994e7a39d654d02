import json
import os
import subprocess
import sys

import pytest

from commonpress.bench import calibration, processes
from commonpress.bench.discussion import everything
from commonpress.bench.rows import Row, shown, write
from commonpress.bench.server import Unfit


@pytest.mark.parametrize(
    ("value", "floor", "better", "beyond"),
    [
        (15, 15, "less", False),
        (16, 15, "less", True),
        (15, 15, "more", False),
        (14, 15, "more", True),
        (9, None, "less", False),
    ],
)
def test_a_row_is_beyond_its_floor_on_the_side_that_is_worse(value, floor, better, beyond):
    assert Row(measure="queries", value=value, unit="queries", floor=floor, better=better).is_beyond_floor is beyond


def test_rows_are_written_with_the_six_fields_every_bench_has(tmp_path):
    write([Row(measure="queries", value=12, unit="queries", goal=15, floor=15)], tmp_path / "rows.json")

    assert json.loads((tmp_path / "rows.json").read_text()) == [
        {"measure": "queries", "value": 12, "unit": "queries", "goal": 15, "floor": 15, "context": ""}
    ]


def test_a_missed_floor_is_said_aloud(capsys):
    next(shown([Row(measure="queries", value=16, unit="queries", floor=15)]))

    assert "BEYOND ITS FLOOR" in capsys.readouterr().out


def test_what_cannot_be_measured_is_beyond_its_floor_and_says_why():
    def fails():
        raise Unfit("The server did not start.")

    (row,) = everything.part("writing", fails)

    assert row.is_beyond_floor
    assert row.context == "not measured: The server did not start."


def test_a_trees_work_and_memory_are_those_of_parent_and_child():
    busy = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'sum(range(20_000_000))'])\nprint(1, flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", busy], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        parent.stdout.readline()
        used, memory = processes.cpu_seconds(parent.pid), processes.memory_bytes(parent.pid)
        parent.communicate(b"\n")

    assert used > 0.1
    assert 1e6 < memory < 1e9
    assert os.getpid() not in processes.tree(parent.pid)


def test_the_calibration_measures_something(tmp_path):
    loop, syncs = calibration.rows(str(tmp_path))

    assert loop.value > 0
    assert syncs.value > 0
    assert (loop.floor, syncs.floor) == (None, None)
