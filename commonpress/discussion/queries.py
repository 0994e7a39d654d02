"""A thread to show: its first view in each order, its pages, a branch, one comment in context.

What is read is bounded whatever the thread's size: 50 comments on the story, a fair share of
their replies, and every boundary is a comparison on one index. Nothing is counted.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from wagtail.models import Page

from commonpress.accounts.models import Writer
from commonpress.changes.shown import shows
from commonpress.discussion import cursors, paths
from commonpress.discussion.models import Comment, CommentState, Removal, Thread, Vote
from commonpress.discussion.reading import Entry, View, arranged
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.story import Story

ROOTS = 50
# So many texts at most stand in one view; a thread that has no more is shown whole.
BUDGET = 250
REPLIES_AT_LEAST = 3
BRANCH = 100
BELOW = 50
SIBLINGS = 2
HELD = 20


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_VOTED = "most-voted"
    BEST = "best"


DEFAULT_SORT = Sort.NEWEST
ORDER = {Sort.NEWEST: "-key_new", Sort.OLDEST: "key_new", Sort.MOST_VOTED: "-key_voted", Sort.BEST: "-key_best"}


def thread_of(page: Page) -> Thread:
    """Return the thread of a page; one that nobody has written in is empty and unsaved."""
    # The first comment makes the row.
    shows(f"thread:{page.pk}")
    try:
        return page.thread
    except Thread.DoesNotExist:
        thread = Thread(page_id=page.pk)
        page.thread = thread
        return thread


def counts_of(pages: Iterable[Page]) -> dict[int, int]:
    """Return the number of published comments by page key, in one query; pages without any are missing."""
    keys = [page.pk for page in pages]
    shows(*(f"thread:{key}" for key in keys))
    return dict(Thread.objects.filter(pk__in=keys, published_count__gt=0).values_list("pk", "published_count"))


def most_discussed(limit: int, *, days: int = 30) -> list[Thread]:
    """Return the threads with most comments among those written in of late, their pages loaded; none that readers cannot see."""
    # Any thread may be the next to have most, and each falls out of the month by itself.
    shows("thread:*", until=timezone.now() + timedelta(hours=1))
    return list(
        Thread.objects.filter(
            last_comment_at__gte=timezone.now() - timedelta(days=days),
            published_count__gt=0,
            page__in=Page.objects.live().public(),
        )
        .exclude(page__in=Story.objects.filter(comments_state=CommentsState.OFF))
        .exclude(page__in=PlainPage.objects.filter(comments_state=CommentsState.OFF))
        .select_related("page")
        .order_by("-published_count", "-last_comment_at")[:limit]
    )


def view_of(page: Page, sort: Sort, *, after: str | None = None) -> View | None:
    """Return a view of a page's thread: the first, or the one after a cursor.

    None for a cursor that is not one of ours. Five queries at most.
    """
    thread = thread_of(page)
    name = f"{page.pk} {sort}"
    roots = roots_of(thread, sort)
    if after is not None:
        position = cursors.position_of(after, of=name)
        if position is None:
            return None
        column, bound = ORDER[sort].lstrip("-"), int(position, 36)
        roots = roots.filter(**{f"{column}__{'lt' if ORDER[sort].startswith('-') else 'gt'}": bound})
    limit = BUDGET if thread.published_count <= BUDGET else ROOTS
    found = list(roots[: limit + 1]) if thread.comment_seq else []
    shown, more = found[:limit], len(found) > limit
    entries = _with_reasons(
        arranged(_with_replies(shown), more_of=lambda head, path: cursors.cursor_at(path, of=_branch(head)))
    )
    cursor = None
    if more:
        key = getattr(shown[-1], ORDER[sort].lstrip("-"))
        cursor = cursors.cursor_at(cursors.key_to_text(key), of=name)
    return View(thread=thread, entries=entries, sort=sort, next_cursor=cursor, is_first=after is None)


def roots_of(thread: Thread, sort: Sort) -> QuerySet[Comment]:
    """Return the comments on the story itself, in an order that one index holds."""
    return _readable().filter(thread_id=thread.pk, parent__isnull=True, is_shown=True).order_by(ORDER[sort])


def branch_of(head: Comment, *, after: str | None = None) -> tuple[list[Entry], str | None] | None:
    """Return what stands below a comment, in reading order, and the cursor of what follows.

    None for a cursor that is not one of ours.
    """
    below = _below(head)
    if after is not None:
        position = cursors.position_of(after, of=_branch(head))
        if position is None:
            return None
        below = below.filter(path__gt=position)
    found = list(below[: BRANCH + 1])
    shown = found[:BRANCH]
    cursor = cursors.cursor_at(shown[-1].path, of=_branch(head)) if len(found) > BRANCH else None
    return _with_reasons(arranged(shown)), cursor


def context_of(comment: Comment) -> tuple[list[Entry], str | None]:
    """Return a comment with those it answers, its neighbours and what stands below it.

    The cursor is of what follows below it, if that is more than fits.
    """
    above = paths.ancestors(comment.path)
    near = _readable().filter(
        Q(pk__in=[comment.pk, *filter(None, [comment.root_id])])
        | Q(root_id=comment.root_id or comment.pk, path__in=above + _beside(comment.path))
    )
    found = list(_below(comment)[: BELOW + 1])
    cursor = cursors.cursor_at(found[BELOW - 1].path, of=_branch(comment)) if len(found) > BELOW else None
    comments = {one.pk: one for one in [*near, *found[:BELOW]] if one.is_shown or one.pk == comment.pk}
    return _with_reasons(arranged(sorted(comments.values(), key=lambda one: one.path))), cursor


def comment_by(public_id: str) -> Comment | None:
    return Comment.objects.select_related("person", "guest", "thread__page").filter(public_id=public_id).first()


def stands_in_first_view(comment: Comment, page: Page) -> bool:
    """Tell whether a reader of the story finds a new comment there without turning a page."""
    thread = Thread.objects.get(pk=page.pk)
    if not comment.is_published:
        return False
    if thread.published_count <= BUDGET:
        return True
    return comment.root_id is None and DEFAULT_SORT == Sort.NEWEST


def votes_by(writer: Writer, page: Page) -> dict[str, int]:
    """Return a writer's votes in a thread by the comments' public ids."""
    votes = Vote.objects.filter(voter_key=writer.voter_key, comment__thread_id=page.pk)
    return dict(votes.values_list("comment__public_id", "value")[:2000])


def held_by(writer: Writer, page: Page) -> list[Comment]:
    """Return a writer's own comments that wait for a moderator, the latest first."""
    mine = Comment.objects.by(writer).filter(thread_id=page.pk, state=CommentState.HELD)
    return list(mine.select_related("person", "parent__person").order_by("-number")[:HELD])


