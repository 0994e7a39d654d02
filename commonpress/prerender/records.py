"""A kept page as a file, and back. No Django."""

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from commonpress.prerender.store import Answer, KeptPage

MAGIC = b"commonpress kept page 1"


@dataclass(eq=False)
class Record:
    """What is known of a page's file without reading it."""

    path: bytes
    keys: frozenset[str]
    size: int
    # Pages of another edition may have missed changes, or were made by another version of the code.
    edition: str
    read_at: float
    # While it waits to be written.
    page: KeptPage | None = None


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


WORDS = {
    "path": str, "keys": list, "until": float | int | None, "etag": str, "edition": str, "size": int,
    "not_modified": int, "answers": list, "check": str,
}  # fmt: skip


def write_file(file: Path, data: bytes, *, mode: int = 0o600, mtime: int | None = None) -> None:
    """Write a file whole or not at all, whatever happens to the machine. Raises OSError.

    That it is there for good is made sure of by `sync_folder`.
    """
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(data)
            opened.flush()
            if mtime is not None:
                os.utime(opened.fileno(), (mtime, mtime))
            os.fsync(opened.fileno())
        unfinished.rename(file)
    except OSError:
        # On a full disk half a file would keep the room that others need.
        unfinished.unlink(missing_ok=True)
        raise


def bytes_of(page: KeptPage, edition: str) -> bytes:
    """Return a page as it stands in its file: two lines, then heads and bodies as the second line measures them."""
    parts = [part for answer in page.answers.values() for part in (answer.head, answer.body)]
    data = b"".join([page.not_modified, *parts])
    words = {
        "path": page.path.decode("latin-1"),
        "keys": sorted(page.keys),
        "until": page.until if page.until != float("inf") else None,
        "etag": page.etag.decode("latin-1"),
        "edition": edition,
        "size": page.size,
        "not_modified": len(page.not_modified),
        "answers": [[name.decode(), len(each.head), len(each.body)] for name, each in page.answers.items()],
        "check": blake2b(data, digest_size=16).hexdigest(),
    }
    return b"\n".join([MAGIC, json.dumps(words).encode(), data])


def read_record(file: Path) -> Record | None:
    """Return what a file says of its page; None where it is none of ours."""
    with file.open("rb") as opened:
        read_at = os.fstat(opened.fileno()).st_mtime
        if opened.readline() != MAGIC + b"\n":
            return None
        words = parsed(opened.readline())
    if words is None:
        return None
    return Record(words["path"].encode("latin-1"), frozenset(words["keys"]), words["size"], words["edition"], read_at)


def parsed(line: bytes) -> dict[str, Any] | None:
    try:
        words: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    if not isinstance(words, dict) or any(not isinstance(words.get(name), kind) for name, kind in WORDS.items()):
        return None
    return words


def read_page(file: Path, path: bytes) -> KeptPage | None:
    """Return the page a file holds; None where it is gone, or not whole."""
    try:
        magic, line, data = file.read_bytes().split(b"\n", 2)
    except (OSError, ValueError):
        return None
    words = parsed(line)
    if magic != MAGIC or words is None or words["path"].encode("latin-1") != path:
        return None
    if blake2b(data, digest_size=16).hexdigest() != words["check"]:
        return None
    pieces = cut(data, [words["not_modified"], *(size for each in words["answers"] for size in each[1:])])
    not_modified = next(pieces)
    answers = {name.encode(): Answer(next(pieces), next(pieces)) for name, *_sizes in words["answers"]}
    return KeptPage(
        path=path,
        keys=frozenset(words["keys"]),
        answers=answers,
        not_modified=not_modified,
        etag=words["etag"].encode("latin-1"),
        size=words["size"],
        until=float("inf") if words["until"] is None else words["until"],
        began=float("-inf"),
        read_at=time.monotonic(),
    )


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size
