"""A thread to show: its first view in each order, its pages, a branch, one comment in context.

What is read is bounded whatever the thread's size: 50 comments on the story, a fair share of
their replies, and every boundary is a comparison on one index. Nothing is counted.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from functools import cache
from operator import attrgetter

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from wagtail.models import Page

from commonpress.accounts.models import Writer
from commonpress.changes.shown import read_once, shows
from commonpress.database.plain import fetched
from commonpress.database.prepared import Prepared
from commonpress.discussion import cursors, paths
from commonpress.discussion.models import (
    Comment,
    CommentState,
    CorrectionRequest,
    Removal,
    RemovalReason,
    Thread,
    Vote,
)
from commonpress.discussion.models.comment import is_public_id
from commonpress.discussion.pages import with_discussion
from commonpress.discussion.reading import Counts, Entry, View, arranged
from commonpress.discussion.said import KEYS, Said, as_one, columns_of, found, read, read_by, words_of

ROOTS = 50
# So many texts at most stand in one view; a thread that has no more is shown whole.
BUDGET = 250
# Of so many comments at most, held and removed ones among them, all that are shown are read in one query.
MOST_READ_AT_ONCE = 4 * BUDGET
REPLIES_AT_LEAST = 3
BRANCH = 100
BELOW = 50
SIBLINGS = 2
# So many paths at most lead to a comment, or are its own and its siblings'.
NEAR = paths.LEVELS + 2 * SIBLINGS


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_VOTED = "most-voted"
    BEST = "best"
    HOT = "hot"
    MOST_DISCUSSED = "most-discussed"


DEFAULT_SORT = Sort.NEWEST
ORDER = {
    Sort.NEWEST: "-key_new",
    Sort.OLDEST: "key_new",
    Sort.MOST_VOTED: "-key_voted",
    Sort.BEST: "-key_best",
    Sort.HOT: "-key_hot",
    Sort.MOST_DISCUSSED: "-key_discussed",
}


def counts_in(page_key: int) -> Counts:
    """Return what is counted about a page's discussion. One query."""
    # The first comment makes the row.
    shows(f"thread:{page_key}")
    return read_once(f"counts:{page_key}", lambda: _counts_in(page_key))


def _counts_in(page_key: int) -> Counts:
    rows = found(_words_of_counts(), [CommentState.PUBLISHED.value, page_key])
    return Counts(*rows[0]) if rows else Counts()


def counts_of(pages: Iterable[Page]) -> dict[int, int]:
    """Return the number of published comments by page key, in one query; pages without any are missing."""
    keys = [page.pk for page in pages]
    shows(*(f"thread:{key}" for key in keys))
    return dict(Thread.objects.filter(pk__in=keys, published_count__gt=0).values_list("pk", "published_count"))


def most_discussed(limit: int, *, days: int = 30) -> list[Thread]:
    """Return the threads with most comments among those written in of late, their pages loaded; none that readers cannot see."""
    # Any thread may be the next to have most, of any page that can be seen; and each falls out of the month by itself.
    shows("thread:*", "page:*", until=timezone.now() + timedelta(hours=1))
    return list(
        Thread.objects.filter(
            last_comment_at__gte=timezone.now() - timedelta(days=days),
            published_count__gt=0,
            page__in=with_discussion(),
        )
        .select_related("page")
        .order_by("-published_count", "-last_comment_at")[:limit]
    )


def view_of(page_key: int, sort: Sort, *, after: str | None = None) -> View | None:
    """Return a view of a page's thread: the first, or the one after a cursor.

    None for a cursor that is not one of ours. Five queries at most.
    """
    counts = counts_in(page_key)
    if not counts.ever:
        return View(entries=[], sort=sort, next_cursor=None, is_first=True) if after is None else None
    if after is None and counts.published <= BUDGET and counts.ever <= MOST_READ_AT_ONCE:
        whole = _whole(page_key, sort)
        if whole is not None:
            return View(entries=_entries(whole), sort=sort, next_cursor=None, is_first=True, counts=counts)
    name = f"{page_key} {sort}"
    values = [page_key]
    if after is not None:
        position = cursors.position_of(after, of=name)
        if position is None:
            return None
        values.append(int(position, 36))
    limit = BUDGET if counts.published <= BUDGET else ROOTS
    rows = read_by(_words_of_roots(sort, limit + 1, is_after=after is not None), values)
    shown, more = rows[:limit], len(rows) > limit
    cursor = cursors.cursor_at(cursors.key_to_text(shown[-1].key), of=name) if more else None
    return View(
        entries=_entries(_with_replies(shown)),
        sort=sort,
        next_cursor=cursor,
        is_first=after is None,
        counts=counts,
    )


def _entries(comments: list[Said]) -> list[Entry]:
    return _with_reasons(arranged(comments, more_of=lambda head, path: cursors.cursor_at(path, of=_branch(head))))


