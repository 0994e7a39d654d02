"""What editors do when a reader says that a story is wrong: take it up, accept it with thanks, or decline it."""

from django.db import transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.discussion import rules
from commonpress.discussion.errors import NotAnEditor, NotOnAPassage, RequestIsDecided
from commonpress.discussion.models import Comment, CommentState, CorrectionRequest, RequestState, Thread
from commonpress.discussion.rules import Discussed
from commonpress.lib.refusals import require
from commonpress.newsroom.actions.corrections import issue_correction
from commonpress.newsroom.models.correction import Correction


@transaction.atomic
def request_correction(comment: Comment, *, by: Person) -> CorrectionRequest:
    """Make a correction request of a reader's comment on a passage. Made again, it is the same."""
    require(rules.may_correct(by), NotAnEditor)
    require(comment.is_published and comment.passage_id is not None, NotOnAPassage)
    request, _made = CorrectionRequest.objects.get_or_create(comment=comment, defaults={"asked_by": by})
    return request


@transaction.atomic
def accept_request(comment: Comment, page: Discussed, *, text: str, credit: str, by: Person) -> CorrectionRequest:
    """Correct the story in public, with thanks to whom the editor names. Raises RequestIsDecided.

    Nobody is thanked where the comment's writer was erased: the editor's form may have been open since before.
    """
    # The thread's lock first, as whoever erases takes it.
    Thread.objects.select_for_update(no_key=True).get(pk=comment.thread_id)
    request = _open_request(comment, by)
    if Comment.objects.filter(pk=comment.pk, state=CommentState.ERASED).exists():
        credit = ""
    request.correction = issue_correction(page, text=text, credit=credit, by=by)
    return _decided(request, RequestState.ACCEPTED, by)


@transaction.atomic
def decline_request(comment: Comment, *, note: str, by: Person) -> CorrectionRequest:
    """Tell the reader why the story stays as it is. Raises RequestIsDecided."""
    request = _open_request(comment, by)
    request.note = note
    return _decided(request, RequestState.DECLINED, by)


def forget_credit(comment: Comment) -> None:
    """Take a writer who is erased out of the thanks for what they found; the correction itself stays."""
    for correction in Correction.objects.filter(request__comment=comment).exclude(credit=""):
        correction.credit = ""
        correction.save(update_fields=["credit"])
        changed(f"page:{correction.page_id}")


def _open_request(comment: Comment, by: Person) -> CorrectionRequest:
    """Return the request, locked: of two editors who decide at once the second is told so."""
    require(rules.may_correct(by), NotAnEditor)
    request = CorrectionRequest.objects.select_for_update(of=("self",)).filter(comment=comment).first()
    require(request is not None and request.is_open, RequestIsDecided)
    assert request is not None
    return request


def _decided(request: CorrectionRequest, state: RequestState, by: Person) -> CorrectionRequest:
    request.state, request.decided_by, request.decided_at = state, by, timezone.now()
    request.save()
    return request
