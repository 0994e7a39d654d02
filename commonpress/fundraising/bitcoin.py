"""Bitcoin addresses, transaction ids and the URI wallets read. Pure.

Sources: BIP 21 (the URI), BIP 173 and BIP 350 (bech32 addresses and the checksum of each witness version).
Checksums are the library's business; here is which of the many things with a right one are addresses of the
main network that ordinary wallets can send to.
"""

import re
from urllib.parse import quote

from base58_bech32.base58 import b58decode_check
from base58_bech32.bech32 import BECH32_1_CONST, BECH32_M_CONST, bech32_decode, convertbits
from base58_bech32.exceptions import Base58Bech32ValueError

from commonpress.fundraising import qr

# What the first byte says: to a key, to a script.
OF_THE_MAIN_NETWORK = frozenset({0x00, 0x05})
# Witness version: its checksum, and how many bytes its programs have.
WITNESSES = {0: (BECH32_1_CONST, frozenset({20, 32})), 1: (BECH32_M_CONST, frozenset({32}))}
LONGEST = 90
TRANSACTION_ID = re.compile("[0-9a-f]{64}")


class WrongAddress(ValueError):
    """Bitcoin cannot be sent to what was typed."""


def read_address(text: str) -> str:
    """Return the address as it is written, a bech32 one in small letters; spaces around it are dropped.

    Raises WrongAddress for wrong checksums, look-alike letters and addresses of test networks.
    """
    typed = text.strip()
    if not typed.isascii() or not typed.isalnum() or len(typed) > LONGEST:
        raise WrongAddress("It has letters that no address has.")
    try:
        return of_witness(typed) if typed[:3].lower() == "bc1" else of_base58(typed)
    except Base58Bech32ValueError as error:
        raise WrongAddress("Its checksum is wrong.") from error


def of_witness(typed: str) -> str:
    part, values, checksum = bech32_decode(typed, limit=LONGEST)
    if part != "bc" or not values or values[0] not in WITNESSES:
        raise WrongAddress("It is of no kind that wallets send to.")
    right_checksum, lengths = WITNESSES[values[0]]
    if checksum != right_checksum or len(convertbits(values[1:], 5, 8, False)) not in lengths:
        raise WrongAddress("Its checksum or its length is not that of its kind.")
    return typed.lower()


def of_base58(typed: str) -> str:
    if b58decode_check(typed, out_size=21)[0] not in OF_THE_MAIN_NETWORK:
        raise WrongAddress("It belongs to another network.")
    return typed


def read_transaction_id(text: str) -> str | None:
    """Return the transaction id in small letters; None for anything but 64 hexadecimal digits."""
    typed = "".join(text.split()).lower()
    return typed if TRANSACTION_ID.fullmatch(typed) else None


def uri(address: str, *, label: str, message: str = "") -> str:
    """Return what a wallet reads. It names no amount: we do not convert, so the supporter says how much."""
    said = {"label": label, "message": message}
    query = "&".join(f"{name}={quote(words, safe='')}" for name, words in said.items() if words)
    return f"bitcoin:{address}?{query}" if query else f"bitcoin:{address}"


def drawing(code: str) -> str:
    """Return the URI as inline SVG."""
    return qr.drawing(code)
