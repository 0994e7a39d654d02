"""References people copy by hand from a letter into their bank's form. Pure but for the dice.

Seven symbols and a check symbol, read in groups of four: 7K3M Q2XH. There is no 0, O, I, L or U. The
alphabet has 31 symbols, a prime, and every place its own weight: any one wrong symbol and any two
swapped ones are noticed.

Where banks' forms have a field that takes nothing else, the same is written as a creditor reference:
RF18 7K3M Q2XH, two check digits before ours. Source: ISO 11649, which counts by ISO 7064, MOD 97-10.
"""

import secrets

ALPHABET = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
LOOKS_LIKE = str.maketrans("IL", "11")
# Whose banks ask for a creditor reference, by the first two letters of the account.
ASK_FOR_CREDITOR_REFERENCES = frozenset({"CH", "LI", "FI"})


def new_reference() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_symbol(body)


def read_reference(text: str) -> str | None:
    """Return the reference somebody typed, with their spaces and small letters put right, or None.

    A creditor reference gives the one inside it; its own check digits have to be right, too.
    """
    typed = "".join(text.split()).replace("-", "").upper()
    if typed.startswith("RF") and len(typed) == LENGTH + 4:
        inside = read_reference(typed[4:])
        return inside if inside is not None and creditor_reference(inside)[:4] == typed[:4].replace("O", "0") else None
    typed = typed.translate(LOOKS_LIKE)
    if len(typed) != LENGTH or any(symbol not in ALPHABET for symbol in typed):
        return None
    return typed if check_symbol(typed[:-1]) == typed[-1] else None


def creditor_reference(reference: str) -> str:
    """Return one of our references as ISO 11649 has it, without spaces: RF187K3MQ2XH."""
    return f"RF{98 - int(in_figures(reference + 'RF00')) % 97:02}{reference}"


def suited(reference: str, iban: str) -> str:
    """Return the reference as the banks of the account's country take it, without spaces."""
    return creditor_reference(reference) if iban[:2] in ASK_FOR_CREDITOR_REFERENCES else reference


def grouped(reference: str) -> str:
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))


def in_figures(text: str) -> str:
    """Return the text with A as 10 and so on to Z as 35, as checks by 97 count it."""
    return "".join(str(int(symbol, 36)) for symbol in text)


def check_symbol(body: str) -> str:
    total = sum(weight * ALPHABET.index(symbol) for weight, symbol in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]
