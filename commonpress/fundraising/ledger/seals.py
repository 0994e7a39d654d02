"""Takes booked entries into a chain of hashes, so that nobody can rewrite them unnoticed, an operator included."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from commonpress.changes.changed import changed
from commonpress.fundraising.models.seal import Seal, SealedEntry
from commonpress.fundraising.public_book import BEGINNING, PublicEntry, bound

AT_ONCE = 5_000
# On PostgreSQL a number is drawn before it is committed; not so many others are booked between the two.
LATE_BY = 100_000
ONE_AT_A_TIME = 5_072_617

DAY = {
    "sqlite": "substr(e.occurred_at, 1, 10)",
    "postgresql": "to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
}
COLUMNS = (
    "e.kind, d.slug, e.period_key, e.currency, e.amount_minor, e.meter_currency, e.meter_minor, e.matched_minor,"
    " e.gifts, e.rate, e.reverses_id"
)


@transaction.atomic
def seal(now: datetime) -> Seal | None:
    """Take what was booked since the last seal into the chain, 5,000 entries at most; None where there is nothing."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    last = Seal.objects.first()
    position, head = (last.last_position, bytes(last.head).hex()) if last else (0, BEGINNING)
    sealed = []
    for entry in _unsealed(position):
        position += 1
        head = bound(head, entry.line)
        sealed.append(SealedEntry(position=position, entry_id=entry.number, hash=bytes.fromhex(head)))
    if not sealed:
        return None
    SealedEntry.objects.bulk_create(sealed, batch_size=500)
    changed("seals")
    return Seal.objects.create(sealed_at=now, last_position=position, entries=len(sealed), head=bytes.fromhex(head))


def _unsealed(last_position: int) -> list[PublicEntry]:
    # Asked entry by entry, and not joined: PostgreSQL thinks that few are not sealed, and would read the whole book for them.
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT e.id, {DAY[connection.vendor]}, {COLUMNS}
            FROM fundraising_entry e
            LEFT JOIN fundraising_drive d ON d.id = e.drive_id
            WHERE e.id > %s AND (SELECT COUNT(*) FROM fundraising_sealedentry WHERE entry_id = e.id) = 0
            ORDER BY e.id LIMIT {AT_ONCE}
            """,  # noqa: S608  our own words
            [last_position - LATE_BY],
        )
        return [PublicEntry(*row) for row in cursor.fetchall()]


class Sealed(NamedTuple):
    """A booking with its place in the chain, and the hashes before it and of it, as they stand in the database."""

    position: int
    hash: str
    entry: PublicEntry


def sealed_entries(*, after: int = 0) -> Iterator[Sealed]:
    """Go through the chain from a position on, a few thousand rows in memory at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.position, s.hash, e.id, {DAY[connection.vendor]}, {COLUMNS}
            FROM fundraising_sealedentry s
            JOIN fundraising_entry e ON e.id = s.entry_id
            LEFT JOIN fundraising_drive d ON d.id = e.drive_id
            WHERE s.position > %s ORDER BY s.position
            """,  # noqa: S608  our own words
            [after],
        )
        while rows := cursor.fetchmany(AT_ONCE):
            for position, held, *entry in rows:
                yield Sealed(position, bytes(held).hex(), PublicEntry(*entry))


@dataclass(frozen=True, slots=True)
class Chain:
    """What following the chain found: how many entries hold, its head, and the first position that does not."""

    entries: int
    head: str
    broken_at: int | None = None


def follow() -> Chain:
    """Work every hash of the chain out again and compare it, and each seal's head with it."""
    heads = dict(Seal.objects.values_list("last_position", "head"))
    head, position = BEGINNING, 0
    for sealed in sealed_entries():
        expected = bound(head, sealed.entry.line)
        claimed = heads.pop(sealed.position, None)
        is_next = sealed.position == position + 1
        if not is_next or sealed.hash != expected or (claimed is not None and bytes(claimed).hex() != expected):
            return Chain(position, head, broken_at=position + 1)
        head, position = expected, sealed.position
    # A seal without its entry: the end of the chain was cut off.
    return Chain(position, head, broken_at=position + 1 if heads else None)


def was_head(head: str) -> bool:
    """Tell whether a hash, as hexadecimal letters, stands in the chain."""
    try:
        held = bytes.fromhex(head)
    except ValueError:
        return False
    return SealedEntry.objects.filter(hash=held).exists()
