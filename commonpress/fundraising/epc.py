"""The QR code a banking app reads: EPC069-12, version 2. Pure.

segno draws whatever it is given: it takes an IBAN with wrong check digits and rounds 10.999 up to
11. So everything is checked here first; Money has no thousandths to begin with.
"""

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from commonpress.fundraising import qr
from commonpress.fundraising.money import Money
from commonpress.fundraising.references import read_reference

# Where SEPA transfers reach, by the first two letters of the IBAN. Source: EPC409-09.
SEPA = frozenset(
    [
        "AD",
        "AL",
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GI",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MC",
        "MD",
        "ME",
        "MK",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "RS",
        "SE",
        "SI",
        "SK",
        "SM",
        "VA",
    ]
)
MOST_BYTES = 331
MOST_VERSION = 13
MOST_MINOR = 999_999_999_99


class WrongTransfer(ValueError):
    """A transfer like this cannot be put into a code."""


def reaches(iban: str, currency: str) -> bool:
    """Tell whether a code can be made at all: euros to an account within SEPA."""
    return currency == "EUR" and iban[:2] in SEPA


def payload(*, holder: str, iban: str, bic: str, amount: Money, text: str = "", reference: str = "") -> str:
    """Return the lines of the code. It carries a free text or a creditor reference of ISO 11649, not both.

    Raises WrongTransfer for anything a bank would refuse.
    """
    try:
        account = IBAN(iban, validate_bban=True)
        bank = BIC(bic) if bic else ""
    except SchwiftyException as error:
        raise WrongTransfer("The account is not one.") from error
    if not reaches(account, amount.currency):
        raise WrongTransfer("Only euros within SEPA can be put into this code.")
    if not 0 < amount.minor <= MOST_MINOR:
        raise WrongTransfer("The amount is not between 0.01 and 999,999,999.99.")
    if not 0 < len(holder) <= 70 or len(text) > 140 or not (holder + text).isprintable():
        raise WrongTransfer("The name has 1 to 70 characters, the text at most 140, and both one line.")
    if reference and (text or read_reference(reference) is None):
        raise WrongTransfer("A creditor reference is right by its check digits, and stands alone.")
    lines = ["BCD", "002", "1", "SCT", bank, holder, account, f"EUR{amount.major:.2f}", "", reference, text]
    # No line end after the last line that says something.
    while not lines[-1]:
        lines.pop()
    code = "\n".join(lines)
    if len(code.encode()) > MOST_BYTES:
        raise WrongTransfer("The name and the text are too long for the code.")
    return code


def drawing(code: str) -> str:
    """Return the code as inline SVG.

    Raises WrongTransfer where it is too long to be scanned.
    """
    try:
        return qr.drawing(code, most_version=MOST_VERSION)
    except qr.TooLong:
        raise WrongTransfer("The name and the text are too long for the code.") from None
