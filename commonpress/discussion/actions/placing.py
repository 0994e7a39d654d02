"""Where a comment goes in its thread, and what is counted about it.

Each writer of a thread takes the thread's row first, so that two of them queue
instead of locking each other's ancestors in different orders. Rows are locked without their
key: PostgreSQL looks at a thread's key when a vote commits, which has its comment locked.
"""

from django.db.models import BooleanField, ExpressionWrapper, F
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest
from wagtail.models import Page

from commonpress.changes.changed import changed
from commonpress.database.plain import fetched
from commonpress.database.prepared import Prepared, insert
from commonpress.discussion import paths
from commonpress.discussion.models.comment import SHOWN, Comment, CommentState
from commonpress.discussion.models.passage import Passage
from commonpress.discussion.models.thread import Thread

COUNTERS = {
    CommentState.PUBLISHED: "published_count",
    CommentState.HELD: "held_count",
    CommentState.REMOVED: "removed_count",
    CommentState.ERASED: "erased_count",
}
NEWER = {"answers_count", "featured_count", "feedback_count"}


def thread_for_writing(page: Page) -> Thread:
    """Return the page's thread, made if it has none, its row locked until the transaction ends."""
    thread = _locked.first(page.pk)
    if thread is None:
        Thread.objects.bulk_create([Thread(page_id=page.pk)], ignore_conflicts=True)
        thread = Thread.objects.select_for_update(no_key=True).get(pk=page.pk)
    return thread


_locked = Prepared(lambda: Thread.objects.select_for_update(no_key=True).filter(pk=0))


def place(comment: Comment) -> Comment:
    """Insert a comment at the end of its siblings and count it.

    Expects thread, parent, state, writer and text; sets number, root, path, depth and sort keys.
    """
    parent = comment.parent
    counters = _counters(comment, before=None)
    comment.number, root_ordinal = _next_in_thread(comment, counters)
    if parent is None:
        comment.path = paths.segment(root_ordinal)
    else:
        comment.root_id = parent.root_id or parent.pk
        above = paths.above_replies(parent.path)
        comment.path = above + paths.segment(_next_below(comment.root_id, above))
    comment.depth = paths.depth(comment.path)
    comment.is_shown = comment.is_published
    comment.set_keys()
    insert(comment)
    _count_around(comment, before=None)
    return comment


def move(comment: Comment, state: CommentState) -> None:
    """Give a comment another state, and count it there. Its thread's row is locked by the caller."""
    before = CommentState(comment.state)
    comment.state = state
    # Whatever the version before this one posted gets its place now.
    comment.set_keys()
    comment.save(update_fields=["state", "key_hot", "key_discussed"])
    count(comment, before=before)


def mark_featured(comment: Comment, *, is_featured: bool) -> None:
    """Mark a comment as one that everybody should read, or no longer. Its thread's row is locked by the caller."""
    comment.is_featured = is_featured
    comment.save(update_fields=["is_featured"])
    if comment.is_published:
        _count_in_thread(comment.thread_id, {"featured_count": 1 if is_featured else -1})
    changed(f"thread:{comment.thread_id}")


def count(comment: Comment, *, before: CommentState) -> None:
    """Carry a comment's change of state into the counters of its thread and ancestors."""
    if before != comment.state:
        _count_in_thread(comment.thread_id, _counters(comment, before=before))
        _count_around(comment, before=before)


def _counters(comment: Comment, *, before: CommentState | None) -> dict[str, int]:
    """Return by how much a comment's coming, or its change of state, moves the counters of its thread."""
    counters = {COUNTERS[CommentState(comment.state)]: 1}
    if before is not None:
        counters[COUNTERS[before]] = -1
    change = _change(comment, before)
    if change and comment.is_answer:
        counters["answers_count"] = change
    if change and comment.is_featured:
        counters["featured_count"] = change
    if change and comment.passage_id is not None:
        counters["feedback_count"] = change
    return counters


def _change(comment: Comment, before: CommentState | None) -> int:
    return (comment.state == CommentState.PUBLISHED) - (before == CommentState.PUBLISHED)


