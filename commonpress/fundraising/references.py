"""References people copy by hand from a letter into their bank's form. Pure but for the dice.

Seven symbols and a check symbol, read in groups of four: 7K3M Q2XH. There is no 0, O, I, L or U. The
alphabet has 31 symbols, a prime, and every place its own weight: any one wrong symbol and any two
swapped ones are noticed.
"""

import secrets

ALPHABET = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
LOOKS_LIKE = str.maketrans("IL", "11")


def new_reference() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_symbol(body)


def read_reference(text: str) -> str | None:
    """Return the reference somebody typed, with their spaces and small letters put right, or None."""
    typed = "".join(text.split()).replace("-", "").upper().translate(LOOKS_LIKE)
    if len(typed) != LENGTH or any(symbol not in ALPHABET for symbol in typed):
        return None
    return typed if check_symbol(typed[:-1]) == typed[-1] else None


def grouped(reference: str) -> str:
    return f"{reference[:4]} {reference[4:]}"


def check_symbol(body: str) -> str:
    total = sum(weight * ALPHABET.index(symbol) for weight, symbol in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]