def vote_by(writer: Writer | None, comment: Comment) -> int:
    if writer is None:
        return 0
    mine = Vote.objects.filter(comment=comment, voter_key=writer.voter_key)
    return mine.values_list("value", flat=True).first() or 0


def _readable() -> QuerySet[Comment]:
    return Comment.objects.select_related("person").defer("body_source", "once_key")


def _with_reasons(entries: list[Entry]) -> list[Entry]:
    """Say beside each removed comment why it was; no query where there is none."""
    removed = {
        entry.comment.pk: entry for entry in entries if entry.comment and entry.comment.state == CommentState.REMOVED
    }
    if removed:
        for removal in Removal.objects.filter(comment__in=list(removed), restored_at__isnull=True):
            removed[removal.comment_id].reason = removal.get_reason_display()
    return entries


def _with_replies(roots: list[Comment]) -> list[Comment]:
    """Return the roots, each followed by the first of what stands below it, as many as are fair."""
    waiting = {root.pk: root.descendant_count for root in roots if root.descendant_count}
    if not waiting:
        return roots
    share = fair_share(list(waiting.values()), max(BUDGET - len(roots), REPLIES_AT_LEAST * len(roots)))
    if share >= max(waiting.values()):
        replies = _readable().filter(root_id__in=list(waiting), is_shown=True).order_by("root_id", "path")
    else:
        replies = _readable().filter(pk__in=first_replies(list(waiting), share)).order_by("root_id", "path")
    by_root: dict[int | None, list[Comment]] = {}
    for reply in replies:
        by_root.setdefault(reply.root_id, []).append(reply)
    return [comment for root in roots for comment in [root, *by_root.get(root.pk, [])]]


def fair_share(counts: list[int], budget: int) -> int:
    """Return the largest share, three at least, such that nobody gets more and all together fit the budget."""
    share = REPLIES_AT_LEAST
    while share < max(counts) and sum(min(count, share + 1) for count in counts) <= budget:
        share += 1
    return share


def first_replies(roots: list[int], share: int) -> list[int]:
    """Return the keys of the first `share` comments below each root, reading no more than these.

    A window function or `path` ranges over all roots at once would read every reply of a giant branch.
    """
    places = ", ".join(["%s"] * len(roots))
    first = "SELECT b.id FROM discussion_comment b WHERE b.root_id = r.id AND b.is_shown ORDER BY b.path LIMIT %s"
    if connection.vendor == "sqlite":
        sql = f"SELECT c.id FROM discussion_comment r JOIN discussion_comment c ON c.id IN ({first}) WHERE r.id IN ({places})"  # noqa: S608  our own constants and placeholders
    else:
        sql = f"SELECT c.id FROM discussion_comment r CROSS JOIN LATERAL ({first}) c WHERE r.id IN ({places})"  # noqa: S608  the same
    with connection.cursor() as cursor:
        cursor.execute(sql, [share, *roots])
        return [pk for (pk,) in cursor.fetchall()]


def _below(head: Comment) -> QuerySet[Comment]:
    # "~" sorts after every digit of a path: a range an index can walk, where LIKE is none on SQLite.
    return (
        _readable()
        .filter(root_id=head.root_id or head.pk, path__gt=head.path, path__lt=head.path + "~", is_shown=True)
        .order_by("path")
    )


def _beside(path: str) -> list[str]:
    """Return the paths of the nearest siblings of a reply; none for a comment on the story itself."""
    if paths.depth(path) == 0:
        return []
    ordinal = int(path[-paths.WIDTH :], 36)
    return [
        path[: -paths.WIDTH] + paths.segment(near)
        for near in range(max(1, ordinal - SIBLINGS), min(paths.HIGHEST_ORDINAL, ordinal + SIBLINGS) + 1)
    ]


def _branch(head: Comment) -> str:
    return f"in {head.public_id}"


def waiting_count() -> int:
    """Return how many comments wait for a moderator; from the threads' counters."""
    return Thread.objects.filter(held_count__gt=0).aggregate(waiting=Sum("held_count"))["waiting"] or 0
