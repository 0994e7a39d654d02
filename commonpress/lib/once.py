"""The once-only key of a form: sent twice, done once.

A form carries a hidden field `once`. The row the form makes keeps it in a nullable unique
column `once_key`, and the database decides which of two equal posts came first. A page that is
kept for everyone cannot carry one; there JavaScript or the compose page puts it in.
"""

import re
import secrets
from collections.abc import Mapping

FIELD = "once"
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


def new_key() -> str:
    return secrets.token_urlsafe(16)


def key_of(posted: Mapping[str, str]) -> str | None:
    """Return the key a form was sent with; None when it has none or nonsense."""
    key = posted.get(FIELD, "")
    return key if KEY.fullmatch(key) else None