def _count_around(comment: Comment, *, before: CommentState | None) -> None:
    """Count it where it stands: in its passage and in the comments above it."""
    change = _change(comment, before)
    if change and comment.passage_id is not None:
        Passage.objects.filter(pk=comment.passage_id).update(published_count=moved("published_count", change))
        changed(f"passages:{comment.thread_id}")
    if change and comment.root_id is not None:
        _count_above(comment, change)
        _order_anew(comment.root_id)
    if before is not None:
        Comment.objects.filter(pk=comment.pk).update(is_shown=ExpressionWrapper(SHOWN, output_field=BooleanField()))


def moved(counter: str, change: int) -> Combinable:
    """Return a counter one more or one less, and never below zero: the version before this one does not know it."""
    return Greatest(F(counter) + change, 0)


# Part of every comment, and so in words of our own.


def _count_in_thread(thread_id: int, counters: dict[str, int]) -> None:
    fetched(f"UPDATE discussion_thread SET {_adding(counters)} WHERE page_id = %s", [thread_id])  # noqa: S608  names and numbers of ours


def _next_in_thread(comment: Comment, counters: dict[str, int]) -> tuple[int, int]:
    """Return the next number of the comment's thread and, for one on the story itself, its next ordinal; and count it."""
    ((number, ordinal),) = fetched(
        "UPDATE discussion_thread SET comment_seq = comment_seq + 1, root_seq = root_seq + %s, last_comment_at = %s,"  # noqa: S608  names and numbers of ours
        f" {_adding(counters)} WHERE page_id = %s RETURNING comment_seq, root_seq",
        [int(comment.parent is None), comment.created_at, comment.thread_id],
    )
    return number, ordinal


def _adding(counters: dict[str, int]) -> str:
    """Return how a statement adds to counters of a thread; their names are the table's columns."""
    # Never below zero: the version before this one does not know the newer ones.
    more = [
        f"{name} = CASE WHEN {name} + {change:d} < 0 THEN 0 ELSE {name} + {change:d} END"
        if name in NEWER
        else f"{name} = {name} + {change:d}"
        for name, change in counters.items()
    ]
    return ", ".join([*more, "version = version + 1"])


def _next_below(root_id: int, path: str) -> int:
    """Return the next ordinal under the comment at `path` in the branch of `root_id`."""
    at = "id = %s" if len(path) == paths.WIDTH else "root_id = %s AND path = %s"
    ((ordinal,),) = fetched(
        f"UPDATE discussion_comment SET child_seq = child_seq + 1 WHERE {at} RETURNING child_seq",  # noqa: S608  one of two literals
        [root_id] if len(path) == paths.WIDTH else [root_id, path],
    )
    return int(ordinal)


def _count_above(comment: Comment, change: int) -> None:
    """Count a reply in the comments under which it stands, and as a reply in its parent."""
    above, published = paths.ancestors(comment.path), CommentState.PUBLISHED.value
    below = f"descendant_count + {change:d}"
    replies = f"reply_count + CASE WHEN id = %s THEN {change:d} ELSE 0 END"
    # A removed comment whose last reply went is no longer kept in place; one that gets a reply is again.
    fetched(
        f"UPDATE discussion_comment SET descendant_count = {below}, reply_count = {replies},"  # noqa: S608  numbers of ours
        f" is_shown = (state = %s OR {below} > 0 OR {replies} > 0)"
        f" WHERE id = %s OR (root_id = %s AND path IN ({', '.join(['%s'] * len(above))}))",
        [comment.parent_id, published, comment.parent_id, comment.root_id, comment.root_id, *above],
    )
    if comment.depth == paths.LEVELS - 1:
        # There it may stand beside its parent.
        beside = f"reply_count + {change:d}"
        fetched(
            f"UPDATE discussion_comment SET reply_count = {beside},"  # noqa: S608  the same
            f" is_shown = (state = %s OR descendant_count > 0 OR {beside} > 0) WHERE id = %s AND depth = %s",
            [published, comment.parent_id, comment.depth],
        )


def _order_anew(root_id: int) -> None:
    """Give a comment on the story its place among those that are talked about."""
    root = _root.first(root_id)
    assert root is not None
    root.set_keys()
    fetched(
        "UPDATE discussion_comment SET key_hot = %s, key_discussed = %s WHERE id = %s",
        [root.key_hot, root.key_discussed, root_id],
    )


_root = Prepared(lambda: Comment.objects.filter(pk=0))
