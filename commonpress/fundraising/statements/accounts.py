"""Account numbers: recognising our own, and never keeping a supporter's."""

import re
from functools import cache
from hashlib import blake2b

from schwifty import IBAN, registry
from schwifty.exceptions import InvalidCountryCode, SchwiftyException

from commonpress.fundraising.statements.records import LONGEST_NAME, Payer

# An IBAN, glued or in groups of four, and glued to what stands before it or not.
STARTS_LIKE_AN_IBAN = re.compile(r"[A-Z]{2}\d{2}(?=[ \n]?[A-Z0-9]{2})", re.IGNORECASE | re.ASCII)
# The longest, with a space after every fourth.
LONGEST_WRITTEN_IBAN = 45
# Fewer figures end many an IBAN by chance.
SHORTEST_ACCOUNT = 6


def payer_of(name: str, account: str, *, key: bytes) -> Payer:
    """Return who sent it; of the account only what tells whether the same one was seen before."""
    number = compact(account)
    if not number:
        return Payer(name=kept(name, LONGEST_NAME))
    mark = blake2b(number.encode(), key=key, digest_size=12, person=b"payer").hexdigest()
    return Payer(name=kept(name, LONGEST_NAME), mark=mark, last4=number[-4:])


def kept(text: str, most: int) -> str:
    """Return at most so many characters of a text, without the accounts in it."""
    if len(text) <= most:
        return hide_accounts(text)
    # Cut first: a file may be one endless text. An account that was cut in two would not be known as one.
    return hide_accounts(text[:most])[:-LONGEST_WRITTEN_IBAN]


def hide_accounts(text: str) -> str:
    """Return the text with each valid IBAN in it reduced to its country and last four characters."""
    hidden, position = [], 0
    for start in STARTS_LIKE_AN_IBAN.finditer(text):
        if start.start() < position:
            continue
        end = end_of_iban(text, start.start())
        if end is not None:
            number = compact(text[start.start() : end])
            hidden += [text[position : start.start()], f"{number[:2]}…{number[-4:]}"]
            position = end
    return "".join([*hidden, text[position:]])


def end_of_iban(text: str, start: int) -> int | None:
    length = length_in(text[start : start + 2].upper())
    number = ""
    for position in range(start, min(len(text), start + LONGEST_WRITTEN_IBAN)):
        symbol = text[position]
        if symbol in " \n":
            continue
        if length is None or not (symbol.isascii() and symbol.isalnum()):
            return None
        number += symbol.upper()
        if len(number) == length:
            return position + 1 if is_iban(number) else None
    return None


@cache
def length_in(country: str) -> int | None:
    """Return how long an IBAN of this country is; None where there are none."""
    try:
        return int(registry.get_iban_spec(country).iban_length)
    except InvalidCountryCode:
        return None


def is_iban(number: str) -> bool:
    # The check digits first: they cost a division, and whether the bank can be one needs a table.
    digits = "".join(str(int(symbol, 36)) for symbol in number[4:] + number[:4])
    if int(digits) % 97 != 1:
        return False
    try:
        IBAN(number)
    except SchwiftyException:
        return False
    return True


def is_same_account(written: str, iban: str) -> bool:
    """Tell whether a bank that writes an account like this means the one with this IBAN.

    As an IBAN, with or without the currency behind it ("NL08RABO0123456789EUR"); as bank code and account
    ("37040044/532013000"); or as the account number alone.
    """
    bank, _slash, account = written.rpartition("/")
    number = compact(account)
    if iban in {number, without_currency(number)}:
        return True
    if re.match(r"[A-Z]{2}\d{2}", number):
        return False
    bare = without_currency(number).lstrip("0")
    if bank:
        code = compact(bank)
        return iban[4:].startswith(code) and iban[4 + len(code) :].lstrip("0") == bare
    return len(bare) >= SHORTEST_ACCOUNT and iban.endswith(bare)


def without_currency(number: str) -> str:
    return re.sub(r"[A-Z]{3}$", "", number)


def compact(written: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", written.upper())
