"""Brotli and gzip for static files.

What readers fetch is gzipped before the first of them comes, in milliseconds. Brotli, and the desk's own
files, take longer than starting does, and are made beside the running server.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from whitenoise.compress import Compressor

MARK = "compressed"
PACKAGES = Path(__file__).resolve().parent.parent


class Compression:
    """Compresses what is not compressed yet in a child process of the lowest priority, ended on leaving."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if not (self.root / MARK).exists():
            command = [sys.executable, "-m", "commonpress.verbs.compression", str(self.root)]
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own module
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.child is not None:
            self.child.terminate()
            self.child.wait()


def compress_for_readers(root: Path) -> None:
    """Gzip our own packages' files."""
    ours = {folder.name for folder in PACKAGES.glob("*/static/*")}
    names = [hashed for path, hashed in names_in(root).items() if path.split("/")[0] in ours]
    _compress(root, names, Compressor(quiet=True, use_brotli=False))


def compress(root: Path) -> None:
    """Compress everything with both, and leave the mark that says so."""
    _compress(root, names_in(root).values(), Compressor(quiet=True))
    (root / MARK).touch()


def names_in(root: Path) -> dict[str, str]:
    """Return the collected files' hashed names, which pages use, by their own."""
    names: dict[str, str] = json.loads((root / "staticfiles.json").read_text())["paths"]
    return names


def _compress(root: Path, names: Iterable[str], compressor: Compressor) -> None:
    for name in sorted(set(names)):
        if compressor.should_compress(name):
            compressor.compress(str(root / name))


if __name__ == "__main__":
    os.nice(19)
    time.sleep(10)  # the first reader of a first start comes before this
    compress(Path(sys.argv[1]))
