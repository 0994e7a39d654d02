"""Public ids: ULIDs, 26 letters and digits that sort by time and cannot be guessed.

Source: the ULID specification; 48 bits of milliseconds, 80 random bits, in Crockford's base 32.
"""

import secrets
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]


def new_public_id() -> str:
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join([PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
