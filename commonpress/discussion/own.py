"""What of the discussion is one writer's own: their comments wherever they stand, what became of each, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from wagtail.models import Page

from commonpress.accounts.models import Guest, Writer
from commonpress.discussion import cursors, rules
from commonpress.discussion.models import Comment, CommentState, Removal, RemovalReason
from commonpress.discussion.rules import Discussed
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.story import Story

A_PAGE = 20
SHOWN_APART = 20
# As the account has room for.
LONGEST_NAME = 60
# Who has written more than that in one thread sees the oldest of it as anybody's.
WRITTEN = 100
# So long the writer of a removed comment finds in the thread that it was; in the list of their own always.
TOLD_FOR = timedelta(days=7)
# What decides whether a comment can still be edited.
EDITABLE_BY = ("public_id", "state", "held_for", "created_at", "reply_count", "descendant_count")


@dataclass(frozen=True, slots=True)
class Own:
    """A comment as its writer sees it in the list of theirs."""

    comment: Comment
    headline: str
    # Of the story, where readers see it and its discussion; else empty.
    address: str
    why: str
    may_edit: bool

    @property
    def is_on_the_page(self) -> bool:
        return bool(self.address) and self.comment.is_published


def comments_of(writer: Writer, *, after: str | None = None) -> tuple[list[Own], str | None] | None:
    """Return a page of what somebody wrote, the latest first, and the cursor of what follows.

    None for a cursor that is not one of theirs. Seven queries at most.
    """
    name = f"by {writer.voter_key}"
    comments = Comment.objects.by(writer).exclude(state=CommentState.ERASED).order_by("-pk")
    if after is not None:
        position = cursors.position_of(after, of=name)
        if position is None:
            return None
        comments = comments.filter(pk__lt=int(position, 36))
    found = list(comments.select_related("person", "thread__page")[: A_PAGE + 1])
    shown = found[:A_PAGE]
    cursor = cursors.cursor_at(cursors.key_to_text(shown[-1].pk), of=name) if len(found) > A_PAGE else None
    return _told(shown, timezone.now()), cursor


def last_name_of(guest: Guest) -> str:
    """Return the name a guest used last, as far as an account can bear it; empty where they used none."""
    names = (
        Comment.objects.filter(guest=guest).exclude(guest_name="").order_by("-pk").values_list("guest_name", flat=True)
    )
    name = names.first() or ""
    return name if len(name) <= LONGEST_NAME else ""


def waiting_in(writer: Writer, page: Page) -> list[tuple[Comment, str]]:
    """Return what somebody wrote in a thread that waits, or was removed in the last days, the latest first, and why."""
    mine = (
        Comment.objects.by(writer)
        .among_theirs(page.pk)
        .select_related("person", "passage", "parent__person", "parent__passage")
    )
    held = list(mine.theirs_in_state(CommentState.HELD).order_by("-number")[:SHOWN_APART])
    since = timezone.now() - TOLD_FOR
    standing = Removal.objects.filter(
        comment__in=mine.theirs_in_state(CommentState.REMOVED).order_by("-number")[:SHOWN_APART].values("pk"),
        restored_at__isnull=True,
        at__gte=since,
    )
    reasons = dict(standing.values_list("comment_id", "reason"))
    removed = list(mine.filter(pk__in=reasons)) if reasons else []
    told = [(comment, comment.why_held) for comment in held]
    told += [(comment, str(RemovalReason(reasons[comment.pk]).label)) for comment in removed]
    return sorted(told, key=lambda one: -one[0].number)


def written_in(writer: Writer, page: Discussed) -> tuple[list[str], list[str]]:
    """Return the public ids of what somebody wrote in a thread, the latest first, and of what of it they may still edit."""
    mine = Comment.objects.by(writer).among_theirs(page.pk).order_by("-number")
    found = list(mine.only(*EDITABLE_BY)[:WRITTEN])
    now = timezone.now()
    editable = [comment.public_id for comment in found if rules.why_not_edit(comment, now) is None]
    return [comment.public_id for comment in found], editable if rules.is_open(page) else []


def _told(comments: list[Comment], now: datetime) -> list[Own]:
    standing = Removal.objects.filter(comment__in=comments, restored_at__isnull=True)
    reasons = dict(standing.values_list("comment_id", "reason"))
    open_pages = _addresses(comments)
    return [
        Own(
            comment=comment,
            headline=comment.thread.page.title,
            address=open_pages.get(comment.thread_id, ("", False))[0],
            why=str(RemovalReason(reasons[comment.pk]).label) if comment.pk in reasons else comment.why_held,
            may_edit=open_pages.get(comment.thread_id, ("", False))[1] and rules.why_not_edit(comment, now) is None,
        )
        for comment in comments
    ]


def _addresses(comments: list[Comment]) -> dict[int, tuple[str, bool]]:
    """Return by page key where readers find those discussions that they see, and whether each is open."""
    keys = {comment.thread_id for comment in comments}
    return {
        key: (path, state == CommentsState.OPEN)
        for model in (Story, PlainPage)
        for key, path, state in model.objects.live()
        .public()
        .filter(pk__in=keys)
        .exclude(comments_state=CommentsState.OFF)
        .values_list("pk", "public_path", "comments_state")
    }
