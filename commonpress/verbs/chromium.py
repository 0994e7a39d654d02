"""Finds the Chromium that takes pictures of pages and drives the browser tests."""

import shutil
import subprocess
import sys
from pathlib import Path

from commonpress.lib import env
from commonpress.verbs.problems import Problem

ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_A_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
THREE_WAYS = """Three ways to have one:
  1. install it from your system, as in: apt install chromium
  2. let Playwright fetch its own: .venv/bin/python -m playwright install chromium
  3. name one that is there: COMMONPRESS_CHROMIUM=/path/to/chromium"""


class NoBrowser(Problem):
    """There is no Chromium; the message names three ways to get one."""

    def __init__(self, why: str = "No Chromium was found.") -> None:
        super().__init__(f"{why} {THREE_WAYS}")


def chromium() -> str:
    """Return the path of a Chromium: the one that is named, else the system's, else Playwright's. Raises NoBrowser."""
    named = env.text("COMMONPRESS_CHROMIUM")
    if named and not shutil.which(named):
        raise NoBrowser(f"COMMONPRESS_CHROMIUM names {named}, which cannot be run.")
    found = shutil.which(named) if named else on_the_path() or on_a_mac() or playwrights_own()
    if not found:
        raise NoBrowser
    return found


def on_the_path() -> str | None:
    return next(filter(None, map(shutil.which, ON_PATH)), None)


def on_a_mac() -> str | None:
    return ON_A_MAC if Path(ON_A_MAC).exists() else None


def playwrights_own() -> str | None:
    # In a process of its own: Playwright's loop would stay behind in ours.
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run(  # noqa: S603 - this Python
        [sys.executable, "-c", ask], capture_output=True, text=True, check=False
    ).stdout.strip()
    return answer if answer and Path(answer).exists() else None
