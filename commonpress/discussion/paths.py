"""Where a comment stands in its thread, as text that sorts in reading order.

Four characters of base 36 per level: the ordinal among the replies to one comment. A
comment's replies are exactly the paths that begin with its own. PostgreSQL compares the
column as COLLATE "C", SQLite as BINARY, so both agree with Python.
"""

from commonpress.discussion.errors import ThreadIsFull

WIDTH = 4
# A reply to the deepest level keeps its true parent but stands beside it.
LEVELS = 12
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
HIGHEST_ORDINAL = 36**WIDTH - 1


def segment(ordinal: int) -> str:
    """Return an ordinal, from 1, as four characters. Raises ThreadIsFull past 1,679,615."""
    if ordinal > HIGHEST_ORDINAL:
        raise ThreadIsFull
    text = ""
    for _ in range(WIDTH):
        ordinal, digit = divmod(ordinal, 36)
        text = DIGITS[digit] + text
    return text


def depth(path: str) -> int:
    """Return 0 for a comment on the story itself, 1 for a reply to one, and so on."""
    return len(path) // WIDTH - 1


def ancestors(path: str) -> list[str]:
    """Return the paths above this one, the outermost first."""
    return [path[:end] for end in range(WIDTH, len(path), WIDTH)]


def above_replies(path: str) -> str:
    """Return the path under which a reply to the comment at `path` is placed."""
    return path if depth(path) < LEVELS - 1 else path[:-WIDTH]
