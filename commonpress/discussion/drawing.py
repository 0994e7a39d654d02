"""Comments as HTML: each one drawn once, and put together two hundred at a time.

Whatever a comment's HTML depends on is in its `Words`, which is all its template is given; so the same words have
the same HTML, and what was drawn of them is remembered. The text itself is not: it is put in its place at the end.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from secrets import token_hex
from typing import NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonpress.discussion.models import CommentState
from commonpress.discussion.models.comment import shown_name
from commonpress.discussion.reading import Entry, View
from commonpress.discussion.rules import Discussed, is_open
from commonpress.discussion.said import Said

STEPS_ON_A_PHONE = 4
# About a kilobyte each.
REMEMBERED = 8000
# Where the text stands while a comment is drawn, and the comments while their list is; nobody can write it.
TEXT = f"<!-- {token_hex(16)} -->"


class Place(NamedTuple):
    """What of a page its discussion shows."""

    page_key: int
    path: str
    is_open: bool

    @property
    def address(self) -> str:
        """The path as the discussion's addresses begin with it: "2026/the-slug"."""
        return self.path.strip("/")


def place_of(page: Discussed) -> Place:
    return Place(page.pk, page.path_here, is_open(page))


class Words(NamedTuple):
    """All that a comment's HTML is made of, but its text. The last three are one reader's own."""

    page_key: int
    is_open: bool
    public_id: str
    depth: int
    state: str
    kind: str
    persons_name: str | None
    others_name: str | None
    is_author_reply: bool
    is_staff_reply: bool
    created_at: datetime
    score: int
    # Of the comment that is answered, if it is one that readers see.
    parent: str
    parents_persons_name: str | None
    parents_others_name: str | None
    reason: str
    is_legible: bool
    my_vote: int = 0
    is_mine: bool = False
    is_marked: bool = False

    @property
    def name(self) -> str:
        return shown_name(self.persons_name, self.others_name)

    @property
    def parent_name(self) -> str:
        return shown_name(self.parents_persons_name, self.parents_others_name)

    @property
    def label(self) -> str:
        """What a reply is, for those who do not see where it stands."""
        level = self.depth + 1
        if not self.parent:
            return _("Reply, level %(level)d") % {"level": level}
        return _("Reply to %(name)s, level %(level)d") % {"name": self.parent_name, "level": level}

    @property
    def in_reply_to(self) -> str:
        """Whom a reply answers where a phone has no room left to indent it; empty above that."""
        if not self.parent or self.depth < STEPS_ON_A_PHONE:
            return ""
        return _("in reply to %(name)s") % {"name": self.parent_name}

    @property
    def said_at(self) -> datetime:
        return self.created_at if self.created_at.tzinfo else self.created_at.replace(tzinfo=UTC)


def view_html(view: View, place: Place) -> str:
    """Return a view of a discussion, with the ways to its other orders and pages."""
    # Put in at the end: a template copies what stands in it at each of its levels, and this is most of the page.
    around = render_to_string("discussion/list.html", {"place": place, "view": view, "comments": TEXT})
    return around.replace(TEXT, comments_html(view.entries, place), 1) if view.entries else around


def comments_html(entries: Iterable[Entry], place: Place) -> str:
    """Return comments as nested lists; each `li` is ended after what stands below it."""
    language, zone = get_language(), timezone.get_current_timezone()
    html = ['<ol class="comments">\n']
    for entry in entries:
        if entry.opens:
            html.append('<ol class="comments__replies">\n')
        if (comment := entry.comment) is not None:
            words = words_of(entry, comment, place)
            before, after = _remembered(words, language, zone) if entry.is_for_everybody else _drawn(words)
            html.append(before)
            if words.is_legible:
                html.append(comment.body_html)
            html.append(after)
        elif (head := entry.more_in) is not None:
            html.append(_more(place.address, head.public_id, entry.more_cursor, entry.more_count, language))
        if entry.ends_item:
            html.append("</li>\n")
        html.append("</ol></li>\n" * entry.closes)
    html.append("</ol>\n")
    return "".join(html)


_NO_PARENT = ("", None, None)


def words_of(entry: Entry, comment: Said, place: Place) -> Words:
    state, parent = comment.state, entry.parent
    may_see_held = entry.is_mine or entry.is_for_moderator
    return Words(
        place.page_key,
        place.is_open,
        comment.public_id,
        comment.depth,
        state,
        comment.kind,
        comment.persons_name,
        comment.guest_name or comment.imported_name,
        comment.is_author_reply,
        comment.is_staff_reply,
        comment.created_at,
        comment.sum_of_votes,
        *_NO_PARENT
        if parent is None
        else (parent.public_id, parent.persons_name, parent.guest_name or parent.imported_name),
        entry.reason,
        state == CommentState.PUBLISHED or (may_see_held and state == CommentState.HELD),
        entry.my_vote,
        entry.is_mine,
        entry.is_marked,
    )


def _drawn(words: Words) -> tuple[str, str]:
    """Return a comment's HTML before and after its text."""
    html = render_to_string("discussion/comment.html", {"comment": words, "text": TEXT})
    before, _text, after = html.strip().partition(TEXT)
    return before, after + "\n"


@lru_cache(maxsize=REMEMBERED)
def _remembered(words: Words, language: str | None, zone: tzinfo) -> tuple[str, str]:
    return _drawn(words)


@lru_cache(maxsize=REMEMBERED)
def _more(address: str, public_id: str, cursor: str, count: int, language: str | None) -> str:
    link = reverse("discussion:branch-page", args=[address, public_id, cursor])
    return render_to_string("discussion/more_replies.html", {"address": link, "count": count}).strip()
