"""`commonpress VERB`: every command an operator types. `./run VERB` is the same from a checkout."""

import os
import select
import sys
from argparse import ArgumentParser
from importlib import import_module
from types import ModuleType
from typing import TextIO

from commonpress.lib.env import WrongSetting
from commonpress.verbs.problems import Problem

VERBS = {
    "demo": "load the demo paper into ./var/demo and serve it on this machine",
    "serve": "serve the publication, with its jobs",
    "worker": "do jobs only, beside a server that was started with --no-worker",
    "migrate": "bring the database up to this version",
    "import": "bring in an archive: import wxr FILE",
    "verify": "check the books: verify ledger",
    "shell": "open a Python shell with the publication loaded",
    "bench": "measure, and say where a floor is missed: bench pages, bench money",
    "screenshot": "take the pictures of the demo that the README shows",
}


# What a shell calls the end of a program whose reader has gone: 128 and SIGPIPE.
READER_HAS_GONE = 141


def main(arguments: list[str] | None = None) -> int:
    try:
        status = call(sys.argv[1:] if arguments is None else arguments)
        # Now: what is written when Python ends can only end in a traceback.
        sys.stdout.flush()
    except BrokenPipeError:
        if not has_lost_its_reader(sys.stdout):
            raise
        give_up(sys.stdout)
        return READER_HAS_GONE
    return status


def call(arguments: list[str]) -> int:
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        list_verbs()
        return 0
    if arguments[0] not in VERBS:
        print(f"There is no verb {arguments[0]!r}.\n", file=sys.stderr)
        list_verbs(to=sys.stderr)
        return 2
    verb = load(arguments[0])
    # Resolved: a verb with a folder of its own says --data again.
    parser = ArgumentParser(prog=f"commonpress {arguments[0]}", description=verb.__doc__, conflict_handler="resolve")
    parser.add_argument("--data", metavar="DIR", help="the data folder (COMMONPRESS_DATA, else var/data)")
    verb.add_arguments(parser)
    try:
        return int(verb.run(parser.parse_args(arguments[1:])))
    except (Problem, WrongSetting) as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def load(verb: str) -> ModuleType:
    # `import` and `shell` cannot, or should not, be names of modules.
    return import_module(f"commonpress.verbs.{verb}_verb")


def list_verbs(to: TextIO | None = None) -> None:
    print("commonpress VERB [--data DIR] [--help]\n", file=to)
    for verb, line in VERBS.items():
        print(f"  {verb:<11} {line}", file=to)
    print(f"\n  {'./run test':<11} run every check there is, from a checkout", file=to)


def has_lost_its_reader(stream: TextIO) -> bool:
    """Tell whether nobody reads a stream any more, as behind `| head`."""
    poll = select.poll()
    poll.register(stream.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _descriptor, event in poll.poll(0))


def give_up(stream: TextIO) -> None:
    """Let what waits in a stream go nowhere; Python would try to write it at its end, and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
