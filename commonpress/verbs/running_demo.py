"""A demo paper in a process of its own, for the verbs that look at one."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from commonpress.bench.server import Server
from commonpress.lib import env
from commonpress.verbs.demo_verb import READY
from commonpress.verbs.problems import Problem


@contextmanager
def running_demo(folder: str, **variables: str) -> Iterator[Server]:
    """Start the demo in a data folder, with these variables, and stop it at the end. Raises Problem.

    From here on this process knows no database but that folder's either: one named in the environment is a paper's.
    """
    env.insist("COMMONPRESS_DATABASE_URL", "")
    command = [sys.executable, "-m", "commonpress.cli", "demo", "--data", folder, "--port", "0"]
    more = env.with_variables(**variables)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=more) as demo:  # noqa: S603 - our own verb
        try:
            # It prints its address once it listens; without one it ended, and said why on its own.
            address = next(
                (line.removeprefix(READY).strip() for line in demo.stdout or () if line.startswith(READY)), None
            )
            if address is None:
                raise Problem("The demo did not start; what it says stands above.")
            yield Server(address=address, process=demo.pid, data=folder)
        finally:
            demo.terminate()
