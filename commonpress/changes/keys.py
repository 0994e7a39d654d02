"""Keys name what pages show, as in "page:7", "desk:2", "front"; and a whole kind, as in "thread:*". Pure."""

from collections.abc import Iterable


def every(key: str) -> str:
    """Return what stands for every key of this one's kind: "thread:*" for "thread:7"."""
    return f"{key.partition(':')[0]}:*"


def with_kinds(keys: Iterable[str]) -> set[str]:
    """Return keys with what stands for every key of their kind: what a page may have said that shows one of them."""
    return {each for key in keys for each in (key, every(key))}
