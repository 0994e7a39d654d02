"""A discussion in a frame on another site: it is read there, and written in a window of ours."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commonpress.changes.shown import keep
from commonpress.discussion import queries, rates
from commonpress.discussion.drawing import place_of
from commonpress.discussion.queries import DEFAULT_SORT, Sort
from commonpress.discussion.views.threads import page_at


@require_safe
def thread(request: HttpRequest, address: str, sort: str = DEFAULT_SORT, cursor: str | None = None) -> HttpResponse:
    """A thread as a frame shows it: nothing in it knows a reader or changes anything, whatever is laid over it.

    What is typed goes to the preview of the compose page, in a window of its own, where it is posted.
    """
    page = page_at(address)
    if sort not in set(Sort):
        raise Http404
    keep(page.key, f"thread:{page.pk}")
    if cursor is not None:
        rates.take_page(request)
    view = queries.view_of(page.pk, Sort(sort), after=cursor)
    if view is None:
        raise Http404
    place = place_of(page)._replace(is_embedded=True)
    return render(request, "discussion/embed.html", {"page": page, "place": place, "view": view})
