"""Statements as tables (CSV), which every bank makes in its own way: a mapping says what stands where."""

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from io import StringIO
from typing import Any, Literal

from commonpress.fundraising.money import Money
from commonpress.fundraising.statements.accounts import compact, kept, payer_of
from commonpress.fundraising.statements.figures import written_amount, written_day
from commonpress.fundraising.statements.problems import StatementProblem
from commonpress.fundraising.statements.records import (
    LONGEST_BANK_ID,
    LONGEST_TEXT,
    MOST_MOVEMENTS,
    Reported,
    Statement,
)

DateOrder = Literal["DMY", "MDY", "YMD"]
ENCODINGS = ("utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16")
DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 200
ROWS_BEFORE_HEADER = 40


@dataclass(frozen=True, slots=True)
class Mapping:
    """What stands in which column, by the words of the header; empty: nowhere.

    Either `amount`, with a minus for what went out, or `credit` and `debit`. `currency` names a column;
    where there is none, all is in `only_currency`. `text` and `text_2` are set one under the other.
    """

    booked_on: str
    amount: str = ""
    credit: str = ""
    debit: str = ""
    currency: str = ""
    only_currency: str = ""
    payer: str = ""
    payer_account: str = ""
    text: str = ""
    text_2: str = ""
    bank_id: str = ""
    account: str = ""
    header_line: int = 1
    encoding: str = "utf-8"
    delimiter: str = ";"
    decimal_mark: str = ","
    date_order: DateOrder = "DMY"

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Mapping":
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def columns(self) -> list[str]:
        names = ("booked_on", "amount", "credit", "debit", "currency", "payer", "payer_account", "text", "text_2")
        chosen = [str(getattr(self, name)) for name in (*names, "bank_id", "account")]
        return [column for column in chosen if column]


def read_table(raw: bytes, mapping: Mapping, *, key: bytes) -> Statement:
    """Read a whole file. Raises StatementProblem."""
    rows = rows_of(raw, encoding=mapping.encoding, delimiter=mapping.delimiter)
    header = header_of(rows, mapping.header_line)
    for column in mapping.columns:
        if column not in header:
            raise StatementProblem("no_column", line=mapping.header_line, what=column)
        if header.count(column) > 1:
            raise StatementProblem("column_twice", line=mapping.header_line, what=column)
    movements: list[Reported] = []
    account = ""
    for line, row in rows:
        if line <= mapping.header_line or not any(cell.strip() for cell in row):
            continue
        if len(row) < len(header):
            raise StatementProblem("truncated", line=line)
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        movement = movement_in(cells, mapping, line, key)
        if account and compact(movement.account) != compact(account):
            raise StatementProblem("several_accounts", line=line)
        account = account or movement.account
        movements += [movement] if movement.amount else []
        if len(movements) > MOST_MOVEMENTS:
            raise StatementProblem("too_many")
    return Statement("csv", account, tuple(movements))


def rows_of(raw: bytes, *, encoding: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return each row with the line it begins on. Raises StatementProblem."""
    try:
        text = raw.decode(encoding)
    except (UnicodeError, LookupError):
        raise StatementProblem("encoding", what=encoding) from None
    if "\0" in text:
        raise StatementProblem("encoding", what=encoding)
    reader = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    return list(numbered(reader))


def numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error:
            # An open quote swallows the rest of the file.
            raise StatementProblem("quotes", line=line) from None
        if row is None:
            return
        if len(row) > MOST_COLUMNS:
            raise StatementProblem("no_header", line=line)
        yield line, row


def header_of(rows: list[tuple[int, list[str]]], header_line: int) -> list[str]:
    """Return the names of the columns, as they stand on this line. Raises StatementProblem."""
    found = next((row for line, row in rows if line == header_line), None)
    if found is None or not any(cell.strip() for cell in found):
        raise StatementProblem("no_header", line=header_line)
    return [" ".join(cell.split()) for cell in found]


def movement_in(cells: dict[str, str], mapping: Mapping, line: int, key: bytes) -> Reported:
    def cell(column: str) -> str:
        return cells[column] if column else ""

    currency = (cell(mapping.currency) or mapping.only_currency).upper()
    text = "\n".join(part for part in (cell(mapping.text), cell(mapping.text_2)) if part)
    return Reported(
        account=cell(mapping.account),
        booked_on=written_day(cell(mapping.booked_on), mapping.date_order, line=line),
        amount=amount_in(cells, mapping, currency, line),
        payer=payer_of(" ".join(cell(mapping.payer).split()), cell(mapping.payer_account), key=key),
        text=kept(text, LONGEST_TEXT),
        bank_id=cell(mapping.bank_id)[:LONGEST_BANK_ID],
        is_return=False,
        ordinal=0,
        line=line,
    )


def amount_in(cells: dict[str, str], mapping: Mapping, currency: str, line: int) -> Money:
    mark = mapping.decimal_mark
    if mapping.amount:
        return written_amount(cells[mapping.amount], currency, mark=mark, line=line)
    sides = [
        written_amount(cells[column], currency, mark=mark, line=line) if column and cells[column] else None
        for column in (mapping.credit, mapping.debit)
    ]
    credit, debit = sides
    if (credit is None) == (debit is None):
        filled = [side for side in sides if side]
        if len(filled) != 1:
            raise StatementProblem("direction", line=line)
        credit, debit = (credit, None) if credit else (None, debit)
    if credit is not None:
        return credit
    assert debit is not None
    # Some banks set the minus in the column for what went out, some do not.
    return Money(-abs(debit.minor), debit.currency)
