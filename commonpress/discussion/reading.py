"""Comments in reading order as the entries of nested lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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
    # Why a comment was removed, in words readers see; or why it is held, for its writer.
    reason: str = ""
    # On pages made for one reader only.
    my_vote: int = 0
    is_mine: bool = False
    may_edit: bool = False
    may_delete: bool = False
    is_for_moderator: bool = False
    is_marked: bool = False
    is_folded: bool = False
    # It stands without the comments around it.
    is_apart: bool = False
    opens: bool = False
    ends_item: bool = True
    closes: int = 0

    @property
    def is_for_everybody(self) -> bool:
        """Tell whether nothing about it is one reader's own."""
        return not (self.my_vote or self.is_mine or self.is_for_moderator or self.is_marked or self.is_folded)


class Counts(NamedTuple):
    """What is counted about a page's discussion, and the public id of its newest published comment, wherever it stands."""

    published: int = 0
    # With the held, removed and erased ones.
    ever: int = 0
    answers: int = 0
    featured: int = 0
    feedback: int = 0
    newest: str | None = None


NONE = Counts()


@dataclass(frozen=True, slots=True)
class View:
    entries: list[Entry]
    sort: Any
    next_cursor: str | None
    is_first: bool
    # Of the whole discussion.
    counts: Counts = NONE

    @property
    def is_whole(self) -> bool:
        """Tell whether all comments of the discussion are in it."""
        return self.is_first and self.next_cursor is None and all(entry.more_in is None for entry in self.entries)


def arranged(comments: Sequence[Said], *, more_of: Callable[[Said, str], str] | None = None) -> list[Entry]:
    """Return entries for comments of a thread in reading order, whatever part of the tree they are.

    With `more_of`, which makes a cursor for a head and a path, each root whose replies are not
    all there is followed by the way to the others.
    """
    published = CommentState.PUBLISHED.value
    # A removed comment's name is not for readers, not even beside the answers to it.
    named = {comment.pk: comment for comment in comments if comment.state == published}
    entries: list[Entry] = []
    above: list[Said] = []
    shown_below = 0
    for comment in comments:
        path = comment.path
        while above and not (path.startswith(above[-1].path) and path != above[-1].path):
            root = above.pop()
        if not above:
            if entries and more_of is not None and root.descendant_count > shown_below:
                _add(entries, _way_to_more(root, entries[-1], shown_below, more_of))
            shown_below = 0
        elif comment.state == published:
            shown_below += 1
        _add(entries, Entry(len(above), comment, named.get(comment.parent_id or 0)))
        above.append(comment)
    if entries:
        root = above[0]
        if more_of is not None and root.descendant_count > shown_below:
            _add(entries, _way_to_more(root, entries[-1], shown_below, more_of))
        entries[-1].closes = entries[-1].level
    return entries


def _way_to_more(root: Said, last: Entry, shown_below: int, more_of: Callable[[Said, str], str]) -> Entry:
    assert last.comment is not None
    return Entry(
        level=1,
        more_in=root,
        more_count=root.descendant_count - shown_below,
        more_cursor=more_of(root, last.comment.path),
    )


def _add(entries: list[Entry], entry: Entry) -> None:
    """Add an entry, and nest it by the one before."""
    if entries:
        before = entries[-1]
        if entry.level > before.level:
            before.ends_item = False
            entry.opens = True
        else:
            before.closes = before.level - entry.level
    entries.append(entry)
