"""The book as readers fetch it: a file for each period of a drive, and the whole chain, in parts of 100,000 lines.

Before the columns of public_book.py stands the line's place in the chain, behind them the hash it is bound to and its
own; all three are empty until it is sealed, minutes after it was booked.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from commonpress.fundraising.ledger.seals import COLUMNS, DAY
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Entry
from commonpress.fundraising.models.seal import Seal
from commonpress.fundraising.public_book import BEGINNING, PublicEntry
from commonpress.fundraising.public_book import COLUMNS as PUBLIC_COLUMNS

LINES_A_PART = 100_000
# No cursor stays open while a reader's slow line takes what was read.
AT_ONCE = 2_000
HEADER = ",".join(["position", *PUBLIC_COLUMNS, "before", "hash"]) + "\n"

WORDS = """
    SELECT {order}, s.position, b.hash, s.hash, COALESCE(d.is_visible, TRUE), e.id, {day}, {columns}
    FROM {rows}
    LEFT JOIN fundraising_drive d ON d.id = e.drive_id
    LEFT JOIN fundraising_sealedentry b ON b.position = s.position - 1
    WHERE {where} ORDER BY {order} LIMIT {at_once}
"""
OF_PERIOD = {
    "order": "e.id",
    "rows": "fundraising_entry e LEFT JOIN fundraising_sealedentry s ON s.entry_id = e.id",
    "where": "e.drive_id = %s AND e.period_key = %s AND e.id > %s",
}
OF_BOOK = {
    "order": "s.position",
    "rows": "fundraising_sealedentry s JOIN fundraising_entry e ON e.id = s.entry_id",
    "where": "s.position > %s AND s.position <= %s",
}


def parts_of_period(drive: Drive, key: str) -> int:
    """Return in how many parts the period's file comes: at least one."""
    return parts(Entry.objects.filter(drive=drive, period_key=key).count())


def parts_of_book() -> int:
    last = Seal.objects.first()
    return parts(last.last_position if last else 0)


def parts(lines: int) -> int:
    return max(1, -(-lines // LINES_A_PART))


def lines_of_period(drive: Drive, key: str, part: int) -> Iterator[str]:
    """Read one part of a period's file, from 1 on, in blocks of lines; the first block is the header."""
    yield HEADER
    numbers = Entry.objects.filter(drive=drive, period_key=key).order_by("pk").values_list("pk", flat=True)
    first = (part - 1) * LINES_A_PART
    after, left = (numbers[first - 1] if first else 0), LINES_A_PART
    while left and (rows := _rows(OF_PERIOD, drive.pk, key, after)):
        yield "".join(map(_line, rows[:left]))
        after, left = rows[-1][0], left - len(rows[:left])


def lines_of_book(part: int) -> Iterator[str]:
    """Read one part of the whole chain, from 1 on, in blocks of lines; the first block is the header."""
    yield HEADER
    after, last = (part - 1) * LINES_A_PART, part * LINES_A_PART
    while rows := _rows(OF_BOOK, after, last):
        yield "".join(map(_line, rows))
        after = rows[-1][0]


def _rows(words: dict[str, str], *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(WORDS.format(day=DAY[connection.vendor], columns=COLUMNS, at_once=AT_ONCE, **words), values)
        return list(cursor.fetchall())


def _line(row: tuple[Any, ...]) -> str:
    """Return a line of the file. Of a drive that is hidden from readers it says only its place and its hashes."""
    _order, position, before, own, is_visible, *entry = row
    text = PublicEntry(*entry).line if is_visible else "," * (len(PUBLIC_COLUMNS) - 1)
    if own is None:
        return f",{text},,\n"
    return f"{position},{text},{bytes(before).hex() if before else BEGINNING},{bytes(own).hex()}\n"
