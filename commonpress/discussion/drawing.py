"""Comments as HTML: each one drawn once, and put together two hundred at a time.

Whatever a comment's HTML depends on is in its `Words`, which is all its template is given; so the same words have
the same HTML, and what was drawn of them is remembered. The text itself is not: it is put in its place at the end.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from secrets import token_hex
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape, format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from commonpress.accounts.models import Person, Writer
from commonpress.discussion.anchors import State
from commonpress.discussion.models import Comment, CommentState
from commonpress.discussion.models.comment import name_of, shown_name
from commonpress.discussion.models.passage import CHANGED, GONE, wording_at
from commonpress.discussion.reading import Entry, View
from commonpress.discussion.rules import Discussed, is_open, why_not_edit
from commonpress.discussion.said import Said
from commonpress.lib.text import shorten

STEPS_ON_A_PHONE = 4
LONGEST_SHOWN = 160
# About a kilobyte each.
REMEMBERED = 8000
# Where the text stands while a comment is drawn, and the comments while their list is; nobody can write it.
TEXT = f"<!-- {token_hex(16)} -->"
# The same for what one comment has that others drawn like it have not.
ID, NAME, SCORE = f"id{token_hex(16)}", f"name{token_hex(16)}", f"score{token_hex(16)}"


class Place(NamedTuple):
    """What of a page its discussion shows."""

    page_key: int
    path: str
    is_open: bool
    # In a frame on another site, where nothing is written or voted: each comment leads to where one can.
    is_embedded: bool = False

    @property
    def address(self) -> str:
        """The path as the discussion's addresses begin with it: "2026/the-slug"."""
        return self.path.strip("/")


def place_of(page: Discussed) -> Place:
    return Place(page.pk, page.path_here, is_open(page))


class Words(NamedTuple):
    """All that a comment's HTML is made of, but its text. The last six are one reader's own."""

    page_key: int
    is_open: bool
    is_embedded: bool
    public_id: str
    depth: int
    state: str
    kind: str
    persons_name: str | None
    others_name: str | None
    is_author_reply: bool
    is_staff_reply: bool
    is_supporter: bool
    written_at: str
    edited_at: str | None
    score: int | str
    # Of the comment that is answered, if it is one that readers see.
    parent: str
    parents_persons_name: str | None
    parents_others_name: str | None
    reason: str
    is_legible: bool
    is_featured: bool = False
    is_apart: bool = False
    # The words of the story it is about, as it had them before its eyes; where they are, and what became of them.
    quote: str = ""
    quote_address: str = ""
    quote_is: str = ""
    my_vote: int = 0
    is_mine: bool = False
    may_edit: bool = False
    may_delete: bool = False
    is_marked: bool = False
    is_folded: bool = False

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
        """Whom a reply answers where it does not stand below that, or a phone has no room left to indent it; else empty."""
        if not self.parent or (self.depth < STEPS_ON_A_PHONE and not self.is_apart):
            return ""
        return _("in reply to %(name)s") % {"name": self.parent_name}

    @property
    def said_at(self) -> datetime:
        return _moment(self.written_at)

    @property
    def changed_at(self) -> datetime | None:
        return _moment(self.edited_at) if self.edited_at else None


def _moment(written: str) -> datetime:
    at = datetime.fromisoformat(written)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def count_words(count: int) -> str:
    return ngettext("%(count)s comment", "%(count)s comments", count) % {"count": count}


def count_html(count: int, *, is_open: bool) -> str:
    """Return how many comments there are, leading to them; nothing where there are none and none may be added."""
    # No template: these few words are drawn again with each comment and vote.
    words = count_words(count) if count else _("Be the first to comment") if is_open else ""
    return format_html('<a class="discussion__count" href="#discussion">{}</a>', words) if words else ""


def view_html(view: View, place: Place, *, more_since: Comment | None = None) -> str:
    """Return a view of a discussion, with the ways to its other orders and pages."""
    # Put in at the end: a template copies what stands in it at each of its levels, and this is most of the page.
    context = {"place": place, "view": view, "comments": TEXT, "more_since": more_since}
    around = render_to_string("discussion/list.html", context)
    return around.replace(TEXT, list_html(view.entries, place), 1) if view.entries else around


def list_html(entries: Iterable[Entry], place: Place) -> str:
    """Return comments as `comments_html` does, in the form that their votes are sent by.

    All have one: a browser looks through every form of a page for fields that it might fill in.
    """
    html = comments_html(entries, place)
    return f'<form class="votes" method="post">\n{html}</form>\n' if place.is_open and not place.is_embedded else html


