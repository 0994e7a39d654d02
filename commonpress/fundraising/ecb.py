"""Reads the file of rates the European Central Bank publishes (eurofxref.csv, eurofxref-hist.csv). Pure."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from commonpress.fundraising.currencies import CURRENCIES

MOST_BYTES = 4_000_000
MOST = Decimal(10) ** 9


class NotRates(ValueError):
    """The file is not one of rates as the European Central Bank writes them; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"Line {line} is not one of rates.")
        self.line = line


@dataclass(frozen=True, slots=True)
class EuroRate:
    """How many of a currency's units a euro was worth on a day."""

    day: date
    currency: str
    rate: Decimal


def read_rates(data: bytes, *, since: date) -> Iterator[EuroRate]:
    """Go through the rates from a day on, in the file's order. Currencies we do not know are left out.

    Raises NotRates.
    """
    try:
        lines = list(csv.reader(io.StringIO(data.decode("ascii"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotRates(1) from error
    if not lines or [cell.strip() for cell in lines[0][:1]] != ["Date"]:
        raise NotRates(1)
    codes = [cell.strip() for cell in lines[0][1:]]
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        day = _day(line[0].strip(), number)
        if day < since:
            continue
        for code, cell in zip(codes, line[1:], strict=False):
            figure = cell.strip()
            if code in CURRENCIES and figure not in {"", "N/A"}:
                yield EuroRate(day, code, _rate(figure, number))


def _day(text: str, line: int) -> date:
    for pattern in ("%Y-%m-%d", "%d %B %Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day, not a moment
        except ValueError:
            continue
    raise NotRates(line)


def _rate(text: str, line: int) -> Decimal:
    try:
        rate = Decimal(text)
    except InvalidOperation:
        raise NotRates(line) from None
    if not rate.is_finite() or not 0 < rate < MOST:
        raise NotRates(line)
    return rate
