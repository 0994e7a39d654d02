"""A discussion as one reader sees it who runs no script: with their votes and what of theirs waits."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from commonpress.accounts.http import WriterRequest
from commonpress.discussion import own, queries, rates
from commonpress.discussion.drawing import own_entry, place_of
from commonpress.discussion.ignored import fold
from commonpress.discussion.queries import DEFAULT_SORT
from commonpress.discussion.views.threads import page_at


@require_safe
@never_cache
def as_me(request: WriterRequest, address: str, cursor: str | None = None) -> HttpResponse:
    """The first comments, or those after a cursor, as this reader sees them. A stranger has nothing of their own there."""
    page = page_at(address)
    writer = request.writer
    if writer is None:
        return redirect(f"{page.path_here}#discussion")
    rates.take_page(request)
    view = queries.view_of(page.pk, DEFAULT_SORT, after=cursor)
    if view is None:
        raise Http404
    votes = queries.votes_by(writer, page)
    wrote, editable = map(set, own.written_in(writer, page))
    for entry in view.entries:
        if entry.comment is not None:
            entry.my_vote = votes.get(entry.comment.public_id, 0)
            entry.is_mine = entry.may_delete = entry.comment.public_id in wrote
            entry.may_edit = entry.comment.public_id in editable
    fold(view.entries, writer)
    held = [own_entry(comment, page, reason=reason) for comment, reason in own.waiting_in(writer, page)]
    context = {"page": page, "place": place_of(page), "view": view, "held": held if view.is_first else []}
    return render(request, "discussion/as_me.html", context)
