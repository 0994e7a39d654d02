"""A database named by its address, as in postgresql://paper:secret@db.example/paper."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from commonpress.lib.env import WrongSetting

SCHEMES = {"postgres", "postgresql"}
# A server that is gone without a word (a cut cable, a failed-over host) is given up after half a minute: whoever
# listens for changes hears nothing from a dead connection and would take that for peace.
ALIVE = {"keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3", "tcp_user_timeout": "25000"}
# So often a connection is asked something before the server keeps what it made of the words (libpq.py).
ASKED_BEFORE_KEPT = 3


def from_url(url: str, *, pool: bool = True) -> dict[str, Any]:
    """Return Django's settings for a PostgreSQL address.

    What follows the question mark goes to the driver (`?sslmode=verify-full`); `?host=/folder`
    names a socket. Behind a pooler that changes servers between two transactions and does not carry over what they
    keep, `?prepare_threshold=none` has none kept. `pool=False` keeps one connection per thread instead of psycopg's pool.

    Raises WrongSetting when the address cannot be used.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in SCHEMES or not name:
        raise WrongSetting(
            "COMMONPRESS_DATABASE_URL must look like postgresql://user:password@host/name; "
            "leave it empty to keep everything in one SQLite file in the data folder."
        )
    options: dict[str, Any] = ALIVE | dict(parse_qsl(parts.query))
    kept_after = options.get("prepare_threshold", str(ASKED_BEFORE_KEPT))
    options["prepare_threshold"] = int(kept_after) if kept_after.isdecimal() else None
    host = options.pop("host", "") or parts.hostname or ""
    if pool:
        # A request holds one while it works, and the lanes one each; a connection that died
        # (a restarted server) is found before it is handed out.
        options["pool"] = {"min_size": 1, "max_size": 40, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if pool else None,
        "CONN_HEALTH_CHECKS": True,
    }
