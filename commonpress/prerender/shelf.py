"""Everything that keeps pages in one process, put together, started and stopped in the right order."""

import hashlib
import sysconfig
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from commonpress.changes.watch import Watch
from commonpress.jobs import health
from commonpress.prerender.files import Files, Mark
from commonpress.prerender.front import Front
from commonpress.prerender.keeper import Keeper
from commonpress.prerender.store import Store
from commonpress.theme.headers import headers_for

PACKAGE = Path(__file__).resolve().parent.parent
# Settings that pages show, or are made by.
SHOWN = (
    "PUBLIC_URL",
    "DATABASE_URL",
    "DATA_DIR",
    "MEDIA_URL",
    "STATIC_URL",
    "LANGUAGE_CODE",
    "DEBUG",
    "IS_DEMO",
    "LIVE_STREAMS",
)
NAMES_OF_FILES = "staticfiles.json"


class Shelf:
    """`lost` is called when changes may have been missed, for whoever else has to know."""

    def __init__(self, lost: Callable[[], None]) -> None:
        self.lost = lost
        self.store = Store(settings.KEPT_BYTES)
        self.front = front(self.store) if settings.FRONT_DIR else None
        self.files = Files(
            settings.KEPT_DIR, self.store, room=settings.KEPT_FILES_BYTES, stamp=stamp(), mark_now=self._mark
        )
        self.keeper = Keeper(self.store, files=self.files, front=self.front)
        self.watch = Watch(lost=self._lost, caught_up=self.keeper.catch_up, away=self.keeper.look_for_database)

    def start(self) -> None:
        if self.front is not None:
            self.front.open()
        self.files.open()
        if self.files.mark is not None:
            self.watch.mark = (self.files.mark.number, datetime.fromisoformat(self.files.mark.at))
        health.others.append(self.problem)
        self.files.start()
        if self.front is not None:
            self.front.start()
        self.keeper.start()
        self.watch.start()

    def stop(self) -> None:
        self.watch.stop(seconds=1)
        if self.front is not None:
            self.front.stop(seconds=1)
        self.keeper.stop(seconds=1)
        self.files.stop(seconds=1)
        health.others.remove(self.problem)

    def problem(self) -> str:
        return self.files.problem or (self.front.problem if self.front is not None else "")

    def _lost(self) -> None:
        self.keeper.change_everything()
        self.lost()

    def _mark(self) -> Mark | None:
        at = self.watch.last_at
        return Mark(self.watch.last, at.isoformat()) if at is not None else None


def front(store: Store) -> Front:
    headers = headers_for("/") | {"Cache-Control": "no-cache"}
    return Front(Path(settings.FRONT_DIR), store, headers.items())


def stamp() -> str:
    """Return a hash of all that pages are made by, but for the database: our code, other people's, some settings."""
    digest = hashlib.sha256()
    for name in SHOWN:
        digest.update(f"{name}={getattr(settings, name)}\n".encode())
    files = [file for file in PACKAGE.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    for file in sorted([*files, *settings.STATIC_ROOT.glob(NAMES_OF_FILES)]):
        told = file.stat()
        digest.update(f"{file} {told.st_mtime_ns} {told.st_size}\n".encode())
    # Whoever installs a package writes here.
    digest.update(str(Path(sysconfig.get_path("purelib")).stat().st_mtime_ns).encode())
    return digest.hexdigest()
