"""Breaks one guard of the kept pages after the other, and runs the tests that should notice.

No file is touched: Django is loaded once, and each broken guard gets a process of its own, in which the one module is
read with its text changed. A guard that nobody misses is a test that is missing.

./run test --only mutations
"""

import contextlib
import importlib.machinery
import io
import os
import sys
import time
from pathlib import Path

import django
import pytest

from tests.mutations.guards import TESTS, Guard, guards

ROOT = Path(__file__).resolve().parent.parent.parent
# All that reads a mutated module is read again.
READ_AGAIN = ("commonpress.server", "commonpress.prerender", "commonpress.asgi", "commonpress.lib.same_origin")
LONGEST_SECONDS = 120


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
        return importlib.machinery.ModuleSpec(name, self.loader, origin=self.loader.path)


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    began = time.monotonic()
    clauses = set(sys.argv[1:])
    chosen = [guard for guard in guards() if not clauses or guard.clause in clauses]
    outcomes = [check(file, None) for file in sorted({guard.file for guard in chosen})]
    outcomes += [check(guard.file, guard) for guard in chosen]
    bad = [words for is_good, words in outcomes if not is_good]
    print(f"\n{len(chosen)} guards broken, {len(bad)} went wrong, {time.monotonic() - began:.0f} s")
    print(*bad, sep="\n")
    return 1 if bad else 0


def check(file: str, guard: Guard | None) -> tuple[bool, str]:
    """Say whether the tests pass with everything whole (no guard), or fail with this guard broken."""
    path = ROOT / "commonpress" / file
    text = path.read_text()
    what = f"{guard.clause} {file}: {guard.stands!r}" if guard else f"{file} whole"
    if guard and text.count(guard.stands) != 1:
        return told(is_good=False, words=f"{what} stands there {text.count(guard.stands)} times")
    changed = text.replace(guard.stands, guard.broken) if guard else text
    did_pass = run(file, path, changed)
    return told(is_good=did_pass == (guard is None), words=f"{what} {'passes' if did_pass else 'is noticed'}")


def told(*, is_good: bool, words: str) -> tuple[bool, str]:
    print("ok " if is_good else "BAD", words, flush=True)
    return is_good, words


def run(file: str, path: Path, text: str) -> bool:
    """Run the tests of a file with another text of it, in a process of their own; what hangs has failed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            name = "commonpress." + file.removesuffix(".py").replace("/", ".")
            for each in [each for each in sys.modules if each.startswith(READ_AGAIN)]:
                del sys.modules[each]
            sys.meta_path.insert(0, Finder(name, path, text))
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                status = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *TESTS[file]]))
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


if __name__ == "__main__":
    sys.exit(main())
