"""What a writer may ask for: to be gone from the discussion."""

import secrets

from django.db import transaction
from django.db.models import F

from commonpress.accounts.models import Person, Writer
from commonpress.changes.changed import changed
from commonpress.discussion.actions.placing import COUNTERS, move
from commonpress.discussion.models import Comment, CommentState, Removal, Thread, Vote


@transaction.atomic
def erase_commenter(writer: Writer) -> int:
    """Erase a person or a guest from every discussion and return how many comments that were.

    A comment with replies keeps its place, without writer and text; one without is deleted.
    Votes stay counted, under a key that leads to nobody. May happen again: there is then nothing left.
    """
    comments = (
        Comment.objects.filter(person=writer) if isinstance(writer, Person) else Comment.objects.filter(guest=writer)
    )
    erased = 0
    # The latest first: an answer to oneself is gone before the comment it answered is looked at.
    for thread_id, pk in list(comments.order_by("thread_id", "-number").values_list("thread_id", "pk")):
        Thread.objects.select_for_update().get(pk=thread_id)
        _erase(Comment.objects.select_for_update().get(pk=pk))
        changed(f"thread:{thread_id}")
        erased += 1
    Vote.objects.filter(voter_key=writer.voter_key).update(voter_key=f"x:{secrets.token_urlsafe(16)}")
    return erased


def _erase(comment: Comment) -> None:
    move(comment, CommentState.ERASED)
    if not comment.replies.exists():
        Thread.objects.filter(pk=comment.thread_id).update(
            **{COUNTERS[CommentState.ERASED]: F(COUNTERS[CommentState.ERASED]) - 1}
        )
        comment.delete()
        return
    Removal.objects.filter(comment=comment).update(note="")
    Comment.objects.filter(pk=comment.pk).update(
        person=None,
        guest=None,
        guest_name="",
        imported_name=None,
        body_source="",
        body_html="",
        once_key=None,
        is_staff_reply=False,
        is_author_reply=False,
    )
