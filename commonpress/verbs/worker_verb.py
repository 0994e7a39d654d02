"""Do jobs: mail, pictures, upkeep. Only needed beside servers that were started with --no-worker."""

import signal
import threading
from argparse import ArgumentParser, Namespace

from commonpress.verbs.data_folder import open_data_folder
from commonpress.verbs.loading import load_django
from commonpress.verbs.readiness import need_tables

STOP_SECONDS = 10


def add_arguments(parser: ArgumentParser) -> None:
    pass


def run(options: Namespace) -> int:
    folder = open_data_folder(options.data)
    load_django()
    need_tables(folder)
    from commonpress.jobs.worker import Worker

    asked_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_stop.set())
    worker = Worker()
    worker.start()
    print("Waiting for jobs.", flush=True)
    asked_to_stop.wait()
    return 0 if worker.stop(seconds=STOP_SECONDS) else 1
