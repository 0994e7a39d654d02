"""The folder of an archive's media: finds the local copy of a file an export names."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

YEAR, MONTH = re.compile(r"\d{4}"), re.compile(r"\d{2}")


class MediaFolder:
    """Finds files below a folder by the address they had, without following links out of it."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.by_name: dict[str, list[Path]] = {}
        for parent, _folders, names in os.walk(folder) if folder else ():
            for name in names:
                path = Path(parent, name)
                if not path.is_symlink():
                    self.by_name.setdefault(name.lower(), []).append(path)

    def find(self, address: str) -> Path | None:
        """Return the file of that name and of that year and month, or None.

        Many an archive has an image.jpg of each month. One from no month, or for an address that has
        none, is taken where it is the only one of its name.
        """
        try:
            wanted = [part.lower() for part in unquote(urlsplit(address).path).split("/") if part]
        except ValueError:  # as in "http://[x/crane.jpg"
            return None
        if not wanted:
            return None
        candidates = self.by_name.get(wanted[-1], [])
        month = month_of(wanted)
        of_month = [path for path in candidates if month and month_of([*path.parts]) == month]
        if of_month:
            return max(of_month, key=lambda path: (agreement(path, wanted), -len(path.parts)))
        if len(candidates) != 1 or (month and self.month_within(candidates[0])):
            return None
        return candidates[0]

    def month_within(self, path: Path) -> tuple[str, str] | None:
        """Return the year and month a file lies in below the folder; above it they say nothing of the archive."""
        return month_of([*path.relative_to(self.folder or path.parent).parts])


def month_of(parts: list[str]) -> tuple[str, str] | None:
    """Return the year and month whose folder holds a file, or None."""
    above = parts[-3:-1]
    if len(above) == 2 and YEAR.fullmatch(above[0]) and MONTH.fullmatch(above[1]):
        return above[0], above[1]
    return None


def agreement(path: Path, wanted: list[str]) -> int:
    """Return how many trailing parts of path and address are the same."""
    count = 0
    for ours, theirs in zip(reversed(path.parts), reversed(wanted), strict=False):
        if ours.lower() != theirs:
            break
        count += 1
    return count
