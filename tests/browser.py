"""Finds the Chromium that drives the journeys, or installs it where that is the machine's own way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_A_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
ARGUMENTS = [
    "--no-sandbox",  # needed as root; it only ever opens our own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
THREE_WAYS = """No Chromium was found. Three ways to give the browser tests one:
  1. install it from your system, as in: apt install chromium
  2. let Playwright fetch its own: .venv/bin/python -m playwright install chromium
  3. name one that is there: COMMONPRESS_CHROMIUM=/path/to/chromium ./run test
Or leave the browser tests out, and say so: ./run test --no-browser"""


class NoBrowser(Exception):
    """There is no Chromium, and none could be installed; the message names three ways to get one."""


def find_browser() -> str:
    """Return the path of a Chromium. Raises NoBrowser."""
    return find() or install() or fail()


def find() -> str | None:
    named = os.environ.get("COMMONPRESS_CHROMIUM")
    if named:
        if not shutil.which(named):
            raise NoBrowser(f"COMMONPRESS_CHROMIUM names {named}, which cannot be run.\n\n{THREE_WAYS}")
        return shutil.which(named)
    on_path = next(filter(None, map(shutil.which, ON_PATH)), None)
    if on_path or Path(ON_A_MAC).exists():
        return on_path or ON_A_MAC
    return playwrights_own()


def playwrights_own() -> str | None:
    # In a process of its own: Playwright's loop would stay behind in ours.
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False).stdout.strip()
    return answer if answer and Path(answer).exists() else None


def install() -> str | None:
    if os.getuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing Chromium with apt.", flush=True)
    # Another apt may be at work; and a bare system has few letters to draw with.
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    packages = ["chromium", "fonts-dejavu-core", "fonts-noto-core"]
    subprocess.run(["apt-get", *wait, "update", "-qq"], check=False)
    subprocess.run(
        ["apt-get", *wait, "install", "-y", "-qq", "--no-install-recommends", *packages],
        check=False,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.DEVNULL,
    )
    return next(filter(None, map(shutil.which, ON_PATH)), None)


def fail() -> str:
    raise NoBrowser(THREE_WAYS)
