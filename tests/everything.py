"""`./run test`: every check there is, each with its time; all run, and the last line counts them.

./run test                 everything
./run test --only types    one step, by its name
./run test --only mutations    every guard of the kept pages broken once; only when asked for, as it takes long
./run test --only leaks    twenty people crawl for what is others'; likewise
./run test --only histories [--histories 100000] [--seed NUMBER]    random histories of the books; likewise
./run test --no-browser    without the journeys, where there is no Chromium
"""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from commonpress.verbs.chromium import NoBrowser
from tests.browser import find_browser

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
UV = ROOT / ".venv" / "tools" / "bin" / "uv"
LOCKS = {
    "base": [],
    "scale": ["--extra", "scale"],
    "pdf": ["--extra", "pdf"],
    "dev": ["--extra", "scale", "--extra", "pdf", "--group", "dev"],
}

# These are no verbs: operators have no tests, and a checkout has.
WHEN_ASKED_FOR = {"mutations", "leaks", "histories"}


@dataclass
class Skipped(Exception):
    reason: str


@dataclass
class Result:
    name: str
    outcome: str
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run test", description="Run every check there is.")
    parser.add_argument("--only", metavar="STEP", action="append", help=f"one of: {', '.join(steps())}")
    parser.add_argument("--no-browser", action="store_true", help="leave the browser journeys out")
    parser.add_argument("--histories", metavar="NUMBER", help="how many to play on each database (100000)")
    parser.add_argument("--seed", metavar="NUMBER", help="of an earlier run, to play its histories again")
    options = parser.parse_args()
    for name in ("histories", "seed"):
        if getattr(options, name):
            os.environ[f"COMMONPRESS_TEST_{name.upper()}"] = getattr(options, name)
    chosen = options.only or [name for name in steps() if name not in WHEN_ASKED_FOR]
    for name in chosen:
        if name not in steps():
            parser.error(f"There is no step {name!r}.")
    if options.no_browser:
        chosen = [name for name in chosen if name != "journeys"]
        print("The browser journeys are left out, as asked.")
    began = time.monotonic()
    results = [run(name, steps()[name]) for name in chosen]
    return conclude(results, time.monotonic() - began)


def steps() -> dict[str, Callable[[], int]]:
    return {
        "format": lambda: tool("ruff", "format", "--check", "."),
        "lint": lambda: tool("ruff", "check", "."),
        "templates": templates,
        "types": lambda: tool("mypy", "commonpress"),
        "imports": lambda: tool("lint-imports", "--no-cache"),
        "migrations": lambda: python("manage.py", "makemigrations", "--check", "--dry-run"),
        "locks": locks,
        "unit": lambda: pytest("--ignore=tests/journeys", "-n", "2"),
        "postgres": lambda: pytest("--ignore=tests/journeys", "-m", "both_databases", "-n", "2", database="postgres"),
        "journeys": journeys,
        "leaks": lambda: journeys("tests/journeys/test_leaks.py", COMMONPRESS_TEST_LEAKS="full"),
        "mutations": lambda: python("-m", "tests.mutations.drill"),
        "histories": histories,
    }


def run(name: str, step: Callable[[], int]) -> Result:
    print(f"\n=== {name}", flush=True)
    began = time.monotonic()
    try:
        outcome = "passed" if step() == 0 else "failed"
    except Skipped as skipped:
        print(skipped.reason)
        outcome = "skipped"
    seconds = time.monotonic() - began
    print(f"--- {name} {outcome} in {seconds:.1f} s", flush=True)
    return Result(name, outcome, seconds)


def conclude(results: list[Result], seconds: float) -> int:
    print(f"\n{'step':<12}{'':<9}{'seconds':>8}")
    for result in results:
        print(f"{result.name:<12}{result.outcome:<9}{result.seconds:>8.1f}")
    counts = [
        f"{len(found)} {outcome}"
        for outcome in ("failed", "passed", "skipped")
        if (found := [result for result in results if result.outcome == outcome])
    ]
    print(f"\n=== {', '.join(counts)} in {seconds:.1f} s ===", flush=True)
    return 1 if any(result.outcome == "failed" for result in results) else 0


