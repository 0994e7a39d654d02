"""Who in this process wants to know of changes, and by what name other processes know this one."""

import secrets
from collections.abc import Callable, Sequence

HERE = secrets.token_hex(8)
CHANNEL = "commonpress_changes"  # PostgreSQL's, on which committed keys are called out

Listener = Callable[[Sequence[str]], None]

listeners: list[Listener] = []


def tell(keys: Sequence[str]) -> None:
    """Tell everyone here of committed changes."""
    for listener in listeners:
        listener(keys)
