"""Reading: a thread in its orders and pages, a branch, one comment in context, and what is only mine."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from commonpress.accounts.http import WriterRequest
from commonpress.changes.shown import keep
from commonpress.discussion import filters, pages, queries, rates, rules
from commonpress.discussion.actions.bursts import is_held_back
from commonpress.discussion.drawing import mark_own, place_of
from commonpress.discussion.filters import Filter
from commonpress.discussion.ignored import fold, is_ignored
from commonpress.discussion.models import CommentState
from commonpress.discussion.queries import Sort
from commonpress.discussion.reading import Entry
from commonpress.discussion.rules import Discussed
from commonpress.discussion.said import Said
from commonpress.live.figures import LONGEST


@require_safe
def thread(request: HttpRequest, address: str, sort: str, cursor: str | None = None) -> HttpResponse:
    """A thread in one of its orders, or what one of its filters leaves of it."""
    page = page_at(address)
    keep(page.key)
    if cursor is not None:
        rates.take_page(request)
    context: dict[str, Any] = {"page": page, "place": place_of(page), "order": sort}
    if sort in set(Sort):
        context["sort"] = Sort(sort)
        if cursor is None:
            return render(request, "discussion/thread_page.html", context)
        view = queries.view_of(page.pk, Sort(sort), after=cursor)
    elif sort in set(Filter):
        view = filters.filtered(page.pk, Filter(sort), after=cursor)
    else:
        raise Http404
    if view is None:
        raise Http404
    return render(request, "discussion/thread_page.html", context | {"view": view})


@require_safe
def since(request: HttpRequest, address: str, public_id: str) -> HttpResponse:
    """What was posted after a comment: the browser's own list of pages remembers which one a reader saw last."""
    page = page_at(address)
    rates.take_page(request)
    keep(page.key)
    last = queries.comment_by(public_id)
    if last is None or last.thread_id != page.pk:
        raise Http404
    view, more = filters.since(page.pk, last)
    context = {"page": page, "place": place_of(page), "view": view, "more_since": more}
    return render(request, "discussion/thread_page.html", context)


@require_safe
def branch(request: HttpRequest, address: str, public_id: str, cursor: str | None = None) -> HttpResponse:
    page = page_at(address)
    rates.take_page(request)
    keep(page.key, f"thread:{page.pk}")
    head = queries.comment_by(public_id)
    if head is None or head.thread_id != page.pk or not head.is_shown:
        raise Http404
    found = queries.branch_of(head, after=cursor)
    if found is None:
        raise Http404
    entries, next_cursor = found
    context = {
        "page": page,
        "place": place_of(page),
        "head": head,
        "head_entries": [Entry(level=0, comment=Said.of(head))],
        "entries": entries,
        "next_cursor": next_cursor,
        "is_first": cursor is None,
    }
    return render(request, "discussion/branch.html", context)


@require_safe
def comment(request: WriterRequest, public_id: str) -> HttpResponse:
    """One comment where it stands; the writer sees a held one, everybody that a removed one was there.

    Never kept: without a script this is where its writer changes it and a voter sees their vote.
    """
    rates.take_page(request)
    found = queries.comment_by(public_id)
    page = pages.page_by(found.thread_id) if found else None
    if found is None or page is None:
        raise Http404
    writer = request.writer
    if found.state == CommentState.HELD and not rules.may_see(found, writer):
        raise Http404
    entries, next_cursor = queries.context_of(found)
    my_vote = queries.vote_by(writer, found.pk)
    is_own = found.is_by(writer)
    for entry in entries:
        if entry.comment is not None and entry.comment.pk == found.pk:
            entry.is_marked = True
            if is_own:
                mark_own(entry, found, page)
            entry.is_for_moderator = rules.may_moderate(writer)
            entry.my_vote = my_vote
    fold(entries, writer)
    context = {
        "page": page,
        "place": place_of(page),
        "comment": found,
        "entries": entries,
        "next_cursor": next_cursor,
        "is_open": rules.is_open(page),
        "may_moderate": rules.may_moderate(writer),
        "my_vote": my_vote,
        "vote_waits": is_held_back(found, writer),
        "is_own": is_own,
        "may_ignore": not is_own and found.is_published and found.writer is not None,
        "is_ignored": is_ignored(writer, found),
        "is_person": rules.is_person(writer),
        "may_correct": rules.may_correct(writer),
        "correction_request": queries.correction_request_of(found) if found.passage_id else None,
    }
    is_gone = not found.is_shown and found.state in {CommentState.REMOVED, CommentState.ERASED}
    response = render(request, "discussion/comment_page.html", context, status=410 if is_gone else 200)
    if writer is not None:
        add_never_cache_headers(response)
    return response


@require_safe
def figures(request: HttpRequest, page_key: int) -> HttpResponse:
    """What readers with the story open are told, here or by its stream (live/): counts, and comments by their ids."""
    page = pages.page_by(page_key)
    if page is None:
        raise Http404
    keep(f"thread:{page.pk}")
    count = queries.counts_in(page.pk).published
    return JsonResponse(
        {
            "count": count,
            "says": ngettext("%(count)s comment", "%(count)s comments", count) % {"count": count},
            "is_open": rules.is_open(page),
            "comments": queries.newest_scores(page, LONGEST),
        }
    )


def page_at(address: str) -> Discussed:
    page = pages.page_at(address)
    if page is None:
        raise Http404
    return page
