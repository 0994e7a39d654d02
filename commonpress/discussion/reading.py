"""Comments in reading order as the entries of nested lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from commonpress.discussion.models import Comment, CommentState, Thread

STEPS_ON_A_PHONE = 4


@dataclass(slots=True)
class Entry:
    """One item of the nested lists: a comment, or the way to more replies of one.

    `opens` says that a list of replies begins before it; `closes` how many open lists end after it.
    """

    level: int
    comment: Comment | None = None
    parent: Comment | None = None
    more_in: Comment | None = None
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
    closes: range = range(0)

    @property
    def is_legible(self) -> bool:
        """Tell whether the comment's text is shown, rather than a sentence in its place."""
        assert self.comment is not None
        may_see_held = self.is_mine or self.is_for_moderator
        return self.comment.is_published or (may_see_held and self.comment.state == CommentState.HELD)

    @property
    def label(self) -> str:
        """Return what a reply is, for those who do not see where it stands."""
        assert self.comment is not None
        level = self.comment.depth + 1
        if self.parent is None:
            return _("Reply, level %(level)d") % {"level": level}
        return _("Reply to %(name)s, level %(level)d") % {"name": self.parent.name, "level": level}

    @property
    def in_reply_to(self) -> str:
        """Return whom a reply answers where a phone has no room left to indent it; empty above that."""
        if self.comment is None or self.parent is None or self.comment.depth < STEPS_ON_A_PHONE:
            return ""
        return _("in reply to %(name)s") % {"name": self.parent.name}


@dataclass(frozen=True, slots=True)
class View:
    thread: Thread
    entries: list[Entry]
    sort: Any
    next_cursor: str | None
    is_first: bool


def arranged(comments: Sequence[Comment], *, more_of: Callable[[Comment, str], str] | None = None) -> list[Entry]:
    """Return entries for comments in reading order, whatever part of a tree they are.

    With `more_of`, which makes a cursor for a head and a path, each root whose replies are not
    all there is followed by the way to the others.
    """
    entries: list[Entry] = []
    above: list[Comment] = []
    # A removed comment's name is not for readers, not even beside the answers to it.
    named = {comment.pk: comment for comment in comments if comment.is_published}
    shown_below: int = 0
    for position, comment in enumerate(comments):
        while above and not _is_below(comment, above[-1]):
            above.pop()
        entries.append(Entry(level=len(above), comment=comment, parent=named.get(comment.parent_id or 0)))
        above.append(comment)
        if more_of is None:
            continue
        root = above[0]
        shown_below = 0 if comment is root else shown_below + comment.is_published
        is_last = position + 1 == len(comments) or not _is_below(comments[position + 1], root)
        if is_last and root.descendant_count > shown_below:
            entries.append(
                Entry(
                    level=1,
                    more_in=root,
                    more_count=root.descendant_count - shown_below,
                    more_cursor=more_of(root, comment.path),
                )
            )
    _nest(entries)
    return entries


def _is_below(comment: Comment, other: Comment) -> bool:
    return comment.thread_id == other.thread_id and comment.path.startswith(other.path) and comment.path != other.path


def _nest(entries: list[Entry]) -> None:
    for position, entry in enumerate(entries):
        following = entries[position + 1] if position + 1 < len(entries) else None
        next_level = following.level if following else 0
        entry.ends_item = next_level <= entry.level
        entry.closes = range(max(0, entry.level - next_level))
        if following:
            following.opens = following.level > entry.level
