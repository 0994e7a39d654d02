"""The QR code of a Swiss bill, which banks in Switzerland and Liechtenstein read. Pure.

Source: SIX, Swiss Implementation Guidelines for the QR-bill, versions 2.2 and 2.3. Addresses are
structured ones, the only kind taken since November 2025. The reference is ours by ISO 11649 (SCOR), or none.
"""

import re

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from commonpress.fundraising import qr
from commonpress.fundraising.epc import WrongTransfer
from commonpress.fundraising.money import Money
from commonpress.fundraising.references import read_reference

COUNTRIES = frozenset({"CH", "LI"})
CURRENCIES = frozenset({"CHF", "EUR"})
# Accounts with such a bank number are for the bank's own slips and take only their 27 digits.
BANKS_OF_SLIPS = range(30000, 32000)
MOST_VERSION = 25
MOST_MINOR = 999_999_999_99
MOST_CHARACTERS = 997
LONGEST = {"holder": 70, "street": 70, "number": 16, "postcode": 16, "town": 35, "text": 140}
# What typesetters set and the code does not carry.
PLAIN = str.maketrans("\u2018\u2019\u201c\u201d\u201e\u2010\u2011\u2013\u2014", '\'\'"""----')
WRITABLE = re.compile("[\u0020-\u007e\u00a0-\u017f\u0218-\u021b\u20ac]*")

# In millimetres, as the code is printed. The cross is a seventh of its height and covers what level M can miss.
SIDE, QUIET, CROSS = 46, 5, 7


def is_of_slips(iban: str) -> bool:
    """Tell whether this is a QR-IBAN, which takes no reference but that of a bank's own slips."""
    return iban[:2] in COUNTRIES and iban[4:9].isdigit() and int(iban[4:9]) in BANKS_OF_SLIPS


def reaches(iban: str, currency: str) -> bool:
    """Tell whether a code can be made for such an account and currency."""
    return iban[:2] in COUNTRIES and currency in CURRENCIES and not is_of_slips(iban)


def is_writable(text: str) -> bool:
    """Tell whether every letter is among those the code may carry, with typesetters' quotes and dashes made plain."""
    return WRITABLE.fullmatch(text.translate(PLAIN)) is not None


def payload(
    *,
    iban: str,
    holder: str,
    street: str,
    number: str,
    postcode: str,
    town: str,
    country: str,
    amount: Money,
    reference: str,
    text: str = "",
) -> str:
    """Return the lines of the code; `reference` is a creditor reference or empty.

    Raises WrongTransfer for anything a bank would refuse.
    """
    try:
        account = IBAN(iban, validate_bban=True)
    except SchwiftyException as error:
        raise WrongTransfer("The account is not one.") from error
    if not reaches(account, amount.currency):
        raise WrongTransfer("Only francs and euros to an ordinary account there can be put into this code.")
    if not 0 < amount.minor <= MOST_MINOR:
        raise WrongTransfer("The amount is not between 0.01 and 999,999,999.99.")
    words = {"holder": holder, "street": street, "number": number, "postcode": postcode, "town": town, "text": text}
    for name, written in words.items():
        if len(written) > LONGEST[name] or not is_writable(written):
            raise WrongTransfer(f"The {name} is too long, or has letters that the code cannot carry.")
    if not (holder and postcode and town) or re.fullmatch("[A-Z]{2}", country) is None:
        raise WrongTransfer("The name, postcode, town and country of the account's holder are missing.")
    if reference and not (reference.startswith("RF") and read_reference(reference)):
        raise WrongTransfer("The reference is wrong by its check digits.")
    address = [words[name].translate(PLAIN) for name in ("holder", "street", "number", "postcode", "town")]
    lines = ["SPC", "0200", "1", account, "S", *address, country]
    # Nobody else is to get the money in the end; that is for later.
    lines += [""] * 7
    lines += [f"{amount.major:.2f}", amount.currency]
    # Who pays writes that themselves.
    lines += [""] * 7
    lines += ["SCOR" if reference else "NON", reference, text.translate(PLAIN), "EPD"]
    code = "\n".join(lines)
    if len(code) > MOST_CHARACTERS:
        raise WrongTransfer("The name and the text are too long for the code.")
    return code


def drawing(code: str) -> str:
    """Return the code as inline SVG of 46 mm with the Swiss cross in its middle, on white with 5 mm around it.

    Raises WrongTransfer where it is too long to be scanned.
    """
    try:
        made = qr.made(code, most_version=MOST_VERSION)
    except qr.TooLong:
        raise WrongTransfer("The name and the text are too long for the code.") from None
    modules = str(made.svg_inline(border=0, dark="#000", omitsize=True, svgclass=None))
    modules = modules.replace("<svg", f'<svg x="{QUIET}" y="{QUIET}" width="{SIDE}" height="{SIDE}"', 1)
    whole = SIDE + 2 * QUIET
    return (
        f'<svg class="give__qr-code give__qr-code--swiss" viewBox="0 0 {whole} {whole}">'
        f'<rect width="{whole}" height="{whole}" fill="#fff"/>{modules}{cross(whole / 2)}</svg>'
    )


def cross(middle: float) -> str:
    def square(width: float, height: float, fill: str) -> str:
        x, y = round(middle - width / 2, 3), round(middle - height / 2, 3)
        return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>'

    return (
        square(CROSS, CROSS, "#fff")
        + square(CROSS - 1, CROSS - 1, "#000")
        + square(1.166, 3.89, "#fff")
        + square(3.89, 1.166, "#fff")
    )
