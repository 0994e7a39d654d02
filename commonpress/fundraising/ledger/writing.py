"""How the rows of one entry get into the book: its lines first, then itself, once per source key."""

import json
from collections.abc import Sequence

from django.db import connection

from commonpress.database.plain import fetched
from commonpress.database.prepared import insert, stands
from commonpress.fundraising.models.entry import Account, Entry, Line
from commonpress.fundraising.money import Money

COLUMNS = [field.attname for field in Entry._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 - Django's documented name


def write(entry: Entry, lines: Sequence[tuple[Account, Money]]) -> bool:
    """Write a new entry and its lines; False, and nothing is written, where one stands under its source key.

    Raises IntegrityError where the lines do not sum to 0 in each currency.
    """
    return _by_function(entry, lines) if connection.vendor == "postgresql" else _row_by_row(entry, lines)


def _by_function(entry: Entry, lines: Sequence[tuple[Account, Money]]) -> bool:
    # In one way to the server (migration 0013), which also knows how to take a second writer's lines back.
    columns = json.dumps({name: getattr(entry, name) for name in COLUMNS}, default=str)
    accounts = [account.value for account, _money in lines]
    minors = [money.minor for _account, money in lines]
    currencies = [money.currency for _account, money in lines]
    ((number,),) = fetched(
        "SELECT fundraising_enter(%s::jsonb, %s::text[], %s::bigint[], %s::text[])",
        [columns, accounts, minors, currencies],
    )
    if number is not None:
        stands(entry, number)
    return number is not None


def _row_by_row(entry: Entry, lines: Sequence[tuple[Account, Money]]) -> bool:
    # SQLite has one writer at a time: whoever is here holds the database until commit.
    if fetched("SELECT 1 FROM fundraising_entry WHERE source_key = %s", [entry.source_key]):
        return False
    ((entry.pk,),) = fetched("SELECT COALESCE(MAX(id), 0) + 1 FROM fundraising_entry", [])
    for account, money in lines:
        insert(Line(entry_id=entry.pk, account=account, amount_minor=money.minor, currency=money.currency))
    insert(entry)
    return True
