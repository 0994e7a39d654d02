"""The real process, killed and started again, with its files, nginx in front, and a database that goes away."""

import http.client
import os
import re
import signal
import time

import pytest

from tests.deploy.web_servers import Nginx, free_port
from tests.journeys.papers import Paper, migrated_folder
from tests.verbs.test_for_real import SET_UP, SMALL, run

STORIES = """
from commonpress.newsroom.models.story import Story
print(*(story.path_here for story in Story.objects.live().order_by("pk")))
"""
KEY = """
from commonpress.newsroom.models.story import Story
print(Story.objects.live().order_by("pk").first().pk)
"""
CHANGE = """
from commonpress.newsroom.models.story import Story
story = Story.objects.live().order_by("pk").first()
story.title = "Changed while nobody served"
story.save_revision().publish()
print(story.path_here)
"""
TAKE_BACK = """
from commonpress.newsroom.models.story import Story
story = Story.objects.live().order_by("pk").last()
story.unpublish()
print(story.path_here)
"""


class House:
    """A paper on a port that stays the same, started as often as needed."""

    def __init__(self, folder):
        self.folder = folder
        self.data = migrated_folder(folder / "data")
        run("shell", "--data", self.data, "-c", SET_UP)
        run("import", "wxr", SMALL, "--data", self.data)
        self.port = free_port()
        self.variables = {
            "COMMONPRESS_URL": "https://paper.example",
            "COMMONPRESS_FRONT": str(folder / "front"),
            "COMMONPRESS_TRUSTED_PROXIES": "127.0.0.1",
        }
        self.start()
        self.paths = [*self.paper.shell(STORIES).split(), "/", "/feed/", "/sitemap.xml"]

    def start(self):
        arguments = ["--port", str(self.port), "--no-worker"]
        self.paper = Paper("serve", self.data, *arguments, **self.variables)

    def kill(self):
        os.killpg(self.paper.process.pid, signal.SIGKILL)
        self.paper.stop()

    def ask(self, path, *, port=None, **headers):
        """Return status, headers and body, over a connection that is kept, as browsers have it."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=30)
        connection.request("GET", path, headers={"Host": "paper.example", **headers})
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        body = answer.read()
        connection.close()
        return answer.status, told, body

    def keep_all(self):
        """Read every page until each is kept; what Django made for one reader carries no tag. Return the pages."""
        return {path: self.wait_for(lambda path=path: self.kept(path)) for path in self.paths}

    def kept(self, path):
        status, told, body = self.ask(path)
        return body if status == 200 and "etag" in told else None

    def wait_for(self, look, *, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError("\n".join(["It never came:", *self.paper.lines]))

    def files(self):
        return list((self.data / "kept").glob("*.page"))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("drill"))
    yield house
    house.paper.stop()


def test_a_process_that_was_killed_comes_back_with_every_page_and_nothing_stale(house):
    before = house.keep_all()
    house.wait_for(lambda: len(house.files()) >= len(house.paths))
    house.wait_for((house.data / "kept" / "mark.json").exists)

    house.kill()
    changed = house.paper.shell(CHANGE)
    gone = house.paper.shell(TAKE_BACK)
    assert {changed, gone} <= set(house.paths)
    house.start()
    status, _headers, body = house.ask(changed)
    assert (status, b"Changed while nobody served" in body) == (200, True)
    assert house.ask(gone)[0] == 410
    house.paths.remove(gone)
    after = house.keep_all()

    lists = {"/", "/feed/", "/sitemap.xml"}
    assert {path for path, body in after.items() if before[path] != body} <= {changed, *lists}
    assert b"Changed while nobody served" in after["/"]
    assert gone.encode() not in b"".join(after.values())


def test_with_the_database_away_every_kept_page_is_there_after_a_start_too(house):
    before = house.keep_all()
    house.wait_for(lambda: len(house.files()) >= len(house.paths))
    house.paper.stop()
    database = house.data / "commonpress.sqlite3"
    away = [(file, file.with_name(f"away-{file.name}")) for file in house.data.glob("commonpress.sqlite3*")]
    for file, elsewhere in away:
        file.rename(elsewhere)

    try:
        house.start()
        pages = {path: house.ask(path)[2] for path in house.paths}
        status, _headers, told = house.ask("/-/health/ready")
        alive = house.ask("/-/health/live")[0]
        made_anew = database.exists()
    finally:
        for file, elsewhere in away:
            elsewhere.rename(file)

    assert [path for path in house.paths if pages[path] != before[path]] == []
    assert (alive, status, b"the database cannot be reached" in told, made_anew) == (200, 503, True, False)
    house.wait_for(lambda: house.ask("/-/health/ready")[0] == 200)
    assert house.keep_all() == before


def test_a_stop_ends_open_streams_and_waits_for_nobody(house):
    key = house.paper.shell(KEY)
    connections = [http.client.HTTPConnection("127.0.0.1", house.port, timeout=30) for _ in range(8)]
    for connection in connections:
        connection.request("GET", f"/-/live/{key}", headers={"Host": "paper.example"})
    streams = [connection.getresponse() for connection in connections]
    assert [stream.status for stream in streams] == [200] * 8
    assert all(stream.readline() for stream in streams)

    already_said = len(house.paper.lines)

    code = house.paper.stop()

    # Read to their proper ends: a stream that is cut off raises here.
    told = [stream.read() for stream in streams]
    for connection in connections:
        connection.close()
    assert (code, len(told)) == (0, 8)
    said = house.paper.lines[already_said:]
    house.start()
    assert [line for line in said if "WARNING" in line or "ERROR" in line or "Cancel" in line] == []


def test_nginx_sends_what_we_send(house, tmp_path, request):
    nginx = Nginx(tmp_path, house.folder / "front", house.port)
    request.addfinalizer(nginx.stop)
    path = next(path for path in house.paths if re.fullmatch(r"/\d+/.*/", path))
    house.wait_for(lambda: house.ask(path)[1].get("etag"))
    file = house.folder / "front" / "pages" / path[1:] / "index.html"

    def read():
        house.ask(path)
        return file.exists()

    house.wait_for(read)
    from_file = house.ask(path, port=nginx.port, **{"Accept-Encoding": "gzip"})
    from_us = house.ask(path, **{"Accept-Encoding": "gzip"})
    own = {"date", "server", "etag", "connection"}
    assert from_file[1]["etag"] != from_us[1]["etag"]
    assert from_file[2] == from_us[2]
    assert {name: value for name, value in from_file[1].items() if name not in own} == {
        name: value for name, value in from_us[1].items() if name not in own
    }

    # Another process changes it: nginx shows the new one.
    house.paper.shell(
        CHANGE.replace("Changed while nobody served", "Changed again").replace(
            'order_by("pk").first()', f'get(slug="{path.strip("/").rpartition("/")[2]}")'
        )
    )
    house.wait_for(lambda: b"Changed again" in house.ask(path, port=nginx.port)[2])
    assert house.ask(path, port=nginx.port, Host="evil.example")[0] == 421

    house.paper.stop()
    assert list((house.folder / "front" / "pages").rglob("*")) == []
