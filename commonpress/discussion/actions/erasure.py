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
    Votes stay counted, under a key that leads to nobody and still says whether a person's or a guest's they
    were, which weigh differently. May happen again: there is then nothing left.
    """
    comments = Comment.objects.all()
    comments = comments.filter(person=writer) if isinstance(writer, Person) else comments.filter(guest=writer)
    # The latest first: an answer to oneself is gone before the comment it answered is looked at.
    keys = list(comments.order_by("thread_id", "-number").values_list("thread_id", "pk"))
    for thread_id, key in keys:
        _erase(thread_id, key)
    Vote.objects.filter(voter_key=writer.voter_key).update(
        voter_key=f"{writer.voter_key[:2]}x{secrets.token_urlsafe(16)}"
    )
    return len(keys)


@transaction.atomic
def erase_comment(comment: Comment) -> None:
    """Erase one comment, as for a writer another system knew and we do not."""
    _erase(comment.thread_id, comment.pk)


def _erase(thread_id: int, key: int) -> None:
    Thread.objects.select_for_update().get(pk=thread_id)
    comment = Comment.objects.select_for_update().get(pk=key)
    move(comment, CommentState.ERASED)
    if comment.replies.exists():
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
    else:
        counter = COUNTERS[CommentState.ERASED]
        Thread.objects.filter(pk=thread_id).update(**{counter: F(counter) - 1})
        comment.delete()
    changed(f"thread:{thread_id}")
