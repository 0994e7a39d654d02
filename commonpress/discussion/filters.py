"""What of a discussion can be read by itself: inline feedback, answers by staff and authors, featured comments, what is new.

Each is a list of single comments, the newest first, wherever in the thread they stand; a reply says whom it answers.
What is new since a comment is read from the oldest on, as one reads on.
"""

from enum import StrEnum

from django.db.models import Q, QuerySet

from commonpress.discussion import cursors, queries
from commonpress.discussion.models import Comment, CommentState
from commonpress.discussion.models.comment import ANSWERS
from commonpress.discussion.reading import Counts, Entry, View
from commonpress.discussion.said import Said, read

AT_ONCE = 50


class Filter(StrEnum):
    FEEDBACK = "feedback"
    ANSWERS = "answers"
    FEATURED = "featured"


CONDITIONS = {
    Filter.FEEDBACK: Q(passage__isnull=False),
    Filter.ANSWERS: ANSWERS,
    Filter.FEATURED: Q(is_featured=True),
}


def count_of(kind: Filter, counts: Counts) -> int:
    match kind:
        case Filter.FEEDBACK:
            return counts.feedback
        case Filter.ANSWERS:
            return counts.answers
        case Filter.FEATURED:
            return counts.featured


def filtered(page_key: int, kind: Filter, *, after: str | None = None) -> View | None:
    """Return the comments of one kind, or those after a cursor. None for a cursor that is not one of ours."""
    name = f"{page_key} {kind}"
    comments = comments_of(page_key, kind)
    if after is not None:
        position = cursors.position_of(after, of=name)
        if position is None:
            return None
        comments = comments.filter(key_new__lt=int(position, 36))
    rows = read(comments[: AT_ONCE + 1])
    cursor = cursors.cursor_at(cursors.key_to_text(rows[AT_ONCE - 1].key), of=name) if len(rows) > AT_ONCE else None
    return _view(page_key, rows[:AT_ONCE], kind, cursor, is_first=after is None)


def comments_of(page_key: int, kind: Filter) -> QuerySet[Comment]:
    """Return the published comments of one kind, the newest first, in an order that one index holds."""
    kept = Comment.objects.filter(CONDITIONS[kind], thread_id=page_key, state=CommentState.PUBLISHED)
    return kept.order_by("-key_new")


def since(page_key: int, comment: Comment) -> tuple[View, Comment | None]:
    """Return what was posted after a comment of this page, and from where to read on if that was more than fits."""
    rows = read(comments_since(page_key, comment)[: AT_ONCE + 1])
    more = Comment.objects.get(pk=rows[AT_ONCE - 1].pk) if len(rows) > AT_ONCE else None
    return _view(page_key, rows[:AT_ONCE], None, None, is_first=True), more


def comments_since(page_key: int, comment: Comment) -> QuerySet[Comment]:
    later = Comment.objects.filter(thread_id=page_key, number__gt=comment.number, state=CommentState.PUBLISHED)
    return later.order_by("number")


def _view(page_key: int, rows: list[Said], kind: Filter | None, cursor: str | None, *, is_first: bool) -> View:
    answered = [row.parent_id for row in rows if row.parent_id is not None]
    # A removed comment's name is not for readers, not even beside the answers to it.
    published = Comment.objects.filter(pk__in=answered, state=CommentState.PUBLISHED)
    parents = {parent.pk: parent for parent in read(published)} if answered else {}
    entries = [Entry(0, row, parents.get(row.parent_id or 0), is_apart=True) for row in rows]
    return View(entries=entries, sort=kind, next_cursor=cursor, is_first=is_first, counts=queries.counts_in(page_key))
