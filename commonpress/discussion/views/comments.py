"""Writing: the form under a story, its compose page, preview and posting."""

from collections.abc import Sequence
from functools import lru_cache

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commonpress.accounts.http import WriterRequest, guest_for
from commonpress.accounts.models import Person
from commonpress.discussion import pages, queries, rates, rules
from commonpress.discussion.actions.comments import is_what_was_sent, post_comment, posted_meanwhile, posted_with
from commonpress.discussion.anchors import Anchor
from commonpress.discussion.drawing import count_html, place_of, posted_html, writes_as
from commonpress.discussion.errors import (
    AnsweredIsGone,
    ClosedWhileWriting,
    CommentIsGone,
    SentAlready,
    ThreadIsClosed,
    WriterIsAnother,
)
from commonpress.discussion.forms import CommentForm
from commonpress.discussion.models import Comment, Passage
from commonpress.discussion.rules import Discussed
from commonpress.discussion.views.claiming import claim_guest_of
from commonpress.discussion.views.following import follow_as_asked, may_follow_at_once, with_note
from commonpress.discussion.views.fragments import fragment, wants_fragment
from commonpress.discussion.views.passages import about_what
from commonpress.lib import once
from commonpress.lib.limits import address_prefix
from commonpress.lib.refusals import require
from commonpress.prerender.wanted import wait_until_fresh


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: WriterRequest, page_key: int, public_id: str | None = None) -> HttpResponse:
    """The form for a comment or, with `public_id`, for a reply; posted, it previews or posts."""
    page = pages.page_by(page_key)
    parent = queries.comment_by(public_id) if public_id else None
    is_sent = request.method == "POST"
    if page is None:
        require(not (is_sent and pages.is_without_discussion(page_key)), ClosedWhileWriting)
        raise Http404
    if public_id and (parent is None or parent.thread_id != page.pk):
        raise Http404
    require(rules.is_open(page), ClosedWhileWriting if is_sent else ThreadIsClosed)
    require(parent is None or rules.may_reply_to(parent), AnsweredIsGone if is_sent else CommentIsGone)
    if not is_sent:
        return _compose_page(request, page, parent, CommentForm(writer=request.writer), about=about_what(request, page))

    rates.take_preview(request)
    form = CommentForm(request.POST, writer=request.writer)
    about = about_what(request, page)
    if not form.is_valid():
        return _compose_page(request, page, parent, form, about=about, status=422)
    if request.POST.get("then") == "preview":
        return _compose_page(request, page, parent, form, about=about, preview=form.html)
    # Kept pages and pages left open tell a name; whoever signed in or out meanwhile must not write under another one.
    if request.POST.get("writes_as", writes_as(request.writer)) != writes_as(request.writer):
        form.add_error("text", WriterIsAnother.message)
        return _compose_page(request, page, parent, form, about=about, status=WriterIsAnother.status)
    posted = post_once(request, page, parent, form, about=about, keys=_keys_of_form(request))
    if not is_what_was_sent(posted, page=page, parent=parent, text=form.cleaned_data["text"]):
        form.add_error("text", SentAlready.message)
        return _compose_page(request, page, parent, form, about=about, status=SentAlready.status, is_new=True)
    return _answer(
        request, posted, page, asked=bool(form.cleaned_data["tell"]) and not may_follow_at_once(request.writer)
    )


def post_once(
    request: WriterRequest,
    page: Discussed,
    parent: Comment | None,
    form: CommentForm,
    *,
    about: Passage | Anchor | None = None,
    keys: Sequence[str],
) -> Comment:
    """Return the comment made of a valid form, or what was made with one of its once-only keys before.

    The first of them is the new comment's; without any, they are made of the words.
    """
    keys = keys or _keys_of_words(request, page, parent, form)
    if (posted := posted_with(keys)) is not None:
        return posted
    rates.take_comment(request)
    if form.cleaned_data["tell"]:
        rates.take_follow(request)
    claim_guest_of(request, request.writer)
    with transaction.atomic():
        # Asked before a guest is made: the second click of a stranger must not make them another stranger.
        if (posted := posted_meanwhile(page, keys)) is not None:
            return posted
        writer = request.writer or guest_for(request)
        follow_as_asked(page, form, writer)
        return post_comment(
            page,
            writer=writer,
            text=form.cleaned_data["text"],
            html=form.html,
            name=form.cleaned_data["name"],
            parent=parent,
            about=about,
            once=keys[0],
        )


def _keys_of_form(request: WriterRequest) -> Sequence[str]:
    key = once.key_of(request.POST)
    return (key,) if key is not None else ()


def _keys_of_words(
    request: WriterRequest, page: Discussed, parent: Comment | None, form: CommentForm
) -> tuple[str, str]:
    """Return by which keys a comment is known that was made of a form without one.

    A page that is kept for everyone carries none; without JavaScript a second click is known by its
    sender and words. A guest's sender is the address: with the first click they were a stranger yet.
    """
    sender = request.writer.voter_key if isinstance(request.writer, Person) else address_prefix(request)
    place = parent.public_id if parent else str(page.pk)
    return once.keys_of_words(sender, place, form.cleaned_data["text"], form.cleaned_data["name"])


def _answer(request: WriterRequest, comment: Comment, page: Discussed, *, asked: bool) -> HttpResponse:
    """Lead the writer to their comment: in the story where it stands there, else on its own page.

    Who `asked` to be told at an address that may have to be confirmed learns that first.
    """
    if wants_fragment(request):
        html = posted_html(comment, place_of(page))
        html = with_note(html) if asked else html
        claim = claim_note(get_language()) if comment.guest_id else ""
        return HttpResponse(html + _count_html(comment, page) + claim, status=201)
    if asked:
        return redirect("discussion:asked-at", comment.public_id)
    if queries.stands_in_first_view(comment, page):
        wait_until_fresh(page.path_here)
        return redirect(f"{page.path_here}#{comment.anchor}")
    return redirect(comment)


def _count_html(comment: Comment, page: Discussed) -> str:
    """Return how many comments there are now; nothing for a held one, which has not changed it."""
    if not comment.is_published:
        return ""
    return count_html(queries.counts_in(page.pk).published, is_open=True)


@lru_cache
def claim_note(language: str | None) -> str:
    return render_to_string("discussion/claim_note.html")


def _compose_page(
    request: WriterRequest,
    page: Discussed,
    parent: Comment | None,
    form: CommentForm,
    *,
    about: Passage | Anchor | None = None,
    preview: str = "",
    status: int = 200,
    is_new: bool = False,
) -> HttpResponse:
    """Show the form with what was typed; `is_new` makes it one that was never sent."""
    context = {
        "page": page,
        "parent": parent,
        "form": form,
        "about": about,
        "preview": preview,
        "writes_as": writes_as(request.writer),
        "once": (None if is_new else once.key_of(request.POST)) or once.new_key(),
    }
    if not wants_fragment(request):
        return render(request, "discussion/compose.html", context, status=status)
    return fragment(render(request, "discussion/compose_fragment.html", context, status=status))
