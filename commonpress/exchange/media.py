"""The folder of an archive's media: finds the local copy of a file an export names."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit


class MediaFolder:
    """Finds files below a folder by the address they had, without following links out of it."""

    def __init__(self, folder: Path | None) -> None:
        self.by_name: dict[str, list[Path]] = {}
        for parent, _folders, names in os.walk(folder) if folder else ():
            for name in names:
                path = Path(parent, name)
                if not path.is_symlink():
                    self.by_name.setdefault(name.lower(), []).append(path)

    def find(self, address: str) -> Path | None:
        """Return the file of that name whose folders agree best with the address, or None."""
        wanted = [part.lower() for part in unquote(urlsplit(address).path).split("/") if part]
        if not wanted:
            return None
        candidates = self.by_name.get(wanted[-1], [])
        return max(candidates, key=lambda path: (agreement(path, wanted), -len(path.parts)), default=None)


def agreement(path: Path, wanted: list[str]) -> int:
    """Return how many trailing parts of path and address are the same."""
    count = 0
    for ours, theirs in zip(reversed(path.parts), reversed(wanted), strict=False):
        if ours.lower() != theirs:
            break
        count += 1
    return count
