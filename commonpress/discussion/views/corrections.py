"""Correction requests at the desk: which are open, and one to decide."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commonpress.accounts.http import SignedInRequest
from commonpress.discussion import pages, rules
from commonpress.discussion.actions.corrections import accept_request, decline_request, request_correction
from commonpress.discussion.errors import NotAnEditor
from commonpress.discussion.forms import AcceptanceForm, DecliningForm
from commonpress.discussion.models import Comment, CorrectionRequest, RequestState
from commonpress.lib.refusals import require

AT_ONCE = 50


@require_safe
def open_requests(request: SignedInRequest) -> HttpResponse:
    """What waits for an editor, the longest waiting first, and what was decided last."""
    require(rules.may_correct(request.user), NotAnEditor)
    all_requests = CorrectionRequest.objects.select_related("comment__person", "comment__thread__page", "decided_by")
    context = {
        "waiting": all_requests.filter(state=RequestState.OPEN).order_by("asked_at")[:AT_ONCE],
        "decided": all_requests.exclude(state=RequestState.OPEN).order_by("-decided_at")[:AT_ONCE],
    }
    return render(request, "discussion/desk/corrections.html", context)


@require_safe
def one(request: SignedInRequest, key: int) -> HttpResponse:
    require(rules.may_correct(request.user), NotAnEditor)
    return _one(request, _comment_by(key))


@require_POST
def ask(request: SignedInRequest, key: int) -> HttpResponse:
    request_correction(_comment_by(key), by=request.user)
    return redirect("discussion_desk:correction", key)


@require_POST
def accept(request: SignedInRequest, key: int) -> HttpResponse:
    require(rules.may_correct(request.user), NotAnEditor)
    comment = _comment_by(key)
    page = pages.any_page_by(comment.thread_id)
    if page is None:
        raise Http404
    form = AcceptanceForm(request.POST)
    if not form.is_valid():
        return _one(request, comment, acceptance=form)
    accept_request(comment, page, by=request.user, **form.cleaned_data)
    messages.success(request, _("The correction stands over the story now. Please mend the text, too."))
    return redirect("discussion_desk:corrections")


@require_POST
def decline(request: SignedInRequest, key: int) -> HttpResponse:
    require(rules.may_correct(request.user), NotAnEditor)
    comment = _comment_by(key)
    form = DecliningForm(request.POST)
    if not form.is_valid():
        return _one(request, comment, declining=form)
    decline_request(comment, by=request.user, **form.cleaned_data)
    messages.success(request, _("Declined. The reader sees your reason at the comment."))
    return redirect("discussion_desk:corrections")


def _comment_by(key: int) -> Comment:
    return get_object_or_404(Comment.objects.select_related("person", "thread__page", "passage"), pk=key)


def _one(request: SignedInRequest, comment: Comment, **refused: Form) -> HttpResponse:
    context: dict[str, Any] = {
        "comment": comment,
        "page": pages.any_page_by(comment.thread_id),
        "correction_request": CorrectionRequest.objects.filter(comment=comment).first(),
        **refused,
    }
    return render(request, "discussion/desk/correction.html", context, status=422 if refused else 200)
