"""The bench's readers, in a process of their own, in front of a real stream."""

from commonpress.bench import streams
from tests.live.test_stream import start  # noqa: F401 - a fixture


def test_readers_say_when_they_are_held_and_when_an_event_has_reached_them_all(start, monkeypatch):  # noqa: F811
    monkeypatch.setattr(streams, "READERS", 7)
    monkeypatch.setattr(streams, "EVENTS", 2)
    paper = start(connections_per_address=100)

    with streams.listeners(f"http://127.0.0.1:{paper.port}/-/live/7") as told:
        held = told("held")
        reached = []
        for key in "bc":
            paper.comment(key)
            reached.append(told("reached"))

    assert held == 7
    assert reached == sorted(reached)


def test_where_too_few_files_may_be_open_it_says_so_and_measures_nothing(monkeypatch):
    monkeypatch.setattr(streams, "most_files", lambda: 1024)

    [row] = streams.measure(None, "/2026/a-story/")

    assert (row.value, row.context) == (0, "not measured: 1024 open files allowed")
    assert not row.is_beyond_floor
