"""Breaks one guard of the kept pages after the other, and runs the tests that should notice.

No file is touched: each broken guard gets a process of its own, in which the one module is read with its text changed.
Django is loaded once for all, but for what its models are made of, or what needs the other database. A guard that nobody
misses is a test that is missing.

./run test --only mutations
python -m tests.mutations.drill C7 C8 prerender/files.py    only these clauses, in these files
"""

import contextlib
import gc
import importlib.machinery
import importlib.metadata
import importlib.util
import io
import os
import sys
import time
from pathlib import Path

import django
import pytest

from tests.mutations.guards import SQLITE, TESTS, Guard, guards

ROOT = Path(__file__).resolve().parent.parent.parent
# All that reads a mutated module is read again. Models cannot be, nor what they are made of; actions hold fast to how
# they tell of changes, so that is read again only where it is what is broken.
READ_AGAIN = (
    "commonpress.server", "commonpress.prerender", "commonpress.asgi", "commonpress.lib.same_origin", "commonpress.live",
    "commonpress.theme.headers",
)  # fmt: skip
READ_AGAIN_FOR_CHANGES = ("commonpress.changes.changed", "commonpress.changes.keys", "commonpress.changes.listeners")
PART_OF_MODELS = {"changes/shown.py"}
LONGEST_SECONDS = 120
LOADED_ALREADY = "ignore::pytest.PytestAssertRewriteWarning"


class Broken(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: Path, text: str) -> None:
        super().__init__(name, str(path))
        self.text = text

    def get_code(self, fullname):
        return compile(self.text, self.path, "exec")


class Finder:
    """Finds the one module with its guard broken."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        self.loader = Broken(name, path, text)

    def find_spec(self, name, path=None, target=None):
        if name != self.loader.name:
            return None
        return importlib.util.spec_from_file_location(name, self.loader.path, loader=self.loader)


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    began = time.monotonic()
    words = set(sys.argv[1:])
    files = words & set(TESTS)
    clauses = words - files
    chosen = [
        guard for guard in guards() if (not files or guard.file in files) and (not clauses or guard.clause in clauses)
    ]
    with_django = [guard for guard in chosen if guard.database == SQLITE and guard.file not in PART_OF_MODELS]
    outcomes = check_all([guard for guard in chosen if guard not in with_django])
    django.setup()
    # Read once, and looked through by nobody's garbage collection: two thirds of what a child would take.
    for plugin in importlib.metadata.entry_points(group="pytest11"):
        plugin.load()
    gc.freeze()
    outcomes += check_all(with_django)
    bad = [words for is_good, words in outcomes if not is_good]
    print(f"\n{len(chosen)} guards broken, {len(bad)} went wrong, {time.monotonic() - began:.0f} s")
    print(*bad, sep="\n")
    return 1 if bad else 0


def check_all(chosen: list[Guard]) -> list[tuple[bool, str]]:
    """Check first that the tests pass with everything whole."""
    whole = sorted({(guard.file, guard.database) for guard in chosen})
    return [check(*each, None) for each in whole] + [check(guard.file, guard.database, guard) for guard in chosen]


def check(file: str, database: str, guard: Guard | None) -> tuple[bool, str]:
    """Say whether the tests pass with everything whole (no guard), or fail with this guard broken."""
    path = ROOT / "commonpress" / file
    text = path.read_text()
    what = f"{guard.clause} {file}: {guard.stands!r} -> {guard.broken!r}" if guard else f"{file} whole"
    if guard and text.count(guard.stands) != 1:
        return told(is_good=False, words=f"{what} stands there {text.count(guard.stands)} times")
    changed = text.replace(guard.stands, guard.broken) if guard else text
    did_pass = run(file, path, changed, database)
    return told(is_good=did_pass == (guard is None), words=f"{what} {'passes' if did_pass else 'is noticed'}")


def told(*, is_good: bool, words: str) -> tuple[bool, str]:
    print("ok " if is_good else "BAD", words, flush=True)
    return is_good, words


def run(file: str, path: Path, text: str, database: str) -> bool:
    """Run the tests of a file with another text of it, in a process of their own; what hangs has failed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.environ["COMMONPRESS_TEST_DATABASE"] = database
            name = "commonpress." + file.removesuffix(".py").replace("/", ".")
            again = READ_AGAIN + (READ_AGAIN_FOR_CHANGES if file.startswith("changes/") else ())
            for each in [each for each in sys.modules if each.startswith(again)]:
                forget(each)
            sys.meta_path.insert(0, Finder(name, path, text))
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                status = int(
                    pytest.main(
                        [
                            "-x",
                            "-q",
                            "-p",
                            "no:cacheprovider",
                            "-W",
                            LOADED_ALREADY,
                            *(f"tests/{test}" for test in TESTS[file]),
                        ]
                    )
                )
        finally:
            os._exit(status)
    until = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.05)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return False


def forget(module: str) -> None:
    """Have a module read again, whether it is asked for by its name or of its package."""
    del sys.modules[module]
    package, _, name = module.rpartition(".")
    if package in sys.modules:
        vars(sys.modules[package]).pop(name, None)


if __name__ == "__main__":
    sys.exit(main())
