"""Writing: the form under a story, its compose page, preview and posting."""

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commonpress.accounts.http import WriterRequest, guest_for
from commonpress.discussion import markup, pages, queries, rates, rules
from commonpress.discussion.actions.comments import post_comment, posted_with
from commonpress.discussion.errors import CommentIsGone, ThreadIsClosed
from commonpress.discussion.forms import CommentForm
from commonpress.discussion.models import Comment
from commonpress.discussion.rules import Discussed
from commonpress.discussion.views.fragments import wants_fragment
from commonpress.discussion.views.threads import entry_html
from commonpress.lib import once
from commonpress.lib.refusals import require


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: WriterRequest, page_key: int, public_id: str | None = None) -> HttpResponse:
    """The form for a comment or, with `public_id`, for a reply; posted, it previews or posts."""
    page = pages.page_by(page_key)
    parent = queries.comment_by(public_id) if public_id else None
    if page is None or (public_id and (parent is None or parent.thread_id != page.pk)):
        raise Http404
    require(rules.is_open(page), ThreadIsClosed)
    require(parent is None or rules.may_reply_to(parent), CommentIsGone)
    if request.method != "POST":
        return _compose_page(request, page, parent, CommentForm(writer=request.writer))

    form = CommentForm(request.POST, writer=request.writer)
    if not form.is_valid():
        return _compose_page(request, page, parent, form, status=422)
    if request.POST.get("then") == "preview":
        return _compose_page(request, page, parent, form, preview=markup.render(form.cleaned_data["text"]))
    return _answer(request, _posted(request, page, parent, form), page)


def _posted(request: WriterRequest, page: Discussed, parent: Comment | None, form: CommentForm) -> Comment:
    key = once.key_of(request.POST)
    # Asked before a guest is made: the second click of a stranger must not make them another stranger.
    if key is not None and (posted := posted_with(key)) is not None:
        return posted
    rates.take_comment(request)
    with transaction.atomic():
        return post_comment(
            page,
            writer=request.writer or guest_for(request),
            text=form.cleaned_data["text"],
            name=form.cleaned_data["name"],
            parent=parent,
            once=key,
        )


def _answer(request: WriterRequest, comment: Comment, page: Discussed) -> HttpResponse:
    """Lead the writer to their comment: in the story where it stands there, else on its own page."""
    if wants_fragment(request):
        return HttpResponse(entry_html(request, comment, page), status=201)
    if queries.stands_in_first_view(comment, page):
        return redirect(f"{page.path_here}#{comment.anchor}")
    return redirect(comment)


def _compose_page(
    request: WriterRequest,
    page: Discussed,
    parent: Comment | None,
    form: CommentForm,
    *,
    preview: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": page,
        "parent": parent,
        "form": form,
        "preview": preview,
        "is_guest": not rules.is_person(request.writer),
        "once": once.key_of(request.POST) or once.new_key(),
    }
    template = "discussion/compose_fragment.html" if wants_fragment(request) else "discussion/compose.html"
    return render(request, template, context, status=status)