def _whole(page_key: int, sort: Sort) -> list[Said] | None:
    """Return all comments of a thread in reading order, in one query; None where not all replies fit."""
    roots: list[Said] = []
    replies: list[Said] = []
    for row in found(_words_of_whole(sort), [page_key]):
        comment = Said._make(row)
        (roots if comment.root_id is None else replies).append(comment)
    if replies and _share_of(roots) < max(root.descendant_count for root in roots):
        return None
    # What the version before this one has just posted has no place in the newer orders yet: it comes last.
    roots.sort(key=lambda root: root.key or 0, reverse=is_descending(sort))
    return _in_order(roots, sorted(replies, key=attrgetter("path")))


def roots_of(page_key: int, sort: Sort) -> QuerySet[Comment]:
    """Return the comments on the story itself, in an order that one index holds."""
    roots = Comment.objects.filter(thread_id=page_key, parent__isnull=True, is_shown=True)
    return roots.filter(**{f"{ORDER[sort].lstrip('-')}__isnull": False}).order_by(ORDER[sort])


def is_descending(sort: Sort) -> bool:
    return ORDER[sort].startswith("-")


@cache
def _words_of_whole(sort: Sort) -> str:
    return words_of(columns_of(Comment.objects.filter(thread_id=0, is_shown=True), ORDER[sort].lstrip("-")))


@cache
def _words_of_roots(sort: Sort, limit: int, *, is_after: bool) -> str:
    """Return the words for the first comments on a page, or those after a position in its order."""
    roots, column = roots_of(0, sort), ORDER[sort].lstrip("-")
    if is_after:
        roots = roots.filter(**{f"{column}__{'lt' if is_descending(sort) else 'gt'}": 0})
    return words_of(columns_of(roots[:limit], column), values=1 + is_after)


@cache
def _words_of_replies(column: str) -> str:
    replies = Comment.objects.filter(**{f"{column}__in": [0]}, is_shown=True)
    return words_of(columns_of(replies.order_by("root_id", "path")))


@cache
def _words_of_below(limit: int) -> str:
    """Return the words for what stands below a comment: of its root's key, its path and the end of its branch."""
    # One filter's names would stand in the order of the alphabet.
    below = Comment.objects.filter(root_id=0, is_shown=True).filter(path__gt="", path__lt="").order_by("path")
    return words_of(columns_of(below[:limit]), values=3)


@cache
def _words_of_context() -> str:
    """Return the words for a comment, its root and those at `NEAR` paths there, and for the first of what stands below."""
    at_paths = Q(root_id=0) & Q(path__in=[str(each) for each in range(NEAR)])
    near = Comment.objects.filter(Q(is_shown=True) | Q(pk=0), Q(pk__in=[0, 1]) | at_paths)
    below = _words_of_below(BELOW + 1)
    return f"SELECT * FROM ({words_of(columns_of(near), values=4 + NEAR)}) n UNION ALL SELECT * FROM ({below}) below"  # noqa: S608  Django's words


@cache
def _words_of_counts() -> str:
    published = Comment.objects.filter(thread_id=OuterRef("pk"), state=CommentState.PUBLISHED)
    newest = published.order_by("-number").values("public_id")[:1]
    threads = Thread.objects.filter(pk=0).annotate(newest=Subquery(newest))
    counted = ["published_count", "comment_seq", "answers_count", "featured_count", "feedback_count", "newest"]
    return words_of(threads.values_list(*counted), values=2)


@cache
def _words_of_reasons() -> str:
    removals = Removal.objects.filter(comment_id__in=[0], restored_at__isnull=True)
    return words_of(removals.values_list("comment_id", "reason"))


def newest_scores(page: Page, limit: int) -> list[tuple[str, int]]:
    """Return the public ids and the scores of the newest published comments, the newest first."""
    shows(f"thread:{page.pk}")
    published = Comment.objects.filter(thread_id=page.pk, state=CommentState.PUBLISHED).order_by("-number")
    up = F("ups") + F("ups_guest") + F("ups_imported")
    down = F("downs") + F("downs_guest") + F("downs_imported")
    return list(published.annotate(points=up - down).values_list("public_id", "points")[:limit])


def branch_of(head: Comment | Said, *, after: str | None = None) -> tuple[list[Entry], str | None] | None:
    """Return what stands below a comment, in reading order, and the cursor of what follows.

    After a cursor the comments come with those they stand under, so that each is where it belongs. None for a
    cursor that is not one of ours.
    """
    position: str | None = head.path
    if after is not None:
        position = cursors.position_of(after, of=_branch(head))
        if position is None:
            return None
    rows = _below(head, BRANCH + 1, after=position)
    shown = rows[:BRANCH]
    cursor = cursors.cursor_at(shown[-1].path, of=_branch(head)) if len(rows) > BRANCH else None
    if after is not None and shown:
        over = [path for path in paths.ancestors(shown[0].path) if len(path) > len(head.path)]
        # Not only what is shown: what was removed under what is left of it is no gap.
        shown = read(Comment.objects.filter(root_id=shown[0].root_id, path__in=over).order_by("path")) + shown
    return _with_reasons(arranged(shown)), cursor


