"""Finds the Chromium that drives the journeys, or installs it where that is the machine's own way."""

import os
import shutil
import subprocess

from commonpress.verbs.chromium import NoBrowser, chromium

ARGUMENTS = [
    "--no-sandbox",  # needed as root; it only ever opens our own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str:
    """Return the path of a Chromium. Raises NoBrowser."""
    try:
        return chromium()
    except NoBrowser:
        if not may_install():
            raise
    install()
    return chromium()


def may_install() -> bool:
    return "COMMONPRESS_CHROMIUM" not in os.environ and os.getuid() == 0 and bool(shutil.which("apt-get"))


def install() -> None:
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
