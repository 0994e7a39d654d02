"""Comments in reading order as the entries of nested lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from commonpress.discussion.models import CommentState
from commonpress.discussion.said import Said


@dataclass(slots=True)
class Entry:
    """One item of the nested lists: a comment, or the way to more replies of one.

    `opens` says that a list of replies begins before it; `closes` how many open lists end after it.
    """

    level: int
    comment: Said | None = None
    parent: Said | None = None
    more_in: Said | None = None
    more_count: int = 0
    more_cursor: str = ""
    # Why a comment was removed, in words readers see.
    reason: str = ""
    # On pages made for one reader only.
    my_vote: int = 0
    is_mine: bool = False
    is_for_moderator: bool = False
    is_marked: bool = False
    opens: bool = False
    ends_item: bool = True
    closes: int = 0

    @property
    def is_for_everybody(self) -> bool:
        """Tell whether nothing about it is one reader's own."""
        return not (self.my_vote or self.is_mine or self.is_for_moderator or self.is_marked)


@dataclass(frozen=True, slots=True)
class View:
    entries: list[Entry]
    sort: Any
    next_cursor: str | None
    is_first: bool


def arranged(comments: Sequence[Said], *, more_of: Callable[[Said, str], str] | None = None) -> list[Entry]:
    """Return entries for comments of a thread in reading order, whatever part of the tree they are.

    With `more_of`, which makes a cursor for a head and a path, each root whose replies are not
    all there is followed by the way to the others.
    """
    entries: list[Entry] = []
    above: list[Said] = []
    # A removed comment's name is not for readers, not even beside the answers to it.
    named = {comment.pk: comment for comment in comments if comment.state == CommentState.PUBLISHED}
    for comment in comments:
        path = comment.path
        while above and not (path.startswith(above[-1].path) and path != above[-1].path):
            above.pop()
        if not above and entries and more_of is not None:
            _add_way_to_more(entries, more_of)
        entries.append(Entry(level=len(above), comment=comment, parent=named.get(comment.parent_id or 0)))
        above.append(comment)
    if entries and more_of is not None:
        _add_way_to_more(entries, more_of)
    _nest(entries)
    return entries


def _add_way_to_more(entries: list[Entry], more_of: Callable[[Said, str], str]) -> None:
    """Add the way to what is not there of the last root's replies, if that is anything."""
    below = []
    for entry in reversed(entries):
        assert entry.comment is not None
        if entry.level == 0:
            root = entry.comment
            break
        below.append(entry.comment)
    missing = root.descendant_count - sum(comment.is_published for comment in below)
    if missing > 0:
        cursor = more_of(root, below[0].path if below else root.path)
        entries.append(Entry(level=1, more_in=root, more_count=missing, more_cursor=cursor))


def _nest(entries: list[Entry]) -> None:
    for position, entry in enumerate(entries):
        following = entries[position + 1] if position + 1 < len(entries) else None
        next_level = following.level if following else 0
        entry.ends_item = next_level <= entry.level
        entry.closes = max(0, entry.level - next_level)
        if following:
            following.opens = following.level > entry.level