def comments_html(entries: Iterable[Entry], place: Place) -> str:
    """Return comments as nested lists; each `li` is ended after what stands below it."""
    language, zone = get_language(), timezone.get_current_timezone()
    html = ['<ol class="comments">\n']
    for entry in entries:
        if entry.opens:
            html.append('<ol class="comments__replies">\n')
        if (comment := entry.comment) is not None:
            words = words_of(entry, comment, place)
            drawn = _remembered(words, language, zone) if entry.is_for_everybody else _drawn(words)
            html += drawn.with_(comment)
        elif (head := entry.more_in) is not None:
            html.append(_more(place.address, head.public_id, entry.more_cursor, entry.more_count, language))
        if entry.ends_item:
            html.append("</li>\n")
        html.append("</ol></li>\n" * entry.closes)
    html.append("</ol>\n")
    return "".join(html)


def entry_html(comment: Comment, page: Discussed, *, my_vote: int = 0) -> str:
    """Return one comment as a list of one, as who just voted on it sees it."""
    return comments_html([_entry(comment, my_vote=my_vote)], place_of(page))


def own_html(comment: Comment, page: Discussed, *, reason: str = "") -> str:
    """Return one comment as a list of one, as its writer sees it; `reason` is that of its removal."""
    return comments_html([own_entry(comment, page, reason=reason)], place_of(page))


def posted_html(comment: Comment, place: Place) -> str:
    """Return one comment as `own_html` does, just after it was posted.

    Those of a minute differ in little more than their text: what is drawn for one is remembered for the others.
    """
    entry = _entry(comment)
    _mark_own(entry, comment, is_open=place.is_open)
    assert entry.comment is not None
    said = entry.comment._replace(
        public_id=ID,
        guest_name=comment.guest_name and NAME,
        written_at=str(comment.created_at.replace(second=0, microsecond=0)),
    )
    drawn = _remembered(words_of(entry, said, place), get_language(), timezone.get_current_timezone())
    html = "".join(drawn.with_(said._replace(body_html=TEXT)))
    html = (
        html.replace(ID, comment.public_id).replace(NAME, escape(comment.guest_name)).replace(TEXT, comment.body_html)
    )
    return f'<ol class="comments">\n{html}</li>\n</ol>\n'


def own_entry(comment: Comment, page: Discussed, *, reason: str = "") -> Entry:
    entry = _entry(comment)
    mark_own(entry, comment, page)
    entry.reason = reason or entry.reason
    return entry


def mark_own(entry: Entry, comment: Comment, page: Discussed) -> None:
    """Have an entry show its comment as to who wrote it: why it waits, and what they may do."""
    _mark_own(entry, comment, is_open=is_open(page))


def _mark_own(entry: Entry, comment: Comment, *, is_open: bool) -> None:
    entry.is_mine = entry.may_delete = True
    entry.may_edit = is_open and why_not_edit(comment, timezone.now()) is None
    entry.reason = comment.why_held or entry.reason


def _entry(comment: Comment, *, my_vote: int = 0) -> Entry:
    # A removed comment's name is not for readers, not even beside the answers to it.
    parent = comment.parent if comment.parent and comment.parent.is_published else None
    return Entry(
        level=comment.depth,
        comment=Said.of(comment),
        parent=Said.of(parent) if parent else None,
        my_vote=my_vote,
    )


def acts_html(*, may_edit: bool) -> str:
    """Return what the writer of a comment may do with it, for <thread-me> to put into a kept page; ID is any comment's."""
    return render_to_string("discussion/acts.html", {"public_id": "ID", "may_edit": may_edit}).strip()


def voted_html(comment: Comment, *, my_vote: int, language: str | None) -> str:
    """Return what who has just voted sees: the buttons beside the comment, its score, and a note where the vote waits."""
    # Drawn once: during a burst this is all that is drawn, and no two answers are the same.
    html = _buttons(my_vote, language).replace(ID, comment.public_id).replace(SCORE, signed(comment.score))
    return html + _note(language) if comment.my_vote_waits else html


@lru_cache
def _note(language: str | None) -> str:
    with translation.override(language):
        return render_to_string("discussion/vote_held.html")


