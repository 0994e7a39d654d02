import os
import subprocess
import sys

import pytest

from commonpress import cli
from commonpress.server.run import bound_socket
from commonpress.verbs import data_folder, serve_verb
from commonpress.verbs.problems import Problem


def test_alone_it_lists_every_verb_with_a_line(capsys):
    status = cli.main([])

    verbs, beside_them = capsys.readouterr().out.split("\n\n")[1:]
    listed = {line.split()[0]: line.split(maxsplit=1)[1] for line in verbs.splitlines()}
    assert (status, listed) == (0, cli.VERBS)
    assert beside_them == "  ./run test  run every check there is, from a checkout\n"


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_verb_explains_itself_and_takes_a_data_folder(verb, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main([verb, "--help"])

    assert left.value.code == 0
    assert "--data DIR" in capsys.readouterr().out


def test_an_unknown_verb_is_refused_with_the_list(capsys):
    status = cli.main(["dance"])

    told = capsys.readouterr().err
    assert (status, "no verb 'dance'" in told, "serve" in told) == (2, True, True)


@pytest.mark.parametrize("unbuffered", ["", "yes"])
def test_a_reader_who_has_seen_enough_ends_it_without_a_traceback(unbuffered):
    reading, writing = os.pipe()
    os.close(reading)

    ended = subprocess.run(
        [sys.executable, "-m", "commonpress.cli"],
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )

    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_a_pipe_that_breaks_elsewhere_is_not_taken_for_the_readers(monkeypatch):
    def broken(_arguments):
        raise BrokenPipeError

    monkeypatch.setattr(cli, "call", broken)

    with pytest.raises(BrokenPipeError):
        cli.main([])


def test_a_missing_file_is_a_sentence_not_a_traceback(capsys, tmp_path):
    status = cli.main(["import", "wxr", str(tmp_path / "nothing.xml"), "--data", str(tmp_path / "data")])

    assert (status, capsys.readouterr().err) == (2, f"There is no file {tmp_path / 'nothing.xml'}.\n")


def test_the_demo_is_refused_where_others_could_reach_it(tmp_path, capsys):
    status = cli.main(["demo", "--host", "0.0.0.0", "--data", str(tmp_path / "demo")])

    assert (status, "this machine only" in capsys.readouterr().err) == (2, True)
    assert not (tmp_path / "demo").exists()


def test_the_demos_folder_is_not_served_to_others_either(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COMMONPRESS_DEMO", "yes")

    status = cli.main(["serve", "--host", "0.0.0.0", "--data", str(tmp_path / "demo")])

    assert (status, "this machine only" in capsys.readouterr().err) == (2, True)
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(("demo", "host"), [("yes", "127.0.0.1"), ("no", "0.0.0.0")])
def test_the_demo_on_this_machine_and_a_paper_anywhere_are_served(monkeypatch, demo, host):
    class FolderOpened(Exception):
        """Far enough: the host was accepted."""

    def opened(data):
        raise FolderOpened

    monkeypatch.setenv("COMMONPRESS_DEMO", demo)
    monkeypatch.setattr(serve_verb, "open_data_folder", opened)

    with pytest.raises(FolderOpened):
        cli.main(["serve", "--host", host])


def test_a_paper_is_served_on_its_port_or_not_at_all(monkeypatch, capsys):
    """A front server would look for it in vain on the next free one."""
    monkeypatch.setattr(serve_verb, "open_data_folder", lambda _data: None)

    with bound_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        status = cli.main(["serve", "--port", str(port)])

    sentence = f"Nothing can listen on 127.0.0.1 port {port}: Address already in use. Try --port."
    assert (status, capsys.readouterr().err.strip()) == (2, sentence)


@pytest.mark.parametrize("verb", ["demo", "serve"])
@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_cannot_be_is_a_sentence_not_a_traceback(verb, port, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main([verb, f"--port={port}", "--data", str(tmp_path / "data")])

    assert (left.value.code, f"{port} is no port" in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("192.0.2.1", False), ("::", False)],
)
def test_a_loopback_address_is_known(host, loopback):
    assert serve_verb.is_loopback(host) is loopback


@pytest.fixture
def environment(monkeypatch):
    variables = {}
    monkeypatch.setattr(data_folder.env, "insist", variables.__setitem__)
    monkeypatch.setattr(data_folder.env, "text", lambda name, default="": variables.get(name, default))
    return variables


def test_a_data_folder_and_its_key_are_the_owners_alone(environment, tmp_path):
    folder = data_folder.open_data_folder(str(tmp_path / "paper"))

    key = folder / "secret-key"
    assert (folder.stat().st_mode & 0o777, key.stat().st_mode & 0o777) == (0o700, 0o600)
    assert len(key.read_text().strip()) > 50
    assert environment == {"COMMONPRESS_DATA": str(folder), "COMMONPRESS_SECRET_KEY_FILE": str(key)}
    assert [path.name for path in folder.iterdir()] == ["secret-key"]


def test_a_second_start_keeps_the_key(environment, tmp_path):
    key = data_folder.open_data_folder(str(tmp_path / "paper")) / "secret-key"
    before = key.read_text()

    data_folder.open_data_folder(str(tmp_path / "paper"))

    assert key.read_text() == before


def test_a_folder_that_cannot_be_is_a_problem_in_a_sentence(environment, tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(Problem, match="cannot be used"):
        data_folder.open_data_folder(str(tmp_path / "file" / "paper"))
