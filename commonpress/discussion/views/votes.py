"""Voting."""

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from commonpress.accounts.http import WriterRequest, guest_for
from commonpress.database.burst import burst
from commonpress.discussion import queries, rates
from commonpress.discussion.actions.votes import DOWN, NONE, UP, vote_on
from commonpress.discussion.ballots import Ballot, ballot_of
from commonpress.discussion.drawing import voted_html
from commonpress.discussion.errors import NotAVote
from commonpress.discussion.models import Comment
from commonpress.discussion.views.claiming import claim_guest_of
from commonpress.discussion.views.fragments import wants_fragment
from commonpress.prerender.wanted import wait_until_fresh

VALUES = {"1": UP, "-1": DOWN, "0": NONE}


@never_cache
@require_POST
def cast(request: WriterRequest, public_id: str) -> HttpResponse:
    """Vote 1, -1 or, to take a vote back, 0; then return to the comment where it was read."""
    ballot = ballot_of(public_id)
    if ballot is None:
        raise Http404
    value = VALUES.get(request.POST.get("value", ""))
    if value is None:
        raise NotAVote
    rates.take_vote(request)
    writer = request.writer
    if writer is None:
        rates.take_new_voter(request)
    claim_guest_of(request, writer)
    if wants_fragment(request):
        comment = vote_as_sender(request, ballot, value)
        return HttpResponse(voted_html(comment, my_vote=value, language=get_language()))
    stood = queries.vote_by(writer, ballot.comment_key)
    comment = vote_as_sender(request, ballot, value)
    # A page kept for everyone offers each vote anew. Who presses the same again comes to where it can be taken back;
    # taking it back at once would undo the vote of everybody who clicks twice.
    if stood == value or comment.my_vote_waits:
        return HttpResponseRedirect(f"{comment.get_absolute_url()}#{comment.anchor}")
    return HttpResponseRedirect(_where_it_was_read(request, comment))


@burst
def vote_as_sender(request: WriterRequest, ballot: Ballot, value: int) -> Comment:
    """Vote, and make a stranger a guest with it."""
    return vote_on(ballot, voter=request.writer or guest_for(request), value=value)


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
