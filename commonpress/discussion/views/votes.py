"""Voting."""

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from commonpress.accounts.http import WriterRequest, guest_for
from commonpress.database.burst import burst
from commonpress.discussion import pages, queries, rates
from commonpress.discussion.actions.bursts import is_held_back
from commonpress.discussion.actions.votes import vote
from commonpress.discussion.drawing import entry_html
from commonpress.discussion.errors import NotAVote
from commonpress.discussion.forms import VoteForm
from commonpress.discussion.models import Comment, CommentState
from commonpress.discussion.rules import Discussed
from commonpress.discussion.views.claiming import claim_guest_of
from commonpress.discussion.views.fragments import wants_fragment
from commonpress.lib.refusals import require
from commonpress.prerender.wanted import wait_until_fresh


@never_cache
@require_POST
def cast(request: WriterRequest, public_id: str) -> HttpResponse:
    """Vote 1, -1 or, to take a vote back, 0; then return to the comment where it was read."""
    comment = queries.comment_by(public_id)
    page = pages.page_by(comment.thread_id) if comment else None
    if comment is None or page is None or comment.state == CommentState.HELD:
        raise Http404
    form = VoteForm(request.POST)
    require(form.is_valid(), NotAVote)
    rates.take_vote(request)
    if request.writer is None:
        rates.take_new_voter(request)
    claim_guest_of(request, request.writer)
    stood = queries.vote_by(request.writer, comment)
    comment = vote_as_sender(request, comment, page, form.cleaned_data["value"])
    is_held = is_held_back(comment, request.writer)
    if wants_fragment(request):
        note = render_to_string("discussion/vote_held.html") if is_held else ""
        return HttpResponse(entry_html(comment, page, my_vote=form.cleaned_data["value"]) + note)
    # A page kept for everyone offers each vote anew. Who presses the same again comes to where it can be taken back;
    # taking it back at once would undo the vote of everybody who clicks twice.
    if is_held or stood == form.cleaned_data["value"]:
        return HttpResponseRedirect(f"{comment.get_absolute_url()}#{comment.anchor}")
    return HttpResponseRedirect(_where_it_was_read(request, comment))


@burst
def vote_as_sender(request: WriterRequest, comment: Comment, page: Discussed, value: int) -> Comment:
    """Vote, and make a stranger a guest with it."""
    return vote(comment, page=page, voter=request.writer or guest_for(request), value=value)


def _where_it_was_read(request: HttpRequest, comment: Comment) -> str:
    """Return the address of the page the vote was cast on, at the comment; else the comment's own."""
    referer = request.headers.get("Referer", "")
    path = urlsplit(referer).path
    # A path that begins with "//" would be an address on another host.
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}) or not url_has_allowed_host_and_scheme(
        path, None
    ):
        return comment.get_absolute_url()
    wait_until_fresh(path)
    return f"{path}#{comment.anchor}"
