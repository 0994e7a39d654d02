"""The once-only key of a form: sent twice, done once.

A form carries a hidden field `once`. The row the form makes keeps it in a nullable unique
column `once_key`, and the database decides which of two equal posts came first. Whoever finds that row
compares it with what was sent: other words under the same key are another form, and SentAlready. A page that
is kept for everyone cannot carry a key; there JavaScript or the compose page puts it in.
"""

import re
import secrets
import time
from collections.abc import Mapping

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from commonpress.lib.refusals import Refused

FIELD = "once"
SECOND_CLICK_SECONDS = 5
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


class SentAlready(Refused):
    """Raised for a form whose key made something else, as after the browser's Back; it comes back with a new key."""

    status = 409
    message = _("This form was sent already. What you wrote now is still here: send it if it is another one.")
    may_try_again = True


def new_key() -> str:
    return secrets.token_urlsafe(16)


def key_of(posted: Mapping[str, str]) -> str | None:
    """Return the key a form was sent with; None when it has none or nonsense."""
    key = posted.get(FIELD, "")
    return key if KEY.fullmatch(key) else None


def keys_of_words(*words: str) -> tuple[str, str]:
    """Return the key of a form that came without one, from its sender and words, and the key of a moment ago.

    An impatient second click says the same within seconds: whoever finds a row with either key has
    it already. Later the same words are a new form.
    """
    bucket = int(time.time() // SECOND_CLICK_SECONDS)
    now, before = (_hashed(str(at), *words) for at in (bucket, bucket - 1))
    return now, before


def key_of_word(word: str, *, sender: str) -> str:
    """Return the key of a word that a program made up: its sender's alone, as others make up the same."""
    return _hashed("word", sender, word)


def _hashed(*words: str) -> str:
    return salted_hmac("commonpress.lib.once", "\0".join(words), algorithm="sha256").hexdigest()[:48]
