"""How the rows of entries get into the book: lines first, then the entries, each once per source key."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from commonpress.database.plain import fetched
from commonpress.database.prepared import as_json, insert_many
from commonpress.fundraising.models.entry import Account, Entry, Line
from commonpress.fundraising.money import Money

Columns = dict[str, Any]
Lines = Sequence[tuple[Account, Money]]


def write(entry: Columns, lines: Lines) -> int | None:
    """Write a new entry, as its columns by name, and its lines; return its number, or None where one stands under its source key.

    Nothing is written then. Raises IntegrityError where the lines do not sum to 0 in each currency.
    """
    if connection.vendor == "postgresql":
        ((number,),) = fetched(
            "SELECT fundraising_enter(%s::jsonb, %s::jsonb)", [as_json(entry), as_json(_rows([lines], [1], "entry"))]
        )
        return number
    if fetched("SELECT 1 FROM fundraising_entry WHERE source_key = %s", [entry["source_key"]]):
        return None
    (number,) = write_all([entry], [lines])
    return number


def write_all(entries: Sequence[Columns], lines: Sequence[Lines]) -> list[int]:
    """Write new entries and the lines of each; return their numbers.

    Raises IntegrityError where one stands under a source key, or lines do not sum to 0 in each currency.
    """
    if connection.vendor == "postgresql":
        # In one way to the server (migration 0013).
        places = range(1, len(entries) + 1)
        ((numbers,),) = fetched(
            "SELECT fundraising_enter_all(%s::jsonb, %s::jsonb)",
            [as_json(entries), as_json(_rows(lines, places, "entry"))],
        )
        return list(numbers)
    # SQLite has one writer at a time: whoever is here holds the database until commit.
    ((highest,),) = fetched("SELECT COALESCE(MAX(id), 0) FROM fundraising_entry", [])
    numbers = list(range(highest + 1, highest + 1 + len(entries)))
    insert_many(Line, _rows(lines, numbers, "entry_id"))
    insert_many(Entry, [{"id": number, **entry} for number, entry in zip(numbers, entries, strict=True)])
    return numbers


def _rows(of_entries: Sequence[Lines], entries: Sequence[int], called: str) -> list[Columns]:
    return [
        {called: entry, "account": account.value, "amount_minor": money.minor, "currency": money.currency}
        for entry, lines in zip(entries, of_entries, strict=True)
        for account, money in lines
    ]
