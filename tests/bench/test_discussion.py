"""The bench of the discussion measures what it says it does."""

import os
import signal
import sqlite3
import subprocess
import sys
from argparse import ArgumentTypeError

import pytest

from commonpress.bench.discussion import building, opening, power_cut, writing
from commonpress.bench.discussion.asking import Answer, request
from commonpress.bench.discussion.power_cut import Synced
from commonpress.bench.peers import Missing
from commonpress.bench.server import Unfit
from commonpress.discussion.models import Comment, Thread
from commonpress.verbs.bench_verb import sizes
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.discussion import comment_on, story_to_discuss


@pytest.mark.django_db
@pytest.mark.both_databases
def test_a_thread_made_for_the_bench_is_as_if_it_had_been_posted():
    story = story_to_discuss()

    building.talk(story.pk, 230)
    later = comment_on(story, parent=Comment.objects.get(number=4))

    assert Comment.objects.count() == 231
    assert Thread.objects.get().root_seq == Comment.objects.filter(parent=None).count() == 131
    assert later.number == 231
    assert_counts_agree_with_rows(story)


WRITER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute(f"PRAGMA synchronous = {sys.argv[2]}")
for number in range(10):
    database.execute("INSERT INTO discussion_vote VALUES (1, ?, 1)", (f"g:{number}",))
print("acknowledged", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(("synchronous", "kept"), [("FULL", 10), ("OFF", 0)])
def test_a_power_cut_leaves_what_was_synced_and_nothing_else(tmp_path, synchronous, kept):
    try:
        library = power_cut.compiled(tmp_path)
    except Missing as missing:
        pytest.skip(str(missing))
    file, copy = tmp_path / "paper.sqlite3", tmp_path / "synced.sqlite3"
    database = sqlite3.connect(file)
    database.executescript(
        "PRAGMA journal_mode = WAL; CREATE TABLE discussion_comment (id, public_id);"
        "CREATE TABLE discussion_vote (comment_id, voter_key, value); INSERT INTO discussion_comment VALUES (1, 'abc')"
    )
    database.close()
    copy.write_bytes(file.read_bytes())
    loaded = {"LD_PRELOAD": str(library), "POWER_CUT_OF": str(file), "POWER_CUT_COPY": str(copy)}
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file), synchronous],
        env=os.environ | loaded, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as writer:  # fmt: skip
        assert writer.stdout.readline() == "acknowledged\n"
        syncs = Synced(copy).syncs()
        writer.send_signal(signal.SIGKILL)

    assert len(Synced(copy).votes()) == kept
    assert len(syncs) >= kept
    assert all(begin <= end for begin, end in syncs)


READY = {"comments": [f"c{number}" for number in range(80)], "guests": [["g:1", ""], ["g:2", ""]]}


class Left:
    def __init__(self, votes):
        self.votes = lambda: votes


def test_an_acknowledged_vote_that_is_not_there_is_lost_and_one_on_its_way_may_be_either():
    up_then_down = [Answer(0, 0, 1, 2, 200), Answer(0, 1, 3, 4, 200)]
    second = [Answer(1, 0, 1, 2, 200)]

    def lost(votes):
        return writing.lost_votes(up_then_down + second, READY, 1, Left(votes))

    assert lost({("c40", "g:1"): -1, ("c40", "g:2"): 1}) == 0
    assert lost({("c40", "g:1"): 1, ("c40", "g:2"): 1}) == 1
    # The second was about to vote the comment down.
    assert lost({("c40", "g:1"): -1, ("c40", "g:2"): -1, ("c41", "g:1"): 1}) == 0
    assert lost({}) == 2


def test_a_vote_is_covered_by_a_sync_that_lies_between_its_sending_and_its_answer():
    answer = Answer(0, 0, sent=10, came=20, status=200)

    assert writing.is_covered(answer, [(1, 9), (11, 19)])
    assert not writing.is_covered(answer, [(9, 15), (15, 21)])


def test_a_request_says_what_a_browser_says():
    said = request("POST", "http://localhost:1", "/-/vote/abc", "value=1", X_Fragment="1")

    assert said.startswith("POST /-/vote/abc HTTP/1.1\r\n")
    assert {"Host: localhost:1", "Content-Length: 7", "X-Fragment: 1", "Sec-Fetch-Site: same-origin"} <= set(
        said.split("\r\n")
    )
    assert said.endswith("\r\n\r\nvalue=1")


def test_a_request_says_each_header_once():
    said = request("POST", "http://localhost:1", "/new", "{}", Content_Type="application/json")

    assert said.lower().count("content-type") == 1
    assert "Content-Type: application/json" in said


PAGE, ADDRESS_BAR = {"pid": 1, "tid": 1}, {"pid": 2, "tid": 2}
SHOWN = [
    {"name": "TracingStartedInBrowser", "pid": 9, "tid": 9, "args": {"data": {"frames": [{"processId": 1}]}}},
    {"name": "FrameCommittedInBrowser", "pid": 9, "tid": 9, "args": {"data": {"processId": 1}}},
    {"name": "thread_name", **PAGE, "args": {"name": "CrRendererMain"}},
    {"name": "thread_name", **ADDRESS_BAR, "args": {"name": "CrRendererMain"}},
]


def test_the_longest_task_is_that_of_a_pages_own_thread():
    events = [
        *SHOWN,
        {"name": "ThreadControllerImpl::RunTask", **PAGE, "dur": 4000, "tdur": 3000},
        {"name": "Layout", **PAGE, "dur": 9000, "tdur": 9000},
        {"name": "ThreadControllerImpl::RunTask", "pid": 1, "tid": 2, "dur": 70000, "tdur": 70000},
        {"name": "ThreadControllerImpl::RunTask", **ADDRESS_BAR, "dur": 80000, "tdur": 80000},
    ]

    assert opening.longest_in(events) == (3.0, 4.0)


def test_the_longest_task_by_the_processor_need_not_be_that_by_the_clock():
    events = [
        *SHOWN,
        {"name": "RunTask", **PAGE, "dur": 9000, "tdur": 1000},
        {"name": "RunTask", **PAGE, "dur": 6000, "tdur": 5000},
    ]

    assert opening.longest_in(events) == (5.0, 9.0)


def test_a_browser_that_tells_no_cpu_time_is_not_measured():
    with pytest.raises(Unfit):
        opening.longest_in([*SHOWN, {"name": "RunTask", **PAGE, "dur": 9000}])


def test_sizes_are_numbers_with_commas():
    assert sizes("1000,100000") == (1000, 100000)
    for nonsense in ("", "many", "10"):
        with pytest.raises(ArgumentTypeError):
            sizes(nonsense)