def context_of(comment: Comment) -> tuple[list[Entry], str | None]:
    """Return a comment with those it answers, its neighbours and what stands below it.

    The cursor is of what follows below it, if that is more than fits.
    """
    near = [*paths.ancestors(comment.path), *_beside(comment.path)]
    near += [comment.path] * (NEAR - len(near))
    head, root = comment.pk, comment.root_id or comment.pk
    rows = read_by(_words_of_context(), [head, head, root, root, *near, root, comment.path, comment.path + "~"])
    comments = {row.pk: row for row in sorted(rows, key=attrgetter("path"))}
    below = [row for row in comments.values() if row.path.startswith(comment.path) and row.pk != head]
    cursor = cursors.cursor_at(below[BELOW - 1].path, of=_branch(comment)) if len(below) > BELOW else None
    for row in below[BELOW:]:
        del comments[row.pk]
    return _with_reasons(arranged(list(comments.values()))), cursor


def comment_by(public_id: str) -> Comment | None:
    return _comment_by.first(public_id) if is_public_id(public_id) else None


_comment_by = Prepared(lambda: Comment.objects.select_related("person", "guest", "thread__page").filter(public_id=""))


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


def vote_by(writer: Writer | None, comment_key: int) -> int:
    if writer is None:
        return 0
    mine = Vote.objects.filter(comment_id=comment_key, voter_key=writer.voter_key)
    return mine.values_list("value", flat=True).first() or 0


def _with_reasons(entries: list[Entry]) -> list[Entry]:
    """Say beside each removed comment why it was; no query where there is none."""
    removed = {
        entry.comment.pk: entry for entry in entries if entry.comment and entry.comment.state == CommentState.REMOVED
    }
    if removed:
        for pk, reason in found(_words_of_reasons(), list(removed)):
            removed[pk].reason = str(RemovalReason(reason).label)
    return entries


def _with_replies(roots: list[Said]) -> list[Said]:
    """Return the roots, each followed by the first of what stands below it, as many as are fair."""
    answered = [root.pk for root in roots if root.descendant_count]
    if not answered:
        return roots
    share = _share_of(roots)
    if share >= max(root.descendant_count for root in roots):
        return _in_order(roots, read_by(_words_of_replies("root_id"), answered))
    return _in_order(roots, read_by(_words_of_replies("pk"), first_replies(answered, share)))


def _in_order(roots: list[Said], replies: list[Said]) -> list[Said]:
    by_root: dict[int | None, list[Said]] = {}
    for reply in replies:
        by_root.setdefault(reply.root_id, []).append(reply)
    return [comment for root in roots for comment in [root, *by_root.get(root.pk, [])]]


def _share_of(roots: list[Said]) -> int:
    counts = [root.descendant_count for root in roots if root.descendant_count]
    return fair_share(counts, max(BUDGET - len(roots), REPLIES_AT_LEAST * len(roots))) if counts else 0


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
    first = "SELECT b.id FROM discussion_comment b WHERE b.root_id = r.id AND b.is_shown ORDER BY b.path LIMIT %s"
    if connection.vendor == "sqlite":
        places = ", ".join(["%s"] * len(roots))
        sql = f"SELECT c.id FROM discussion_comment r JOIN discussion_comment c ON c.id IN ({first}) WHERE r.id IN ({places})"  # noqa: S608  our own constants and placeholders
        return [pk for (pk,) in fetched(sql, [share, *roots])]
    sql = f"SELECT c.id FROM discussion_comment r CROSS JOIN LATERAL ({first}) c WHERE r.id = ANY({KEYS})"  # noqa: S608  the same
    return [pk for (pk,) in fetched(sql, [share, as_one(roots)])]


def _below(head: Comment | Said, limit: int, *, after: str | None = None) -> list[Said]:
    """Return the first of what stands below a comment, or after a path there."""
    # "~" sorts after every digit of a path: a range an index can walk, where LIKE is none on SQLite.
    return read_by(_words_of_below(limit), [head.root_id or head.pk, after or head.path, head.path + "~"])


def _beside(path: str) -> list[str]:
    """Return the paths of the nearest siblings of a reply; none for a comment on the story itself."""
    if paths.depth(path) == 0:
        return []
    ordinal = int(path[-paths.WIDTH :], 36)
    return [
        path[: -paths.WIDTH] + paths.segment(near)
        for near in range(max(1, ordinal - SIBLINGS), min(paths.HIGHEST_ORDINAL, ordinal + SIBLINGS) + 1)
    ]


def _branch(head: Comment | Said) -> str:
    return f"in {head.public_id}"


def waiting_count() -> int:
    """Return how many comments wait for a moderator; from the threads' counters."""
    return Thread.objects.filter(held_count__gt=0).aggregate(waiting=Sum("held_count"))["waiting"] or 0


def correction_request_of(comment: Comment) -> CorrectionRequest | None:
    return CorrectionRequest.objects.filter(comment=comment).first()
