"""What moderators do: remove and restore, hold and release, feature."""

from django.db import transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.discussion import rules
from commonpress.discussion.actions.following import announce
from commonpress.discussion.actions.placing import mark_featured, move
from commonpress.discussion.errors import NotAModerator, ReadAnother
from commonpress.discussion.models import Comment, CommentState, HeldFor, Removal, RemovalReason, Thread
from commonpress.lib.refusals import require


@transaction.atomic
def remove_comment(comment: Comment, *, by: Person, reason: RemovalReason, note: str = "") -> Comment:
    """Take a comment off the page, with a reason. Removing what is removed changes nothing."""
    comment = _locked(comment, by)
    if comment.state in {CommentState.PUBLISHED, CommentState.HELD}:
        Removal.objects.create(comment=comment, by=by, reason=reason, note=note, state_before=comment.state)
        move(comment, CommentState.REMOVED)
        changed(f"thread:{comment.thread_id}")
    return comment


@transaction.atomic
def restore_comment(comment: Comment, *, by: Person, reason: str) -> Comment:
    """Make a removed comment what it was before: published, or held.

    The removal stays on record, as undone, with the reason in the moderator's own words.
    """
    comment = _locked(comment, by)
    if comment.state == CommentState.REMOVED:
        removal = comment.removals.get(restored_at=None)
        removal.restored_at, removal.restored_by, removal.restored_reason = timezone.now(), by, reason
        removal.save(update_fields=["restored_at", "restored_by", "restored_reason"])
        move(comment, CommentState(removal.state_before))
        changed(f"thread:{comment.thread_id}")
    return comment


@transaction.atomic
def release_comment(comment: Comment, *, by: Person, read: str | None = None) -> Comment:
    """Let a held comment stand on the page.

    `read` is the `Comment.wording` the moderator had before them. Raises ReadAnother when its writer has changed it.
    """
    comment = _locked(comment, by)
    if comment.state == CommentState.HELD:
        require(read is None or read == comment.wording, ReadAnother)
        _note_why_held(comment, "")
        move(comment, CommentState.PUBLISHED)
        changed(f"thread:{comment.thread_id}")
        announce(comment)
    return comment


@transaction.atomic
def hold_comment(comment: Comment, *, by: Person) -> Comment:
    """Take a published comment off the page until a moderator decides."""
    comment = _locked(comment, by)
    if comment.state == CommentState.PUBLISHED:
        _note_why_held(comment, HeldFor.MODERATOR)
        move(comment, CommentState.HELD)
        changed(f"thread:{comment.thread_id}")
    return comment


@transaction.atomic
def feature_comment(comment: Comment, *, by: Person, read: str | None = None) -> Comment:
    """Mark a published comment as one that everybody should read.

    `read` is the `Comment.wording` the moderator had before them. Raises ReadAnother when its writer has changed it.
    """
    comment = _locked(comment, by)
    if comment.is_published and not comment.is_featured:
        require(read is None or read == comment.wording, ReadAnother)
        mark_featured(comment, is_featured=True)
    return comment


@transaction.atomic
def unfeature_comment(comment: Comment, *, by: Person) -> Comment:
    comment = _locked(comment, by)
    if comment.is_featured:
        mark_featured(comment, is_featured=False)
    return comment


def _note_why_held(comment: Comment, held_for: str) -> None:
    comment.held_for = held_for
    comment.save(update_fields=["held_for"])


def _locked(comment: Comment, by: Person) -> Comment:
    """Return the comment as it stands now, its thread locked. Raises NotAModerator."""
    require(rules.may_moderate(by), NotAModerator)
    Thread.objects.select_for_update(no_key=True).get(pk=comment.thread_id)
    return Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
