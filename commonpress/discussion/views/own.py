"""One's own comments: a list of them with what became of each, and changing or deleting one."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonpress.accounts.http import WriterRequest, guest_for
from commonpress.accounts.models import Guest, Writer
from commonpress.accounts.sign_in import begin_with_code
from commonpress.discussion import own, pages, queries, rates, rules
from commonpress.discussion.actions.edits import edit_comment
from commonpress.discussion.actions.erasure import delete_comment
from commonpress.discussion.actions.ignoring import ignore_writer_of, stop_ignoring, stop_ignoring_writer_of
from commonpress.discussion.drawing import own_html
from commonpress.discussion.errors import ClosedWhileWriting, NotYourComment, ThreadIsClosed, WordingIsAnother
from commonpress.discussion.forms import ClaimForm, WordingForm
from commonpress.discussion.ignored import names_ignored_by
from commonpress.discussion.models import Comment, CommentState
from commonpress.discussion.rules import Discussed
from commonpress.discussion.views.claiming import claim_guest_of
from commonpress.discussion.views.fragments import fragment, wants_fragment
from commonpress.lib.refusals import require
from commonpress.prerender.wanted import wait_until_fresh

NOTHING: tuple[list[own.Own], str | None] = ([], None)


@never_cache
@require_safe
def mine(request: WriterRequest, cursor: str | None = None) -> HttpResponse:
    """What this browser's guest, or the person signed in, has written: where, what became of it and why."""
    if request.writer is None and cursor is not None:
        raise Http404
    return _list(request, cursor)


@never_cache
@require_POST
def claim(request: WriterRequest) -> HttpResponse:
    """Have a guest's comments belong to an account: by a code that is mailed to the address they give.

    With the code they sign in, or join; and who signs in on a guest's browser is that guest (claiming.py).
    """
    guest = request.writer
    if not isinstance(guest, Guest):
        return redirect("discussion:mine")
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return _list(request, None, form)
    rates.take_claim(request)
    name = own.last_name_of(guest)
    return begin_with_code(request, form.cleaned_data["email"], name=name, then=reverse("discussion:mine"))


@never_cache
@require_POST
def ignore(request: WriterRequest, public_id: str) -> HttpResponse:
    """Ignore a comment's writer for oneself, or read them again; then return to the comment."""
    comment = queries.comment_by(public_id)
    page = pages.page_by(comment.thread_id) if comment else None
    if comment is None or page is None or not comment.is_published:
        raise Http404
    rates.take_ignoring(request)
    claim_guest_of(request, request.writer)
    if request.POST.get("ignore") != "no":
        with transaction.atomic():
            ignore_writer_of(comment, by=request.writer or guest_for(request))
    elif request.writer is not None:
        stop_ignoring_writer_of(comment, by=request.writer)
    return redirect(f"{comment.get_absolute_url()}#{comment.anchor}")


@never_cache
@require_POST
def read_again(request: WriterRequest, key: str) -> HttpResponse:
    rates.take_ignoring(request)
    if request.writer is not None:
        stop_ignoring(int(key), by=request.writer)
    return redirect("discussion:mine")


