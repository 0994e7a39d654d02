"""Brotli and gzip for static files, made beside the running server: compressing takes longer than starting."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from whitenoise.compress import Compressor

MARK = "compressed"


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


def compress(root: Path) -> None:
    """Compress the files that pages name, by their hashed names."""
    names = sorted(set(json.loads((root / "staticfiles.json").read_text())["paths"].values()))
    compressor = Compressor(quiet=True)
    for name in names:
        if compressor.should_compress(name):
            compressor.compress(str(root / name))
    (root / MARK).touch()


if __name__ == "__main__":
    os.nice(19)
    time.sleep(10)  # the first reader of a first start comes before their compressed stylesheet
    compress(Path(sys.argv[1]))
