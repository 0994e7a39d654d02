"""The real server process, as an operator starts it, on a data folder and a port of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue

from playwright.sync_api import Page

from tests.databases import ROOT, SQLite


class Paper:
    """A running `commonpress demo` or `commonpress serve`.

    `address` ends with a slash. `accounts` maps a demo role to (e-mail, password).
    """

    def __init__(self, verb: str, data: Path, *arguments: str, **variables: str) -> None:
        self.data = data
        self.lines: list[str] = []
        self._new_lines: Queue[str] = Queue()
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMONPRESS_")}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.environment |= variables
        self.process = subprocess.Popen(
            [sys.executable, "-m", "commonpress.cli", verb, "--data", str(data), "--port", "0", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        self.address = self.said(r"(?:The demo paper|Commonpress) is at (http://\S+)", seconds=180)

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            self._new_lines.put(line.rstrip())

    def said(self, pattern: str, *, seconds: float = 30) -> str:
        """Wait for a line of the server's output and return the pattern's first group."""
        for line in self.lines:
            if found := re.search(pattern, line):
                return found.group(1)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                line = self._new_lines.get(timeout=0.2)
            except Empty:
                assert self.process.poll() is None, "\n".join(["The server stopped:", *self.lines])
                continue
            if found := re.search(pattern, line):
                return found.group(1)
        raise AssertionError("\n".join([f"The server never said {pattern!r}:", *self.lines]))

    @property
    def accounts(self) -> dict[str, tuple[str, str]]:
        self.said(r"(Stop it with Ctrl-C)")
        found = [re.fullmatch(r"  (\w+) +(\S+@\S+) +(\S+)", line) for line in self.lines]
        return {match[1]: (match[2], match[3]) for match in found if match}

    @property
    def set_up_address(self) -> str:
        return self.said(r"Set up your publication at (http://\S+)")

    def shell(self, code: str) -> str:
        """Run code with the publication loaded, in a process of its own, and return what it printed.

        Journeys never touch the database themselves: Playwright's loop forbids it, and a browser could not either.
        """
        ran = subprocess.run(
            [sys.executable, "-m", "commonpress.cli", "shell", "--data", str(self.data), "-c", code],
            cwd=ROOT,
            env={"COMMONPRESS_URL": self.address.rstrip("/")} | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def letters_to(self, address: str, count: int, *, seconds: float = 30) -> list[EmailMessage]:
        """Wait until so many letters to an address lie in the data folder, and return them."""
        deadline = time.monotonic() + seconds
        while True:
            files = sorted((self.data / "mail").glob("*.eml"))
            mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
            letters = [mail for mail in mails if mail["To"] == address]
            if len(letters) >= count:
                return letters
            assert time.monotonic() < deadline, [(mail["To"], mail["Subject"]) for mail in mails]
            threading.Event().wait(0.2)

    def stop(self) -> int:
        """Ask the server to stop, as a service manager would; it takes ten seconds, or more on a busy machine."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
                raise AssertionError("\n".join(["The server did not stop in time:", *self.lines])) from None
        self.listener.join(timeout=5)
        self.process.stdout.close()
        return self.process.returncode


def migrated_folder(folder: Path) -> Path:
    """Return a data folder whose database is migrated already; that takes twenty seconds otherwise."""
    folder.mkdir(mode=0o700)
    shutil.copy(SQLite(folder).template(), folder / "commonpress.sqlite3")
    return folder


def sign_in(page: Page, demo: Paper, role: str) -> None:
    address, password = demo.accounts[role]
    page.goto(f"{demo.address}accounts/login/")
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{demo.address}**")


@contextmanager
def another_site(html: str, name: str = "127.0.0.1"):
    """Yield the address of somebody else's page on this machine: another port is another site to a browser's frames."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode() if self.path == "/" else b"")

        def log_message(self, *_words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{name}:{server.server_port}/"
        server.shutdown()