def command(*arguments: str | Path, **variables: str) -> int:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMONPRESS_DATA")}
    environment |= {"COMMONPRESS_SECRET_KEY": "only-for-tests"} | variables
    return subprocess.run([str(argument) for argument in arguments], cwd=ROOT, env=environment, check=False).returncode


def tool(name: str, *arguments: str) -> int:
    return command(BIN / name, *arguments)


def python(*arguments: str) -> int:
    with tempfile.TemporaryDirectory() as data:
        return command(sys.executable, *arguments, COMMONPRESS_DATA=data)


def pytest(*arguments: str, database: str = "sqlite", **variables: str) -> int:
    return command(sys.executable, "-m", "pytest", *arguments, COMMONPRESS_TEST_DATABASE=database, **variables)


def templates() -> int:
    folders = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "commonpress").glob("*/templates"))]
    if not folders:
        raise Skipped("There are no templates.")
    return tool("djlint", "--check", *folders) | tool("djlint", "--lint", *folders)


def locks() -> int:
    """Compile pyproject.toml again, held to the versions of the locks: what differs was not locked."""
    uv = UV if UV.exists() else shutil.which("uv")
    if not uv:
        raise Skipped("uv is not here; the locks were installed with pip, which cannot compile them.")
    status = 0
    for name, extras in LOCKS.items():
        locked = ROOT / "requirements" / f"{name}.txt"
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]
        with tempfile.TemporaryDirectory() as folder:
            # uv holds to what stands in the output file already.
            compiled = Path(folder) / locked.name
            shutil.copy(locked, compiled)
            answer = subprocess.run(
                [str(uv), "pip", "compile", "pyproject.toml", *options, *extras, "-q", "-o", str(compiled)],
                cwd=ROOT,
                env=os.environ | {"UV_PYTHON_DOWNLOADS": "never"},
                capture_output=True,
                text=True,
                check=False,
            )
            if answer.returncode != 0 and any(word in answer.stderr for word in ("connect", "fetch", "network", "dns")):
                raise Skipped("uv cannot reach a package index, so the locks cannot be compared.")
            if answer.returncode != 0:
                print(answer.stderr)
                status = 1
            elif compiled.read_text() != locked.read_text():
                print(f"requirements/{name}.txt does not follow from pyproject.toml; compile it again:")
                print(f"  uv pip compile pyproject.toml {' '.join([*options, *extras])} -o requirements/{name}.txt")
                status = 1
    return status


def journeys(*which: str, **variables: str) -> int:
    try:
        browser = find_browser()
    except NoBrowser as missing:
        print(missing)
        print("Or leave the browser tests out, and say so: ./run test --no-browser")
        return 1
    # In a process of their own: the loop Playwright leaves running would break every query of the other tests.
    chosen = which or ("tests/journeys",)
    return command(
        sys.executable, "-m", "pytest", "-rP" if which else "-q", *chosen, COMMONPRESS_CHROMIUM=browser, **variables
    )


def histories() -> int:
    """Play very many, on one database and then on the other."""
    wanted = {
        "COMMONPRESS_TEST_HISTORIES": os.environ.get("COMMONPRESS_TEST_HISTORIES", "100000"),
        "COMMONPRESS_TEST_SEED": os.environ.get("COMMONPRESS_TEST_SEED", str(secrets.randbelow(2**32))),
    }
    print("{} histories on each database; the same again with --seed {}".format(*wanted.values()), flush=True)
    which = ("tests/fundraising/test_histories.py", "-n", "2")
    return pytest(*which, **wanted) | pytest(*which, database="postgres", **wanted)


if __name__ == "__main__":
    sys.exit(main())
