"""The demo, and the verbs that start one, keep their hands off a paper that is somebody's."""

import pytest

from commonpress import cli
from commonpress.lib import env
from commonpress.newsroom.models.publication import Publication
from commonpress.server.run import bound_socket
from commonpress.verbs import demo_verb, running_demo
from commonpress.verbs.problems import Problem
from tests.factories.newsroom import make_publication


@pytest.fixture
def variables(monkeypatch):
    """What a verb sets in the environment, which stays these tests' own."""
    found = {}
    monkeypatch.setattr(env, "insist", found.__setitem__)
    monkeypatch.setattr(env, "suggest", found.__setitem__)
    return found


@pytest.mark.django_db
def test_the_demo_refuses_a_paper_that_is_somebodys(variables, monkeypatch, tmp_path, capsys):
    make_publication(name="The Harbour Post")
    monkeypatch.setattr(demo_verb, "bring_up_to_date", lambda *_, **__: None)

    with bound_socket("127.0.0.1", 0) as listening:
        monkeypatch.setattr(demo_verb, "listen", lambda *_: listening)
        status = cli.main(["demo", "--data", str(tmp_path / "data"), "--port", "0"])

    assert (status, "There is a paper here already" in capsys.readouterr().err) == (2, True)
    assert Publication.load().name == "The Harbour Post"


class Demo:
    """Stands for the process of a demo, which takes a minute to start."""

    pid = 4711
    says = ["Bringing the database up to date.\n", "The demo paper is at http://localhost:8123/\n"]

    def __init__(self, command, *, env, **options):
        self.stdout = iter(self.says)
        self.is_running = True

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        assert not self.is_running

    def terminate(self):
        self.is_running = False


def test_pictures_and_benches_are_of_a_demo_and_no_database_that_is_named(variables, monkeypatch):
    monkeypatch.setenv("COMMONPRESS_DATABASE_URL", "postgresql://db.example/paper")
    monkeypatch.setattr(running_demo.subprocess, "Popen", Demo)

    with running_demo.running_demo("var/demo") as server:
        address = server.address

    assert address == "http://localhost:8123/"
    assert variables == {"COMMONPRESS_DATABASE_URL": ""}


def test_a_demo_that_does_not_start_is_a_problem_in_a_sentence(variables, monkeypatch):
    monkeypatch.setattr(running_demo.subprocess, "Popen", Demo)
    monkeypatch.setattr(Demo, "says", ["Nothing can listen here.\n"])

    with pytest.raises(Problem, match="did not start"), running_demo.running_demo("var/demo"):
        pass


class Listening(Exception):
    """Far enough: the demo has a port."""


@pytest.fixture
def first_port(variables, monkeypatch):
    """The port the demo tries first, already another's."""

    def stop(listening):
        with listening:
            raise Listening(listening.getsockname()[1])

    monkeypatch.setattr(demo_verb, "open_data_folder", lambda _data: None)
    monkeypatch.setattr(demo_verb, "tell_where_we_are", stop)
    with bound_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(demo_verb, "FIRST_PORT", port)
        yield port


def test_the_demo_takes_the_next_free_port_where_none_was_asked_for(first_port):
    with pytest.raises(Listening) as far_enough:
        cli.main(["demo"])

    assert far_enough.value.args[0] > first_port


def test_a_taken_port_that_was_asked_for_is_refused_with_a_sentence(first_port, capsys):
    status = cli.main(["demo", "--port", str(first_port)])

    sentence = f"Nothing can listen on 127.0.0.1 port {first_port}: Address already in use. Try --port."
    assert (status, capsys.readouterr().err.strip()) == (2, sentence)


@pytest.mark.parametrize("verb", ["demo", "screenshot"])
def test_the_demos_own_folder_is_named_in_its_help(verb, capsys):
    with pytest.raises(SystemExit):
        cli.main([verb, "--help"])

    told = " ".join(capsys.readouterr().out.split())
    assert ("(var/demo)" in told, "COMMONPRESS_DATA" in told) == (True, False)
