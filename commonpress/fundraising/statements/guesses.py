"""What a file seems to be, for a treasurer to confirm: its kind, and how a table of it is laid out."""

import csv
import re
from collections import Counter
from io import StringIO

from commonpress.fundraising.statements.problems import StatementProblem
from commonpress.fundraising.statements.records import MOST_BYTES, Format
from commonpress.fundraising.statements.table import DELIMITERS, ROWS_BEFORE_HEADER, DateOrder, Mapping

LONGEST_LINE = 10_000
MT940 = re.compile(rb"^:(?:20|25|28C?|60[FM]):", re.MULTILINE)
# What banks call their columns, in lower case; the first that is found counts.
NAMES = {
    "booked_on": ("buchungstag", "buchungsdatum", "buchung", "boekdatum", "datum", "booking date", "date"),
    "amount": ("betrag (eur)", "betrag", "bedrag (eur)", "bedrag", "amount", "umsatz"),
    "credit": ("gutschrift", "haben", "credit", "credit amount", "money in", "paid in"),
    "debit": ("lastschrift", "belastung", "soll", "debit", "debit amount", "money out", "paid out"),
    "currency": ("währung", "waehrung", "munt", "muntsoort", "currency"),
    "payer": (
        "name zahlungsbeteiligter",
        "beguenstigter/zahlungspflichtiger",
        "auftraggeber/begünstigter",
        "zahlungspflichtige*r",
        "auftraggeber / begünstigter",
        "naam tegenpartij",
        "naam / omschrijving",
        "name",
        "payer",
        "counterparty",
    ),
    "payer_account": ("iban zahlungsbeteiligter", "kontonummer/iban", "tegenrekening", "iban", "account number"),
    "text": ("verwendungszweck", "omschrijving-1", "mededelingen", "omschrijving", "text", "reference", "description"),
    "bank_id": ("transaktions-id", "volgnr", "transaction id", "transaction reference", "id"),
    "account": ("iban auftragskonto", "auftragskonto", "rekening", "iban/bban", "account"),
}


def kind_of(raw: bytes) -> Format:
    """Return what kind of statement a file is, whatever it is called.

    Raises StatementProblem for what is none.
    """
    if not raw.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise StatementProblem("empty")
    if len(raw) > MOST_BYTES:
        raise StatementProblem("too_large")
    if raw.startswith((b"PK", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        raise StatementProblem("archive")
    if raw.startswith(b"%PDF"):
        raise StatementProblem("pdf")
    head = raw[:200].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"")
    if head.startswith(b"<"):
        return "camt"
    if MT940.search(raw.replace(b"\r", b"\n")):
        return "mt940"
    if not looks_like_a_table(raw):
        raise StatementProblem("unknown_kind")
    return "csv"


def looks_like_a_table(raw: bytes) -> bool:
    text = raw.decode(encoding_of(raw), errors="replace")
    return "\0" not in text and any(delimiter in text for delimiter in DELIMITERS)


def encoding_of(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if raw.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    try:
        raw.decode()
    except UnicodeError:
        return "latin-1"
    return "utf-8"


def layout_of(raw: bytes) -> Mapping:
    """Return the mapping a table seems to ask for, to be looked at by the one who knows the bank."""
    encoding = encoding_of(raw)
    text = raw.decode(encoding, errors="replace").removeprefix("\ufeff")
    lines = [line[:LONGEST_LINE] for line in text.splitlines()[:ROWS_BEFORE_HEADER]]
    delimiter = max(DELIMITERS, key=lambda mark: max((line.count(mark) for line in lines), default=0))
    rows = [next(csv.reader(StringIO(line), delimiter=delimiter), []) for line in lines]
    # The header is the first of the widest rows: banks set a heading of their own above it.
    widths = Counter(len(row) for row in rows)
    width = max(widths, default=0)
    number = next((number for number, row in enumerate(rows) if len(row) == width), 0)
    header = [" ".join(cell.split()) for cell in rows[number]] if rows else []
    body = [row for row in rows[number + 1 :] if len(row) == width]
    chosen = {field: column_named(names, header) for field, names in NAMES.items()}
    if chosen["amount"]:
        chosen |= {"credit": "", "debit": ""}
    return Mapping(
        **chosen,
        header_line=number + 1,
        encoding=encoding,
        delimiter=delimiter,
        decimal_mark=mark_in(cells_of(chosen["amount"] or chosen["credit"], header, body)),
        date_order=order_in(cells_of(chosen["booked_on"], header, body)),
    )


def column_named(names: tuple[str, ...], header: list[str]) -> str:
    by_name = {column.lower(): column for column in reversed(header)}
    return next((by_name[name] for name in names if name in by_name), "")


def cells_of(column: str, header: list[str], body: list[list[str]]) -> list[str]:
    return [row[header.index(column)].strip() for row in body] if column else []


def mark_in(cells: list[str]) -> str:
    last = Counter(found[1] for cell in cells if (found := re.search(r"([.,])\d{1,2}\D*$", cell)))
    return last.most_common(1)[0][0] if last else ","


def order_in(cells: list[str]) -> DateOrder:
    if any(re.match(r"\d{4}", cell) for cell in cells):
        return "YMD"
    seconds = [int(found[1]) for cell in cells if (found := re.match(r"\d{1,2}[./-](\d{1,2})[./-]", cell))]
    return "MDY" if any(second > 12 for second in seconds) else "DMY"
