"""Who in this process wants to know of changes, and which of them it was told already."""

from collections.abc import Callable, Sequence

CHANNEL = "commonpress_changes"  # PostgreSQL's, on which committed changes are called out

Listener = Callable[[Sequence[str]], None]

listeners: list[Listener] = []
# Numbers of changes that everyone here was told of at their commit. Being told twice does no harm.
told: set[int] = set()
REMEMBERED = 10_000


def tell_own(numbers: Sequence[int], keys: Sequence[str]) -> None:
    """Tell everyone here of changes this process has committed."""
    if listeners:
        if len(told) > REMEMBERED:
            told.clear()
        # First tell: whoever reads on as far as these numbers may rely on it that everyone has heard of them.
        tell(keys)
        told.update(numbers)


def tell(keys: Sequence[str]) -> None:
    for listener in listeners:
        listener(keys)
