"""Bring the database up to this version. `serve` does it by itself; do it here when several servers share one."""

from argparse import ArgumentParser, Namespace

from commonpress.verbs.data_folder import open_data_folder
from commonpress.verbs.loading import load_django
from commonpress.verbs.readiness import migrate


def add_arguments(parser: ArgumentParser) -> None:
    pass


def run(options: Namespace) -> int:
    folder = open_data_folder(options.data)
    load_django()
    migrate(folder)
    return 0
