"""Exports of pages elsewhere on which readers give, read into rows. Pure.

Three kinds are known by their columns: our own (date, amount, currency, id), and the two that Open Collective
writes, with field names or with headings. Liberapay exports only who promised how much a week, which is no money
yet; such a list is known and refused. Sources: opencollective-rest, controllers/v2/account-transactions;
liberapay.com, patrons/export.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from commonpress.fundraising.currencies import UnknownCurrency, currency_of
from commonpress.fundraising.money import Money, WrongAmount, parse_amount

MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
MOST_OF_AN_ID = 120

Fault = Literal["size", "text", "columns", "patrons", "rows", "id", "twice", "date", "currency", "amount"]

# Column names in small letters: day, amount, currency, id.
OUR_OWN = ("date", "amount", "currency", "id")
COLLECTIVE = [
    ("datetime", "amount", "currency", "shortid"),
    ("date & time", "gross amount", "currency", "short transaction id"),
    ("date & time", "gross amount", "currency", "transaction id"),
]
# What of theirs is a gift to us: fees, expenses and transfers between balances are not.
GIFTS_OF_A_COLLECTIVE = frozenset({"CONTRIBUTION", "ADDED_FUNDS"})


class WrongExport(ValueError):
    """The file is no export we know, or not one we can trust; `row` counts from 2, as a spreadsheet shows it."""

    def __init__(self, fault: Fault, row: int = 0) -> None:
        super().__init__(f"{fault} in row {row}")
        self.fault = fault
        self.row = row


@dataclass(frozen=True, slots=True)
class Row:
    """A gift that arrived elsewhere. `at` is a day, or a moment where the export says one; `went_back`: given back since."""

    row_id: str
    at: date | datetime
    amount: Money
    went_back: bool = False


def read_export(data: bytes) -> list[Row]:
    """Return the gifts in an export; rows that are none are left out.

    Raises WrongExport: the whole of a file is right, or nothing of it is taken.
    """
    if len(data) > MOST_BYTES:
        raise WrongExport("size")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongExport("text") from None
    if "\0" in text:
        raise WrongExport("text")
    head = text.split("\n", 1)[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        table = [line for line in lines if any(cell.strip() for cell in line)]
    except csv.Error:
        raise WrongExport("text") from None
    if not table:
        raise WrongExport("columns")
    names = [name.strip().lower() for name in table[0]]
    if "weekly_amount" in names and "patron_id" in names:
        raise WrongExport("patrons")
    if len(table) - 1 > MOST_ROWS:
        raise WrongExport("rows")
    return rows_of(names, table[1:])


def rows_of(names: list[str], table: Iterable[list[str]]) -> list[Row]:
    columns = next((known for known in [*COLLECTIVE, OUR_OWN] if set(known) <= set(names)), None)
    if columns is None or len(set(names)) != len(names):
        raise WrongExport("columns")
    found: dict[str, Row] = {}
    for number, line in enumerate(table, start=2):
        cells = dict(zip(names, (cell.strip() for cell in line), strict=False))
        if columns != OUR_OWN and not is_gift_of_a_collective(cells):
            continue
        row = row_of(cells, columns, number)
        if row.row_id in found:
            raise WrongExport("twice", number)
        found[row.row_id] = row
    return list(found.values())


def is_gift_of_a_collective(cells: Mapping[str, str]) -> bool:
    kind = cells.get("type") or cells.get("credit/debit", "")
    is_return = cells.get("isrefund") or cells.get("is reverse") or cells.get("is refund")
    return kind == "CREDIT" and cells.get("kind") in GIFTS_OF_A_COLLECTIVE and not is_return


def row_of(cells: Mapping[str, str], columns: tuple[str, str, str, str], number: int) -> Row:
    day, amount, currency, row_id = (cells.get(name, "") for name in columns)
    if not row_id or len(row_id) > MOST_OF_AN_ID or not row_id.isprintable():
        raise WrongExport("id", number)
    try:
        currency_of(currency)
        money = parse_amount(amount, currency, decimal=".", group=",")
    except UnknownCurrency:
        raise WrongExport("currency", number) from None
    except WrongAmount:
        raise WrongExport("amount", number) from None
    went_back = cells.get("isrefunded") or cells.get("is reversed") or cells.get("is refunded")
    return Row(row_id, moment_or_day(day, number), money, went_back=bool(went_back))


def moment_or_day(text: str, number: int) -> date | datetime:
    """Read "2021-06-10", or "2021-06-10T12:00:00", which is UTC where it names no zone."""
    try:
        if len(text) == len("2021-06-10"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongExport("date", number) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
