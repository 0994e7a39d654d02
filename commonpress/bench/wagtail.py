"""The start page of a bare Wagtail, as `wagtail start` makes it, on the same server: what we are built on."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

from commonpress.bench import peers, processes
from commonpress.bench.processes import on_its_own_core
from commonpress.bench.rows import Row
from commonpress.bench.server import Unfit

SECONDS = 5
SETTINGS = """
from .base import *

DEBUG = False
SECRET_KEY = "bench"
ALLOWED_HOSTS = ["127.0.0.1"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
"""
START = "from wagtail.bin.wagtail import main; main()"


def measure(cpu_per_hit: float) -> list[Row]:
    """Return its row beside the CPU seconds of a hit on our page with 200 comments."""
    try:
        with (
            tempfile.TemporaryDirectory(prefix="commonpress-wagtail-") as folder,
            bare(Path(folder)) as (process, home),
        ):
            peers.ask(home, seconds=1)
            with on_its_own_core(process):
                before = processes.cpu_seconds(process)
                load = peers.ask(home, seconds=SECONDS)
                used = processes.cpu_seconds(process) - before
    except peers.Missing as missing:
        return [Row(measure="bare Wagtail ÷ kept page", value=0, unit="x", context=f"not measured: {missing}")]
    if load.wrong:
        raise Unfit(f"{load.wrong} of {load.answers} answers of the bare Wagtail were no pages.")
    each = used / load.answers
    return [
        Row(
            measure="bare Wagtail's start page ÷ kept page, CPU",
            value=each / cpu_per_hit, unit="x", better="more", goal=400, floor=200,
            context=f"{each * 1000:.1f} ms against ours with 200 comments",
        )
    ]  # fmt: skip


@contextmanager
def bare(folder: Path) -> Iterator[tuple[int, str]]:
    """Make and serve a new Wagtail project; yields its process and address."""
    environ = {"PATH": os.defpath, "DJANGO_SETTINGS_MODULE": "bare.settings.bench", "PYTHONPATH": str(folder)}

    def run(*command: str) -> None:
        subprocess.run([sys.executable, *command], cwd=folder, env=environ, check=True, capture_output=True)  # noqa: S603 - our own Python

    run("-c", START, "start", "bare", ".")
    (folder / "bare" / "settings" / "bench.py").write_text(SETTINGS)
    run("manage.py", "migrate")
    with socket(AF_INET, SOCK_STREAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = [
        "-m",
        "uvicorn",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--log-level",
        "error",
        "bare.wsgi:application",
    ]
    # As ours: HTTP by httptools on uvloop, Django through its WSGI handler in threads.
    process = subprocess.Popen([sys.executable, *served], cwd=folder, env=environ, stderr=subprocess.DEVNULL)  # noqa: S603 - our own Python
    try:
        home = f"http://127.0.0.1:{port}/"
        wait_for(home)
        yield process.pid, home
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address):  # noqa: S310 - the server just started
                return
        except urllib.error.HTTPError as error:
            raise Unfit(f"The bare Wagtail answers {error.code}.") from None
        except OSError:
            time.sleep(0.1)
    raise Unfit("The bare Wagtail did not start.")
