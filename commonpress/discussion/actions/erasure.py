"""What a writer may ask for: that a comment is gone, or they themselves from the whole discussion."""

import secrets

from django.db import transaction
from django.db.models import F

from commonpress.accounts.models import Guest, Person, Writer
from commonpress.changes.changed import changed
from commonpress.discussion import rules
from commonpress.discussion.actions.corrections import forget_credit
from commonpress.discussion.actions.placing import COUNTERS, move
from commonpress.discussion.errors import ColleagueIsNotErased, NotAModerator, NotYourComment
from commonpress.discussion.models import Comment, CommentState, Erasure, Ignored, Removal, Thread, Vote
from commonpress.lib.refusals import require
from commonpress.notices.following import forget_asker


@transaction.atomic
def delete_comment(comment: Comment, *, by: Writer) -> None:
    """Delete a comment as its writer wishes, whatever became of it. May happen again.

    With replies its place stays, without writer and text; without any, nothing does.
    """
    Thread.objects.select_for_update(no_key=True).get(pk=comment.thread_id)
    found = Comment.objects.filter(pk=comment.pk).exclude(state=CommentState.ERASED).first()
    if found is None:
        return
    require(found.belongs_to(by), NotYourComment)
    _erase(found.thread_id, found.pk)


@transaction.atomic
def erase_writer_of(comment: Comment, *, by: Person) -> None:
    """Erase who wrote a comment, as they asked a moderator to; that it was done, and by whom, stays on record.

    A writer whom another system knew and we do not loses this one comment.
    """
    require(rules.may_moderate(by), NotAModerator)
    writer = comment.writer
    require(rules.may_be_erased_by_moderators(writer), ColleagueIsNotErased)
    if writer is not None:
        count = erase_commenter(writer)
    else:
        _erase(comment.thread_id, comment.pk)
        count = 1
    Erasure.objects.create(by=by, comment_count=count)


@transaction.atomic
def erase_commenter(writer: Writer) -> int:
    """Erase a person or a guest from every discussion and return how many comments that were.

    A comment with replies keeps its place, without writer and text; one without is deleted.
    Votes stay counted, under a key that leads to nobody and still says whether a person's or a guest's they
    were, which weigh differently. A guest is forgotten altogether,
    as are those a person was. May happen again: there is then nothing left.
    """
    guests = [writer] if isinstance(writer, Guest) else list(Guest.objects.filter(claim__person=writer))
    # The latest first: an answer to oneself is gone before the comment it answered is looked at.
    keys = list(Comment.objects.by(writer).order_by("thread_id", "-number").values_list("thread_id", "pk"))
    for thread_id, comment_key in keys:
        _erase(thread_id, comment_key)
    for key in {writer.voter_key, *(guest.voter_key for guest in guests)}:
        Ignored.objects.filter(owner_key=key).delete()
        Vote.objects.filter(voter_key=key).update(voter_key=f"{key[:2]}x{secrets.token_urlsafe(16)}")
        forget_asker(key)
    Guest.objects.filter(pk__in=[guest.pk for guest in guests]).delete()
    return len(keys)


def _erase(thread_id: int, key: int) -> None:
    Thread.objects.select_for_update(no_key=True).get(pk=thread_id)
    comment = Comment.objects.select_for_update(no_key=True).get(pk=key)
    move(comment, CommentState.ERASED)
    forget_credit(comment)
    if comment.replies.exists():
        Removal.objects.filter(comment=comment).update(note="", restored_reason="")
        comment.wordings.all().delete()
        Comment.objects.filter(pk=comment.pk).update(
            person=None,
            guest=None,
            guest_name="",
            imported_name=None,
            body_source="",
            body_html="",
            edited_at=None,
            held_for="",
            once_key=None,
            is_staff_reply=False,
            is_author_reply=False,
            is_supporter=False,
            is_featured=False,
        )
    else:
        counter = COUNTERS[CommentState.ERASED]
        Thread.objects.filter(pk=thread_id).update(**{counter: F(counter) - 1})
        comment.delete()
    changed(f"thread:{thread_id}")