@lru_cache
def _buttons(my_vote: int, language: str | None) -> str:
    """Return the buttons of a comment with a stand-in for its id and one for its score."""
    words = Words(
        page_key=0,
        is_open=True,
        is_embedded=False,
        public_id=ID,
        depth=0,
        state=_PUBLISHED,
        kind="comment",
        persons_name="",
        others_name="",
        is_author_reply=False,
        is_staff_reply=False,
        is_supporter=False,
        written_at="2000-01-01",
        edited_at=None,
        score=SCORE,
        parent="",
        parents_persons_name=None,
        parents_others_name=None,
        reason="",
        is_legible=True,
        my_vote=my_vote,
    )
    with translation.override(language):
        html = _html(words)
    return "<vote-button" + html.partition("<vote-button")[2].partition("</vote-button>")[0] + "</vote-button>"


def signed(score: int | str) -> str:
    """Return a score with a true minus, as wide as the figures beside it."""
    return str(score).replace("-", "−")


def writes_as(writer: Writer | None) -> str:
    """Return what stands in the place of the name's field for who is signed in; empty for a guest, who has the field."""
    if not isinstance(writer, Person):
        return ""
    return _("You write as %(name)s.") % {"name": name_of(writer)}


_NO_PARENT = ("", None, None)
_NO_QUOTE = ("", "", "")
_PUBLISHED, _HELD = CommentState.PUBLISHED.value, CommentState.HELD.value


def words_of(entry: Entry, comment: Said, place: Place) -> tuple[Any, ...]:
    """Return the values of a comment's `Words`; two hundred of these a page are asked for, and hardly any drawn."""
    state, parent = comment.state, entry.parent
    return (
        place.page_key,
        place.is_open and not place.is_embedded,
        place.is_open and place.is_embedded,
        comment.public_id,
        comment.depth,
        state,
        comment.kind,
        comment.persons_name,
        comment.guest_name or comment.imported_name,
        comment.is_author_reply,
        comment.is_staff_reply,
        comment.is_supporter,
        comment.written_at,
        comment.edited_at,
        # Where it is shown, it is put in at the end: in a burst of votes nothing else of a comment changes.
        SCORE if comment.sum_of_votes or (place.is_open and not place.is_embedded) else 0,
        *(
            _NO_PARENT
            if parent is None
            else (parent.public_id, parent.persons_name, parent.guest_name or parent.imported_name)
        ),
        entry.reason,
        state == _PUBLISHED or (state == _HELD and (entry.is_mine or entry.is_for_moderator)),
        comment.is_featured,
        entry.is_apart,
        *(_NO_QUOTE if comment.on_id is None else _quote(comment, place)),
        entry.my_vote,
        entry.is_mine,
        entry.may_edit,
        entry.may_delete,
        entry.is_marked,
        entry.is_folded,
    )


def _quote(comment: Said, place: Place) -> tuple[str, str, str]:
    """Return the words a comment is about, as they were when it was written, their address and what became of them."""
    assert comment.on_words is not None
    words = wording_at(_moment(comment.written_at), comment.on_words, json.loads(comment.on_wordings or "[]"))
    became = GONE if comment.on_state == State.ORPHANED else CHANGED if words != comment.on_words else ""
    # Before anybody else is shown it, the passage has no page yet.
    address = f"{place.path}comments/on/{comment.on_id}/" if comment.state == _PUBLISHED else place.path
    return shorten(" ".join(words.split()), LONGEST_SHOWN), address, became


class Drawn(NamedTuple):
    """A comment's HTML around its score and its text, each put in at the end where there is one."""

    before: str
    is_scored: bool
    between: str
    is_told: bool
    after: str

    def with_(self, comment: Said) -> tuple[str, ...]:
        score = signed(comment.sum_of_votes) if self.is_scored else ""
        return self.before, score, self.between, comment.body_html if self.is_told else "", self.after


def _drawn(words: tuple[Any, ...]) -> Drawn:
    before, text, after = _html(words).partition(TEXT)
    before, score, between = before.partition(SCORE)
    return Drawn(before, bool(score), between, bool(text), after + "\n")


def _html(words: tuple[Any, ...]) -> str:
    return render_to_string("discussion/comment.html", {"comment": Words(*words), "text": TEXT}).strip()


@lru_cache(maxsize=REMEMBERED)
def _remembered(words: tuple[Any, ...], language: str | None, zone: tzinfo) -> Drawn:
    return _drawn(words)


@lru_cache(maxsize=REMEMBERED)
def _more(address: str, public_id: str, cursor: str, count: int, language: str | None) -> str:
    link = reverse("discussion:branch-page", args=[address, public_id, cursor])
    return render_to_string("discussion/more_replies.html", {"address": link, "count": count}).strip()
