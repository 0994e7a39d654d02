"""Asking to be told of a discussion: with a comment, or on a small page for those who only read."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from commonpress.accounts.http import WriterRequest
from commonpress.accounts.models import Person, Writer
from commonpress.accounts.subscribing import proven_address
from commonpress.discussion import pages, queries, rates, rules
from commonpress.discussion.actions.following import follow_discussion
from commonpress.discussion.errors import ThreadIsClosed
from commonpress.discussion.rules import Discussed
from commonpress.discussion.tell_fields import FollowForm, TellFields
from commonpress.lib.refusals import require


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: WriterRequest, page_key: int) -> HttpResponse:
    """The form for who follows a discussion without writing in it."""
    page = pages.page_by(page_key)
    if page is None:
        raise Http404
    require(rules.is_open(page), ThreadIsClosed)
    form = FollowForm(request.POST or None, writer=request.writer)
    if request.method != "POST" or not form.is_valid():
        context = {
            "page": page,
            "form": form,
            "may_have_replies": request.writer is not None,
            "writes_as": _own_address(request.writer),
        }
        return render(request, "discussion/follow.html", context, status=422 if form.errors else 200)
    rates.take_follow(request)
    follow_as_asked(page, form, request.writer)
    return redirect("discussion:asked", page.pk)


@never_cache
@require_safe
def asked(request: WriterRequest, page_key: int | None = None, public_id: str | None = None) -> HttpResponse:
    """What happens next: the same for an address we know and for one we do not."""
    comment = queries.comment_by(public_id) if public_id else None
    if public_id and (comment is None or not rules.may_see(comment, request.writer)):
        raise Http404
    page = pages.page_by(comment.thread_id if comment else page_key or 0)
    if page is None:
        raise Http404
    context = {"page": page, "comment": comment, "is_told_at_once": may_follow_at_once(request.writer)}
    return render(request, "discussion/asked.html", context)


def follow_as_asked(page: Discussed, form: TellFields, writer: Writer | None) -> None:
    """Have who sent a valid form told of what they chose in it, if anything."""
    fields = form.cleaned_data
    if fields["tell"]:
        follow_discussion(page, what=fields["tell"], pace=fields["pace"], writer=writer, email=fields["address"])


def may_follow_at_once(writer: Writer | None) -> bool:
    """Tell whether somebody is told without being asked first. What else we know of an address is nobody's business."""
    return isinstance(writer, Person) and proven_address(writer) is not None


def with_note(item: str) -> str:
    """Return a comment's `li` with a word for its writer under it: that a letter asks them to confirm."""
    before, end, after = item.rpartition("</article>")
    return before + end + render_to_string("discussion/asked_note.html") + after


def _own_address(writer: Writer | None) -> str:
    return writer.email if isinstance(writer, Person) else ""
