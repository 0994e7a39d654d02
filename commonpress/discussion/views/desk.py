"""The moderators' screens at the desk: what waits, what was removed, one comment, the settings."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonpress.accounts.http import SignedInRequest
from commonpress.discussion import pages, rules
from commonpress.discussion.actions.bursts import count_held_votes, discard_held_votes
from commonpress.discussion.actions.erasure import erase_writer_of
from commonpress.discussion.actions.moderation import (
    feature_comment,
    hold_comment,
    release_comment,
    remove_comment,
    restore_comment,
    unfeature_comment,
)
from commonpress.discussion.actions.threads import set_discussion
from commonpress.discussion.errors import NotAModerator
from commonpress.discussion.forms import ErasureForm, RemovalForm, RestoringForm, SettingsForm
from commonpress.discussion.models import (
    Comment,
    CommentState,
    DiscussionSettings,
    Erasure,
    Removal,
    RemovalReason,
    VoteBurst,
)
from commonpress.lib.refusals import require
from commonpress.newsroom.models.public_page import CommentsState

A_PAGE = 50
ERASURES = 20
BURSTS = 50
P = ParamSpec("P")


def for_moderators(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[SignedInRequest, P], HttpResponse]:
    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        require(rules.may_moderate(request.user), NotAModerator)
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]  # the same call, but for the name of its first argument


@for_moderators
@require_safe
def held(request: SignedInRequest) -> HttpResponse:
    """What waits for a moderator, the longest waiting first."""
    found = Comment.objects.filter(state=CommentState.HELD).order_by("id")
    return _list(request, "held", found, after="id__gt", bursts=_bursts()[:BURSTS])


@for_moderators
@require_safe
def removed(request: SignedInRequest) -> HttpResponse:
    """What moderators removed, the latest comment first, and how often they erased a writer of late."""
    found = Comment.objects.filter(state=CommentState.REMOVED).order_by("-id")
    erasures = Erasure.objects.select_related("by").order_by("-at")[:ERASURES]
    return _list(request, "removed", found, after="id__lt", erasures=erasures)


@for_moderators
@require_safe
def published(request: SignedInRequest) -> HttpResponse:
    found = Comment.objects.filter(state=CommentState.PUBLISHED).order_by("-id")
    return _list(request, "published", found, after="id__lt")


@for_moderators
@require_safe
def one(request: SignedInRequest, key: int) -> HttpResponse:
    return _one(request, _comment_by(key), back=_own_address(key))


@for_moderators
@require_POST
def remove(request: SignedInRequest, key: int) -> HttpResponse:
    comment = _comment_by(key)
    form = RemovalForm(request.POST)
    if not form.is_valid():
        return _one(request, comment, back=_back(request), removal_form=form)
    reason = RemovalReason(form.cleaned_data["reason"])
    remove_comment(comment, by=request.user, reason=reason, note=form.cleaned_data["note"])
    messages.success(request, _("Removed. You can restore it from the list of removed comments."))
    return HttpResponseRedirect(_back(request))


@for_moderators
@require_POST
def restore(request: SignedInRequest, key: int) -> HttpResponse:
    comment = _comment_by(key)
    form = RestoringForm(request.POST)
    if not form.is_valid():
        return _one(request, comment, back=_back(request), restoring_form=form)
    restored = restore_comment(comment, by=request.user, reason=form.cleaned_data["reason"])
    if restored.state == CommentState.HELD:
        messages.success(request, _("The comment waits among the held ones again."))
    else:
        messages.success(request, _("The comment stands on the page again."))
    return HttpResponseRedirect(_back(request))


@for_moderators
@require_POST
def release(request: SignedInRequest, key: int) -> HttpResponse:
    release_comment(_comment_by(key), by=request.user, read=request.POST.get("read"))
    messages.success(request, _("The comment stands on the page now."))
    return HttpResponseRedirect(_back(request))


@for_moderators
@require_POST
def hold(request: SignedInRequest, key: int) -> HttpResponse:
    hold_comment(_comment_by(key), by=request.user)
    messages.success(request, _("The comment waits among the held ones."))
    return HttpResponseRedirect(_back(request))


@for_moderators
@require_POST
def feature(request: SignedInRequest, key: int) -> HttpResponse:
    feature_comment(_comment_by(key), by=request.user, read=request.POST.get("read"))
    messages.success(request, _("Featured. Readers find it under “Featured”."))
    return HttpResponseRedirect(_back(request))


@for_moderators
@require_POST
def unfeature(request: SignedInRequest, key: int) -> HttpResponse:
    unfeature_comment(_comment_by(key), by=request.user)
    messages.success(request, _("The comment is no longer featured."))
    return HttpResponseRedirect(_back(request))


@for_moderators
@require_POST
def erase(request: SignedInRequest, key: int) -> HttpResponse:
    comment = _comment_by(key)
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return _one(request, comment, back=_own_address(key), erasure_form=form)
    erase_writer_of(comment, by=request.user)
    messages.success(request, _("Erased. Who wrote it, and what, is gone from here."))
    return redirect("discussion_desk:published")


@for_moderators
@require_POST
def held_votes(request: SignedInRequest, key: int) -> HttpResponse:
    """Count the votes of a comment that were held back, or discard them."""
    comment = _comment_by(key)
    if request.POST.get("then") == "discard":
        count = discard_held_votes(comment, by=request.user)
        said = ngettext("%(count)d vote is discarded.", "%(count)d votes are discarded.", count)
    else:
        count = count_held_votes(comment, by=request.user)
        said = ngettext("%(count)d vote is counted.", "%(count)d votes are counted.", count)
    messages.success(request, said % {"count": count})
    return HttpResponseRedirect(_back(request))


@for_moderators
@require_POST
def open_or_close(request: SignedInRequest, page_key: int, state: str) -> HttpResponse:
    """Open or close the discussion of the page a comment stands on."""
    page = pages.any_page_by(page_key)
    if page is None or state not in {CommentsState.OPEN, CommentsState.CLOSED}:
        raise Http404
    set_discussion(page, CommentsState(state), by=request.user)
    messages.success(request, _("The discussion is open.") if state == "open" else _("The discussion is closed."))
    return HttpResponseRedirect(_back(request))


@for_moderators
@require_http_methods(["GET", "POST"])
def settings(request: SignedInRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=DiscussionSettings.load())
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It holds for comments from now on."))
        return redirect("discussion_desk:settings")
    context = {"form": form, "tab": "settings"}
    return render(request, "discussion/desk/settings.html", context, status=422 if form.errors else 200)


def _comment_by(key: int) -> Comment:
    return get_object_or_404(Comment.objects.select_related("person", "thread__page", "parent__person"), pk=key)


def _one(request: SignedInRequest, comment: Comment, *, back: str, **refused: Form) -> HttpResponse:
    """Show a comment with all that can be decided; a form that was refused comes with what was typed."""
    context = {
        "comment": comment,
        "page": pages.any_page_by(comment.thread_id),
        "removals": _removals().filter(comment=comment),
        "burst": _bursts().filter(pk=comment.pk).first(),
        "wordings": comment.wordings.order_by("-pk"),
        "reasons": RemovalReason.choices,
        "may_be_erased": rules.may_be_erased_by_moderators(comment.writer),
        "tab": "one",
        "back": back,
        **refused,
    }
    return render(request, "discussion/desk/one.html", context, status=422 if refused else 200)


def _list(request: SignedInRequest, tab: str, comments: QuerySet[Comment], *, after: str, **more: Any) -> HttpResponse:
    words = request.GET.get("story", "").strip()[:100]
    if words:
        comments = comments.filter(thread__page__title__icontains=words)
    begin = request.GET.get("after", "")
    if begin:
        if not (begin.isascii() and begin.isdigit() and len(begin) < 19):
            raise Http404
        comments = comments.filter(**{after: int(begin)})
    comments = comments.select_related("person", "thread__page").prefetch_related(Prefetch("removals", _removals()))
    found = list(comments[: A_PAGE + 1])
    context = {
        "tab": tab,
        "words": words,
        "comments": found[:A_PAGE],
        "next": found[A_PAGE - 1].pk if len(found) > A_PAGE else None,
        "reasons": RemovalReason.choices,
        "here": request.get_full_path(),
        **more,
    }
    return render(request, "discussion/desk/list.html", context)


def _bursts() -> QuerySet[VoteBurst]:
    """Return the comments whose votes wait, the longest waiting first."""
    waiting = VoteBurst.objects.filter(held_at__isnull=False).order_by("held_at")
    return waiting.select_related("comment__person", "comment__thread__page")


def _removals() -> QuerySet[Removal]:
    return Removal.objects.select_related("by", "restored_by").order_by("-at")


def _own_address(key: int) -> str:
    return reverse("discussion_desk:comment", args=[key])


def _back(request: HttpRequest) -> str:
    to = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(to, None) and to.startswith("/admin/")
    return to if is_ours else reverse("discussion_desk:held")
