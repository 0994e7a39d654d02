"""Bring in an archive. A second run changes nothing and overwrites nothing that was edited here."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from commonpress.verbs.data_folder import open_data_folder
from commonpress.verbs.loading import load_django
from commonpress.verbs.problems import Problem
from commonpress.verbs.readiness import bring_up_to_date, database_file, need_tables

# As exchange/gifts/layouts.py names them, which is loaded once Django is.
GIFT_KINDS = ("givewp", "ghost-tips", "stripe-balance", "liberapay", "open-collective", "gifts")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "kind",
        choices=["wxr", *GIFT_KINDS],
        help="wxr: a WordPress export; the others: a table (CSV) of gifts, of that system or with --columns",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the export")
    parser.add_argument("--media", type=Path, metavar="DIR", help="the folder wp-content/uploads was copied to")
    parser.add_argument("--drive", metavar="SLUG", help="of gifts: the drive they were given for")
    parser.add_argument(
        "--columns",
        metavar="FIELD=COLUMN,...",
        help="of gifts: what each column holds, as in id=Number,amount=Sum,day=On",
    )
    parser.add_argument("--decimal", choices=[".", ","], default=".", help="of gifts: the mark before the cents")
    parser.add_argument("--source", metavar="NAME", help="of gifts: tells two files of one system with like ids apart")
    parser.add_argument("--dry-run", action="store_true", help="read everything, say what would happen, write nothing")


def run(options: Namespace) -> int:
    if not options.file.is_file():
        raise Problem(f"There is no file {options.file}.")
    if options.media is not None and not options.media.is_dir():
        raise Problem(f"There is no folder {options.media}.")
    folder = open_data_folder(options.data)
    load_django()
    if options.dry_run:
        refuse_or_say(folder)
    else:
        bring_up_to_date(folder, say=say)
        need_publication(folder)
    from commonpress.exchange.errors import UnreadableFileError
    from commonpress.exchange.load import import_wxr

    try:
        if options.kind != "wxr":
            return bring_in_gifts(options)
        report = import_wxr(options.file, media=options.media, dry_run=options.dry_run)
    except UnreadableFileError as error:
        raise Problem(str(error)) from error
    print("\n".join(report.lines()))
    return 0


def bring_in_gifts(options: Namespace) -> int:
    """Return 1 where a row cannot be read, or file and book do not agree. Raises Problem."""
    from commonpress.exchange.gifts.layouts import LAYOUTS, mapped
    from commonpress.exchange.gifts.load import import_table

    if not options.drive:
        raise Problem("Say which drive they were given for, as in --drive the-roof.")
    try:
        layout = LAYOUTS.get(options.kind) or mapped(columns_of(options.columns), decimal=options.decimal)
    except ValueError as error:
        raise Problem(str(error)) from error
    report = import_table(
        options.file, layout, source=options.source or options.kind, drive=options.drive, dry_run=options.dry_run
    )
    print("\n".join(report.lines()))
    return 0 if report.agrees else 1


def columns_of(text: str | None) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in (text or "").split(",") if pair)
    return {field.strip(): column.strip() for field, _mark, column in pairs}


def need_publication(folder: Path) -> None:
    """Go on only where a paper was set up: it would stand open to readers, nameless, its times in UTC. Raises Problem."""
    from commonpress.newsroom.models.publication import Publication

    if not Publication.objects.exists():
        raise Problem(
            f"There is no publication in {folder} yet. Start `commonpress serve`, open the address it shows and set the "
            "paper up; then import. With --dry-run you can try the import before."
        )


def refuse_or_say(folder: Path) -> None:
    """Say what a dry run, which changes no tables, finds instead of a paper of this version. Raises Problem."""
    from django.conf import settings

    from commonpress.database import tables
    from commonpress.newsroom.models.publication import Publication

    if settings.DATABASE_URL:
        need_tables(folder)
    # On SQLite it works on a copy of the file, which is brought up to date.
    is_there = settings.DATABASE_URL or database_file().exists()
    if not is_there or (not tables.are_behind() and not Publication.objects.exists()):
        say(f"There is no publication in {folder} yet; the import is tried in an empty one.")


def say(line: str) -> None:
    print(line, file=sys.stderr)
