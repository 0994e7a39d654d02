"""Open a Python shell with the publication's models loaded."""

from argparse import ArgumentParser, Namespace

from commonpress.verbs.data_folder import open_data_folder
from commonpress.verbs.loading import load_django


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--command", "-c", metavar="CODE", help="run this instead of opening a shell")


def run(options: Namespace) -> int:
    open_data_folder(options.data)
    load_django()
    from django.core.management import call_command

    call_command("shell", command=options.command, verbosity=0 if options.command else 1)
    return 0
