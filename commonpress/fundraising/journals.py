"""The book as accountants' programs read it: CSV, and the plain-text journals of beancount and hledger. Pure.

No name of a supporter and no note is in them; what a booking is about is told by its source key.

Sources: https://beancount.github.io/docs/beancount_language_syntax.html, https://hledger.org/hledger.html.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from commonpress.fundraising.public_book import figures

ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    # What was given and went back: less income, not an expense.
    "contra": "Income",
    "expense": "Expenses",
}
COLUMNS = (
    "entry",
    "day",
    "booked_at",
    "kind",
    "source_key",
    "drive",
    "period",
    "reverses",
    "account",
    "amount",
    "currency",
    "counted",
    "counted_in",
    "matched",
    "rate",
)
# What a spreadsheet takes for a formula at the beginning of a cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Accounts must be opened before they are used; nothing of ours is older.
OPENED = "1970-01-01"


@dataclass(frozen=True, slots=True)
class Leg:
    """What moved on an account, in minor units; a debit is above zero."""

    account: str
    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What a booking added to its drive's meter, in minor units, and the rate it was converted at, or nothing."""

    minor: int
    currency: str
    matched: int
    rate: str


@dataclass(frozen=True, slots=True)
class Booking:
    """An entry with its lines. `day` is the day it happened, in the publication's zone."""

    number: int
    day: date
    booked_at: datetime
    kind: str
    source_key: str
    drive: str
    period: str
    reverses: str
    counted: Counted
    legs: tuple[Leg, ...]


def account_name(account: str) -> str:
    """Return "Assets:Bank" for "asset:bank". Raises KeyError for a kind of account that is none of ours."""
    root, *parts = account.split(":")
    return ":".join([ROOTS[root], *("".join(word.title() for word in part.split("_")) for part in parts)])


def csv_lines(bookings: Iterable[Booking]) -> Iterator[str]:
    """Yield a head and a line for each leg of each booking; what it counted stands in its first line alone, to be added up."""
    yield _csv_line(COLUMNS)
    for booking in bookings:
        counted = booking.counted
        added = [
            figures(counted.minor, counted.currency),
            counted.currency,
            figures(counted.matched, counted.currency),
            counted.rate,
        ]
        for number, leg in enumerate(booking.legs):
            yield _csv_line(
                [
                    str(booking.number),
                    booking.day.isoformat(),
                    booking.booked_at.isoformat(),
                    text_cell(booking.kind),
                    text_cell(booking.source_key),
                    text_cell(booking.drive),
                    text_cell(booking.period),
                    text_cell(booking.reverses),
                    account_name(leg.account),
                    figures(leg.minor, leg.currency),
                    leg.currency,
                    *(added if number == 0 else [""] * len(added)),
                ]
            )


def beancount_lines(bookings: Iterable[Booking], *, accounts: Iterable[str], title: str) -> Iterator[str]:
    """Yield a journal that beancount accepts; `accounts` are all that may come up, by our names."""
    yield f'option "title" "{_quoted(title)}"\n\n'
    for name in sorted({account_name(account) for account in accounts}):
        yield f"{OPENED} open {name}\n"
    for booking in bookings:
        yield f'\n{booking.day:%Y-%m-%d} * "{_quoted(_words(booking))}"\n'
        for key, value in _facts(booking):
            yield f'  {key}: "{_quoted(value)}"\n'
        for leg in booking.legs:
            yield f"  {account_name(leg.account)}  {figures(leg.minor, leg.currency)} {leg.currency}\n"


def hledger_lines(bookings: Iterable[Booking], *, accounts: Iterable[str], title: str) -> Iterator[str]:
    """Yield a journal that hledger accepts, and ledger too."""
    yield f"; {_one_line(title)}\n\n"
    for name in sorted({account_name(account) for account in accounts}):
        yield f"account {name}\n"
    for booking in bookings:
        yield f"\n{booking.day:%Y-%m-%d} * {_one_line(_words(booking))}\n"
        for key, value in _facts(booking):
            # A comma would end the value.
            yield f"    ; {key}:{_one_line(value).replace(',', ' ')}\n"
        for leg in booking.legs:
            yield f"    {account_name(leg.account)}  {figures(leg.minor, leg.currency)} {leg.currency}\n"


def text_cell(text: str) -> str:
    """Return text as a spreadsheet shows it and does not reckon with it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _words(booking: Booking) -> str:
    return f"{booking.kind.replace('_', ' ')}, {booking.drive}" if booking.drive else booking.kind.replace("_", " ")


def _facts(booking: Booking) -> Iterator[tuple[str, str]]:
    yield "source_key", booking.source_key
    yield "entry", str(booking.number)
    if booking.period:
        yield "counts_in", booking.period
    if booking.reverses:
        yield "reverses", booking.reverses
    counted = booking.counted
    yield "counted", f"{figures(counted.minor, counted.currency)} {counted.currency}"
    if counted.matched:
        yield "matched", f"{figures(counted.matched, counted.currency)} {counted.currency}"
    if counted.rate:
        yield "rate", counted.rate


def _quoted(text: str) -> str:
    return _one_line(text).replace("\\", "\\\\").replace('"', '\\"')


def _one_line(text: str) -> str:
    return " ".join(text.replace(";", ",").split())


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
