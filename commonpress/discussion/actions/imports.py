"""Comments that come from another system, with their dates, states, parents and votes.

Nobody is told and nothing is limited. While the comments of a page come in, each stands as a
comment on the story, in no particular order; `finish_import` then puts the thread in order once:

    import_comments(page, [Arrival(name="Mara", html="...", created_at=...), Arrival(..., parent=0)])
    finish_import(page)
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from wagtail.models import Page

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.discussion import markup, paths
from commonpress.discussion.actions.placing import COUNTERS, thread_for_writing
from commonpress.discussion.models import Comment, CommentKind, CommentState, Removal, RemovalReason, Thread

AT_ONCE = 500
# What a comment's place, counters and sort keys follow from.
PLACED_BY = (
    "id", "thread_id", "parent_id", "root_id", "state", "created_at", "number",
    "is_staff_reply", "is_author_reply", "is_featured",
    "ups", "downs", "ups_guest", "downs_guest", "ups_imported", "downs_imported",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A comment as another system had it.

    `html` is that system's markup or plain lines. `name` stands where nobody with an account wrote it. `parent` is
    a comment that stands here, or the place of an earlier arrival among those it comes with. `ups` and `downs` are
    totals without voters.
    """

    html: str
    created_at: datetime
    name: str = ""
    person: Person | None = None
    state: CommentState = CommentState.PUBLISHED
    kind: CommentKind = CommentKind.COMMENT
    parent: Comment | int | None = None
    is_author_reply: bool = False
    is_staff_reply: bool = False
    ups: int = 0
    downs: int = 0


def import_comment(page: Page, **fields: Any) -> Comment:
    """Add one comment; see `import_comments` and, for its fields, Arrival."""
    return import_comments(page, [Arrival(**fields)])[0]


@transaction.atomic
def import_comments(page: Page, arrivals: Sequence[Arrival]) -> list[Comment]:
    """Add comments of a page, in their order; call `finish_import` after the last.

    The text is sanitised here. A parent that is not yet known is given later, with `set_parent`.
    """
    thread = thread_for_writing(page)
    comments = [_comment(thread, arrival, thread.comment_seq + at) for at, arrival in enumerate(arrivals, start=1)]
    # Level by level: a reply needs the key of what it answers.
    levels: dict[int, list[int]] = defaultdict(list)
    depths: list[int] = []
    for at, arrival in enumerate(arrivals):
        depths.append(depths[arrival.parent] + 1 if isinstance(arrival.parent, int) else 0)
        levels[depths[-1]].append(at)
    for depth in sorted(levels):
        for at in levels[depth]:
            answered = arrivals[at].parent
            parent = comments[answered] if isinstance(answered, int) else answered
            if parent is not None:
                comments[at].parent = parent
                comments[at].root_id = parent.root_id or parent.pk
        Comment.objects.bulk_create([comments[at] for at in levels[depth]], batch_size=AT_ONCE)
    Removal.objects.bulk_create(
        Removal(comment=comment, at=comment.created_at, reason=RemovalReason.ELSEWHERE)
        for comment in comments
        if comment.state == CommentState.REMOVED
    )
    Thread.objects.filter(pk=thread.pk).update(comment_seq=thread.comment_seq + len(comments))
    return comments


def _comment(thread: Thread, arrival: Arrival, number: int) -> Comment:
    comment = Comment(
        thread=thread,
        number=number,
        # Its place follows from `finish_import`; until then it only has to be nobody else's.
        path=f"~{number}",
        state=arrival.state,
        kind=arrival.kind,
        person=arrival.person,
        imported_name=None if arrival.person else markup.shorten_name(markup.clean_name(arrival.name)),
        body_source=arrival.html,
        body_html=markup.render_imported(arrival.html),
        renderer=markup.IMPORTED_HTML,
        created_at=arrival.created_at,
        is_author_reply=arrival.is_author_reply,
        is_staff_reply=arrival.is_staff_reply,
        ups_imported=arrival.ups,
        downs_imported=arrival.downs,
    )
    comment.set_keys()
    return comment


def set_parent(comment: Comment, parent: Comment) -> None:
    """Say what an imported comment answers. Its place follows from `finish_import`."""
    Comment.objects.filter(pk=comment.pk).update(parent=parent, root=parent.root_id or parent.pk)


