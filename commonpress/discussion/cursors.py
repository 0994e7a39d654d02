"""Where a page of a thread begins, as a word in an address.

The position is signed with the list it belongs to: nonsense, and a position
moved to another list, lead nowhere instead of to one more page for a crawler to find.
"""

import hashlib
import hmac
import re
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import constant_time_compare

from commonpress.discussion import paths

TAG = 8
SHAPE = re.compile(rf"([0-9a-z]{{1,{paths.WIDTH * paths.LEVELS}}})([0-9a-f]{{{TAG}}})")


def cursor_at(position: str, *, of: str) -> str:
    """Return the cursor of a position (a key in base 36, or a path) in the list named `of`."""
    return position + _tag(position, of)


def position_of(cursor: str, *, of: str) -> str | None:
    """Return the position a cursor stands for, or None if we did not make it for this list."""
    match = SHAPE.fullmatch(cursor)
    if match is None or not constant_time_compare(match[2], _tag(match[1], of)):
        return None
    return match[1]


def key_to_text(key: int) -> str:
    digits = ""
    while key:
        key, digit = divmod(key, 36)
        digits = paths.DIGITS[digit] + digits
    return digits or "0"


def _tag(position: str, of: str) -> str:
    return hmac.digest(_key(settings.SECRET_KEY), f"{of} {position}".encode(), "sha1").hex()[:TAG]


# A page of a thread has fifty cursors.
@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    return hashlib.sha1(f"commonpress.discussion.cursors{secret}".encode()).digest()  # noqa: S324  as Django's salted_hmac
