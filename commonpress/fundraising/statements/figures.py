"""Amounts and days as files write them: exact or refused."""

import re
from datetime import date

from commonpress.fundraising.currencies import UnknownCurrency, currency_of
from commonpress.fundraising.money import ALIKE, Money, WrongAmount, parse_amount
from commonpress.fundraising.statements.problems import Fault, StatementProblem

# More than any account holds in any currency, and far from where a database's integers end.
MOST_DIGITS = 15
EARLIEST_YEAR = 2000
DAY = {
    "DMY": r"(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4}|\d{2})",
    "MDY": r"(?P<m>\d{1,2})[./-](?P<d>\d{1,2})[./-](?P<y>\d{4}|\d{2})",
    "YMD": r"(?P<y>\d{4})(?P<s>[./-]?)(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})",
}


def exact_amount(text: str, currency: str, *, mark: str, line: int) -> Money:
    """Read an amount a machine wrote: figures with one decimal mark, nothing between thousands, no sign.

    Raises StatementProblem.
    """
    exponent = exponent_of(currency, line)
    found = re.fullmatch(rf"([0-9]{{1,18}})(?:{re.escape(mark)}([0-9]*))?", text)
    if found is None:
        raise StatementProblem("amount", line=line, what=text)
    whole, fraction = found[1].lstrip("0"), found[2] or ""
    # Banks write yen as 500.00; any other figure beyond what the currency has is a mistake.
    if len(fraction) > exponent and not (len(fraction) <= 2 and not fraction.strip("0")):
        raise StatementProblem("decimals", line=line, what=text)
    digits = whole + fraction[:exponent].ljust(exponent, "0")
    if len(digits) > MOST_DIGITS:
        raise StatementProblem("amount_too_large", line=line, what=text)
    return Money(int(digits or "0"), currency)


def written_amount(text: str, currency: str, *, mark: str, line: int) -> Money:
    """Read an amount of a table, where a sign may stand before or after it and marks between thousands.

    Raises StatementProblem.
    """
    exponent_of(currency, line)
    written = text.strip(ALIKE[0])
    is_negative = written[:1] in {"-", "\u2212"} or written[-1:] == "-"
    bare = written.strip("+-\u2212").strip(ALIKE[0])
    group = next((alike[0] for alike in ALIKE if any(symbol in bare for symbol in alike)), "." if mark == "," else ",")
    try:
        money = parse_amount(bare, currency, decimal=mark, group=group)
    except WrongAmount as wrong:
        if wrong.fault == "zero":
            return Money(0, currency)
        faults: dict[str, Fault] = {"decimals": "decimals", "too_large": "amount_too_large"}
        raise StatementProblem(faults.get(wrong.fault, "amount"), line=line, what=text) from None
    return -money if is_negative else money


def exponent_of(currency: str, line: int) -> int:
    try:
        return currency_of(currency).exponent
    except UnknownCurrency:
        raise StatementProblem("currency", line=line, what=currency) from None


def day(year: int, month: int, day_of_month: int, *, line: int) -> date:
    try:
        found = date(year, month, day_of_month)
    except ValueError:
        raise StatementProblem("day", line=line, what=f"{year}-{month}-{day_of_month}") from None
    if found.year < EARLIEST_YEAR:
        raise StatementProblem("day", line=line, what=found.isoformat())
    return found


def written_day(text: str, order: str, *, line: int) -> date:
    """Read a day of a table, in the order "DMY", "MDY" or "YMD"; a time behind it is left out."""
    found = re.match(rf"\s*{DAY[order]}(?=$|[T\s])", text)
    if found is None or not text.isascii():
        raise StatementProblem("day", line=line, what=text)
    year = int(found["y"])
    return day(year + 2000 if year < 100 else year, int(found["m"]), int(found["d"]), line=line)
