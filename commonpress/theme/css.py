"""One stylesheet out of every package's component files.

A component's file is `<package>/static/<package>/css/NAME.css`. They are joined in the order below, later
packages after earlier ones, each in the cascade layer `components` unless it names its own, and served under
one name. `paper_css` is what the finder hands to runserver, to the tests and to collectstatic alike.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

SERVED_AS = "theme/css/paper.css"
# The desk's own screens (Wagtail's admin) have files of their own, which readers never load.
ONLY_ON_THE_DESK = "desk-"
# These set the ground everything else stands on; print comes last and takes away.
FIRST = ["theme/css/tokens.css", "theme/css/reset.css", "theme/css/base.css", "theme/css/layout.css"]
LAST = ["theme/css/print.css"]
PACKAGES = ["theme", "accounts", "newsroom", "discussion", "fundraising", "notices"]


def component_files() -> list[Path]:
    """Return the files of the stylesheet in their order."""
    by_name: dict[str, Path] = {}
    for package in PACKAGES:
        folder = Path(apps.get_app_config(package).path) / "static"
        for path in sorted((folder / package / "css").glob("*.css")):
            name = path.relative_to(folder).as_posix()
            if name != SERVED_AS and not path.name.startswith(ONLY_ON_THE_DESK):
                by_name[name] = path
    middle = [name for name in by_name if name not in {*FIRST, *LAST}]
    return [by_name[name] for name in [*FIRST, *middle, *LAST]]


def paper_css() -> str:
    return minified("\n".join(layered(path) for path in component_files()))


def layered(path: Path) -> str:
    """Return a file's text in a layer: without one it would win over all that have one."""
    css = path.read_text(encoding="utf-8")
    return css if "@layer" in css else f"@layer components {{{css}}}"


def minified(css: str) -> str:
    """Return the stylesheet without comments and needless space; strings stay as they are."""
    bare = re.sub(rf"({STRING})|/\*.*?\*/", lambda found: found[1] or "", css, flags=re.DOTALL)
    parts = re.split(f"({STRING})", bare)
    parts[::2] = map(tight, parts[::2])
    return "".join(parts).strip()


STRING = r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""


def tight(css: str) -> str:
    css = re.sub(r"\s+", " ", css)
    # Not around + and -, which calc() wants spaced, nor before : and (, where a space is a selector.
    css = re.sub(r" ?([{};,>]) ?", r"\1", css)
    css = re.sub(r"(?<=[\w-]): ", ":", css)
    return css.replace(";}", "}")


class JoinedStylesheet(BaseFinder):
    """Finds the joined stylesheet, made anew whenever a component's text has changed."""

    def check(self, **kwargs: Any) -> Any:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != SERVED_AS:
            return []
        found = str(self.written() / SERVED_AS)
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        yield SERVED_AS, FileSystemStorage(location=self.written())

    def written(self) -> Path:
        css = paper_css()
        # Named by content, and by process until it is whole: those that build at once put the same file in place.
        folder = Path(settings.DATA_DIR) / "stylesheet" / hashlib.sha256(css.encode()).hexdigest()[:12]
        target = folder / SERVED_AS
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_suffix(f".{os.getpid()}")
            unfinished.write_text(css, encoding="utf-8")
            unfinished.replace(target)
        return folder