def _list(request: WriterRequest, cursor: str | None, form: ClaimForm | None = None) -> HttpResponse:
    writer = request.writer
    found = own.comments_of(writer, after=cursor) if writer is not None else NOTHING
    if found is None:
        raise Http404
    comments, next_cursor = found
    context = {
        "own": comments,
        "next_cursor": next_cursor,
        "is_first": cursor is None,
        "writer": writer,
        "ignored": names_ignored_by(writer) if writer is not None and cursor is None else [],
        "is_guest": isinstance(writer, Guest),
        "form": form,
    }
    return render(request, "discussion/mine.html", context, status=422 if form is not None else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: WriterRequest, public_id: str) -> HttpResponse:
    """The form that gives a comment of one's own another wording; posted, it previews or saves."""
    comment, page, writer = _to_edit(request, public_id)
    reason = rules.why_not_edit(comment, timezone.now())
    if request.method != "POST":
        require(rules.is_open(page), ThreadIsClosed)
        if reason is not None:
            raise reason
        form = WordingForm(writer=writer, initial={"text": comment.body_source})
        return _edit_page(request, comment, page, form)

    require(rules.is_open(page), ClosedWhileWriting)
    rates.take_preview(request)
    form = WordingForm(request.POST, writer=writer)
    if reason is not None and not _says_that_already(comment, form):
        raise reason
    if not form.is_valid():
        return _edit_page(request, comment, page, form, status=422)
    if request.POST.get("then") == "preview":
        return _edit_page(request, comment, page, form, preview=form.html)
    stood = request.POST.get("wording", "")
    if stood != comment.wording and not _says_that_already(comment, form):
        form.add_error("text", WordingIsAnother.message)
        return _edit_page(request, comment, page, form, status=WordingIsAnother.status, shows_standing=True)
    rates.take_comment(request)
    edited = edit_comment(comment, page=page, by=writer, text=form.cleaned_data["text"], html=form.html, stood=stood)
    # Whoever loads the story anew must not find the old wording.
    wait_until_fresh(page.path_here)
    if wants_fragment(request):
        return HttpResponse(own_html(edited, page))
    return redirect(f"{edited.get_absolute_url()}#{edited.anchor}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: WriterRequest, public_id: str) -> HttpResponse:
    """Ask whether a comment of one's own shall go, and delete it; also where its story is no longer to be seen."""
    if request.method == "POST":
        claim_guest_of(request, request.writer)
    writer = request.writer
    comment = queries.comment_by(public_id)
    if comment is None or writer is None or not rules.may_delete(comment, writer):
        if request.method != "POST" or writer is None:
            raise Http404
        # Sent twice it is gone, as was wished. What still stands is another's: who wrote it signed in as somebody else.
        require(comment is None or comment.state == CommentState.ERASED, NotYourComment)
        return _after_deletion(request)
    if request.method != "POST":
        context = {"comment": comment, "story": comment.thread.page, "has_replies": comment.replies.exists()}
        return render(request, "discussion/delete.html", context)
    rates.take_deletion(request)
    delete_comment(comment, by=writer)
    if (page := pages.any_page_by(comment.thread_id)) is not None:
        wait_until_fresh(page.path_here)
    return _after_deletion(request)


def _to_edit(request: WriterRequest, public_id: str) -> tuple[Comment, Discussed, Writer]:
    """Return a comment, its page and who wrote it, who is asking."""
    comment = queries.comment_by(public_id)
    page = pages.page_by(comment.thread_id) if comment else None
    is_sent = request.method == "POST"
    if is_sent:
        claim_guest_of(request, request.writer)
    writer = request.writer
    if comment is None or page is None or writer is None or not comment.belongs_to(writer):
        # Who signed out while they wrote keeps their text; a stranger learns of no comment that is not published.
        is_seen = comment is not None and page is not None and comment.is_published
        require(not (is_sent or is_seen), NotYourComment)
        raise Http404
    return comment, page, writer


def _after_deletion(request: WriterRequest) -> HttpResponse:
    messages.success(request, _("The comment is deleted."))
    return redirect("discussion:mine")


def _says_that_already(comment: Comment, form: WordingForm) -> bool:
    """Tell whether the comment has the wording that was sent: a second click changes nothing and is no mistake."""
    return form.is_valid() and form.cleaned_data["text"] == comment.body_source


def _edit_page(
    request: WriterRequest,
    comment: Comment,
    page: Discussed,
    form: WordingForm,
    *,
    preview: str = "",
    status: int = 200,
    shows_standing: bool = False,
) -> HttpResponse:
    """Show the form with what was typed; `shows_standing` also what the comment says now."""
    stood = request.POST.get("wording", "")
    context = {
        "page": page,
        "comment": comment,
        "form": form,
        "preview": preview,
        "wording": stood if stood and not shows_standing else comment.wording,
        "standing": comment.body_html if shows_standing else "",
    }
    if not wants_fragment(request):
        return render(request, "discussion/edit.html", context, status=status)
    return fragment(render(request, "discussion/edit_fragment.html", context, status=status))
