"""A copy of the database to try something in, while the live one goes on being written to."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connections


@contextmanager
def on_a_copy() -> Iterator[None]:
    """Have this thread work on a copy of the database file, which is gone afterwards.

    Nobody waits for it, not even while the file is copied; other threads stay with the live one. Where there is no
    file yet, the copy is empty.
    """
    live = connections["default"]
    file = Path(live.settings_dict["NAME"])
    # Beside the file: there is room for one of its size, and nobody but the owner may look into the folder.
    with tempfile.TemporaryDirectory(prefix="trial-", dir=file.parent) as folder:
        copy = Path(folder, file.name)
        if file.exists():
            with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        # It need not survive a power cut.
        options = {**live.settings_dict["OPTIONS"], "synchronous": "OFF"}
        connections["default"] = type(live)({**live.settings_dict, "NAME": str(copy), "OPTIONS": options}, live.alias)
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = live