@transaction.atomic
def finish_import(page: Page) -> int:
    """Order a thread by its replies and their times, and count it anew.

    Returns how many comments were cut loose because they answered each other in a circle or a
    comment of another page; they now stand on the story itself.
    """
    thread = thread_for_writing(page)
    rows = {
        row.pk: row for row in Comment.objects.filter(thread=thread).only(*PLACED_BY).order_by("created_at", "number")
    }
    cut_loose = _cut_loose(rows)
    _lay_out(rows)
    _count_replies(rows)
    for row in rows.values():
        row.set_keys()
    # Paths are unique: all step aside before any takes its new place.
    Comment.objects.filter(thread=thread).update(path=Concat(Value("~"), Cast("number", CharField())))
    _write_places(rows.values())
    _count_thread(thread, list(rows.values()))
    changed(thread.key)
    return cut_loose


def _cut_loose(rows: dict[int, Comment]) -> int:
    """Take the parent from comments that cannot have theirs, and return how many those were."""
    cut = 0
    sound: set[int] = set()
    for start in rows.values():
        trail: dict[int, None] = {}
        row = start
        while row.pk not in sound:
            trail[row.pk] = None
            if row.parent_id is None:
                break
            if row.parent_id in trail or row.parent_id not in rows:
                row.parent_id = None
                cut += 1
                break
            row = rows[row.parent_id]
        sound.update(trail)
    return cut


def _lay_out(rows: dict[int, Comment]) -> None:
    """Give each comment its root, path and depth; siblings stand in the order of `rows`."""
    replies: dict[int | None, list[Comment]] = defaultdict(list)
    for row in rows.values():
        replies[row.parent_id].append(row)
        row.child_seq = 0
    at: dict[str, Comment] = {}
    waiting = deque(replies[None])
    for ordinal, row in enumerate(replies[None], start=1):
        row.path = paths.segment(ordinal)
    while waiting:
        row = waiting.popleft()
        if row.parent_id is None:
            row.root_id = None
        else:
            parent = rows[row.parent_id]
            row.root_id = parent.root_id or parent.pk
            above = at[paths.above_replies(parent.path)]
            above.child_seq += 1
            row.path = above.path + paths.segment(above.child_seq)
        row.depth = paths.depth(row.path)
        at[row.path] = row
        waiting.extend(replies[row.pk])


def _count_replies(rows: dict[int, Comment]) -> None:
    """Count the published replies of each comment, and everything published below it."""
    at = {row.path: row for row in rows.values()}
    for row in rows.values():
        row.reply_count = row.descendant_count = 0
    for row in rows.values():
        if row.parent_id is not None and row.is_published:
            rows[row.parent_id].reply_count += 1
            for path in paths.ancestors(row.path):
                at[path].descendant_count += 1
    for row in rows.values():
        row.is_shown = row.is_published or row.descendant_count > 0 or row.reply_count > 0


def _write_places(rows: Iterable[Comment]) -> None:
    # Not bulk_update, whose CASE for each row and field takes ten times as long.
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE discussion_comment SET parent_id = %s, root_id = %s, path = %s, depth = %s, child_seq = %s,"
            " reply_count = %s, descendant_count = %s, is_shown = %s, key_hot = %s, key_discussed = %s WHERE id = %s",
            [
                (
                    row.parent_id, row.root_id, row.path, row.depth, row.child_seq,
                    row.reply_count, row.descendant_count, row.is_shown, row.key_hot, row.key_discussed, row.pk,
                )
                for row in rows
            ],
        )  # fmt: skip


def _count_thread(thread: Thread, rows: list[Comment]) -> None:
    states = Counter(row.state for row in rows)
    for state, counter in COUNTERS.items():
        setattr(thread, counter, states[state])
    published = [row for row in rows if row.is_published]
    thread.answers_count = sum(row.is_answer for row in published)
    thread.featured_count = sum(row.is_featured for row in published)
    thread.root_seq = sum(1 for row in rows if row.parent_id is None)
    thread.last_comment_at = max((row.created_at for row in published), default=None)
    thread.version += 1
    thread.save()
