"""The discussion for programs: what its pages show, and the same ways to write and to vote."""

import json
from datetime import UTC, datetime
from typing import Literal

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from ninja import Field, Router, Schema
from ninja.decorators import decorate_view
from ninja.params.functions import Path

from commonpress.accounts.http import WriterRequest
from commonpress.changes.shown import keep
from commonpress.discussion import filters, pages, queries, rates, rules
from commonpress.discussion.actions.bursts import is_held_back
from commonpress.discussion.actions.comments import is_what_was_sent, posted_with
from commonpress.discussion.actions.votes import DOWN, NONE, UP
from commonpress.discussion.ballots import Ballot
from commonpress.discussion.errors import AnsweredIsGone, ClosedWhileWriting, CommentIsGone, NotAVote, SentAlready
from commonpress.discussion.filters import Filter
from commonpress.discussion.forms import CommentForm
from commonpress.discussion.models import Comment, CommentState
from commonpress.discussion.models.comment import CommentKind, shown_name
from commonpress.discussion.models.passage import wording_at
from commonpress.discussion.queries import DEFAULT_SORT, Sort
from commonpress.discussion.reading import Entry
from commonpress.discussion.rules import Discussed
from commonpress.discussion.said import Said
from commonpress.discussion.views.claiming import claim_guest_of
from commonpress.discussion.views.comments import post_once
from commonpress.discussion.views.threads import page_at
from commonpress.discussion.views.votes import vote_as_sender
from commonpress.lib import once
from commonpress.lib.limits import address_prefix
from commonpress.lib.refusals import require
from commonpress.newsroom.models.addresses import absolute
from commonpress.theme.problems import FOR_PROGRAMS, problem

router = Router(tags=["discussion"])

ADDRESS = Path(description="The path of a story or page without its first and last slash, as in 2026/the-slug.")
CURSOR = Path(description="Where the last answer ended; its `next` holds it.")
PUBLIC_ID = Path(description="The id of a comment.")


class CommentShown(Schema):
    """A comment as readers see it. One that is not published stands only where replies need its place, without name and text."""

    id: str
    address: str = Field(description="Its page at the paper.")
    parent: str | None = Field(description="The id of the comment it answers, where that is in the same answer.")
    level: int = Field(description="How deep it stands; a comment on the story itself is 0.")
    state: Literal["published", "held", "removed", "erased"]
    reason: str | None = Field(description="Why a moderator removed it; to its writer, why it waits.")
    name: str | None
    mark: Literal["author", "staff", "mention"] | None = Field(
        description="Whether the story's author or the paper's staff wrote it, or it only says that somebody linked to the story."
    )
    is_supporter: bool = Field(description="Whether the writer supports the paper, and wants it to be seen.")
    is_featured: bool = Field(description="Whether the editors point it out.")
    written_at: datetime
    edited_at: datetime | None = Field(description="When its writer last changed it.")
    quote: str | None = Field(description="The words of the story it is about, as they were when it was written.")
    html: str | None = Field(description="Its text: safe HTML of a few plain elements.")
    score: int = Field(description="Votes up less votes down.")
    replies: int = Field(description="How many published comments stand below it.")
    more_replies: int = Field(description="How many of them are not in this answer.")
    more: str | None = Field(description="The address of those in this API.")


class PageShown(Schema):
    """The story or page under which something is said."""

    address: str
    headline: str
    is_open: bool = Field(description="Whether one can write and vote.")
    comments: int = Field(description="How many published comments it has.")


class ThreadShown(Schema):
    """A stretch of a discussion in reading order: each comment is followed by the replies to it. A filter's stand alone."""

    page: PageShown
    sort: Sort | Filter
    comments: list[CommentShown]
    next: str | None = Field(description="The address in this API of what follows.")


class BranchShown(Schema):
    """What stands below one comment, in reading order."""

    page: PageShown
    below: str = Field(description="The id of that comment.")
    comments: list[CommentShown]
    next: str | None = Field(description="The address in this API of what follows.")


class InContext(Schema):
    """A comment with those it answers, its neighbours and the first that stand below it, in reading order."""

    page: PageShown
    id: str = Field(description="The id of the comment that was asked for.")
    comments: list[CommentShown]
    next: str | None = Field(description="The address in this API of what follows below it.")


class NewComment(Schema):
    """A comment to post."""

    text: str = Field(description="Markdown without headings, images and HTML; 10,000 characters at most.")
    name: str = Field("", description="A guest's name, or none. Of who is signed in the account's name is shown.")
    parent: str | None = Field(None, description="The id of the comment it answers.")
    once: str | None = Field(
        None,
        description="A word of your own making, 8 to 64 letters, digits, - and _, another for each comment: sent again by the same account or guest it posts nothing twice. Before there is a cookie, who sends is known by their network address.",
    )


class Posted(Schema):
    """The comment as its writer sees it: a held one waits for a moderator."""

    comment: CommentShown


class NewVote(Schema):
    """A vote on a comment: 1 up, -1 down, 0 takes it back."""

    value: int


class Voted(Schema):
    """The comment with the vote counted."""

    comment: CommentShown
    my_vote: int
    is_held_back: bool = Field(description="Whether the vote waits, as do those of many newcomers at once.")


@router.get("/c/{public_id}/", response=InContext, summary="One comment in context")
def comment(request: HttpRequest, public_id: str = PUBLIC_ID) -> dict[str, object] | HttpResponse:
    rates.take_page(request)
    found = queries.comment_by(public_id)
    page = pages.page_by(found.thread_id) if found else None
    if found is None or page is None or found.state == CommentState.HELD:
        raise Http404
    if not found.is_shown:
        return problem(410, CommentIsGone.message)
    keep(page.key, f"thread:{page.pk}")
    entries, cursor = queries.context_of(found)
    return {
        "page": _page(page),
        "id": found.public_id,
        "comments": _comments(entries, page),
        "next": _branch_address(page, found.public_id, cursor),
    }


@router.post("/c/{public_id}/vote", response=Voted, summary="Vote")
@decorate_view(never_cache)
def vote(request: WriterRequest, sent: NewVote, public_id: str = PUBLIC_ID) -> dict[str, object]:
    """Vote on a comment, change the vote or take it back. Each reader has one vote on each comment, and none on their own."""
    found = queries.comment_by(public_id)
    page = pages.page_by(found.thread_id) if found else None
    if found is None or page is None or found.state == CommentState.HELD:
        raise Http404
    require(sent.value in {UP, DOWN, NONE}, NotAVote)
    rates.take_vote(request)
    if request.writer is None:
        rates.take_new_voter(request)
    claim_guest_of(request, request.writer)
    vote_as_sender(request, Ballot(found.pk, is_open=rules.is_open(page)), sent.value)
    found.refresh_from_db()
    return {
        "comment": _own(found, page),
        "my_vote": sent.value,
        "is_held_back": is_held_back(found, request.writer),
    }


@router.get("/{path:address}/comments/", response=ThreadShown, summary="A discussion, in its usual order")
def thread(request: HttpRequest, address: str = ADDRESS) -> dict[str, object]:
    return _thread(address, DEFAULT_SORT)


@router.post("/{path:address}/comments/", response={201: Posted}, summary="Post a comment")
@decorate_view(never_cache)
def post_comment(
    request: WriterRequest, response: HttpResponse, sent: NewComment, address: str = ADDRESS
) -> dict[str, object] | HttpResponse:
    """Post a comment on a story, or an answer to another comment. Who is not signed in writes as a guest, known by a cookie."""
    page = page_at(address)
    parent = queries.comment_by(sent.parent) if sent.parent else None
    if sent.parent and (parent is None or parent.thread_id != page.pk):
        raise Http404
    require(rules.is_open(page), ClosedWhileWriting)
    require(parent is None or rules.may_reply_to(parent), AnsweredIsGone)
    rates.take_preview(request)
    form = CommentForm({"text": sent.text, "name": sent.name}, writer=request.writer)
    if not form.is_valid():
        return _wrong(form)
    posted = post_once(request, page, parent, form, keys=_keys_of(request, sent.once))
    require(is_what_was_sent(posted, page=page, parent=parent, text=form.cleaned_data["text"]), SentAlready)
    response["Location"] = absolute(posted.get_absolute_url())
    return {"comment": _own(posted, page)}


@router.get("/{path:address}/comments/in/{public_id}/", response=BranchShown, summary="What stands below a comment")
def branch(request: HttpRequest, address: str = ADDRESS, public_id: str = PUBLIC_ID) -> dict[str, object]:
    return _branch(request, address, public_id)


@router.get(
    "/{path:address}/comments/in/{public_id}/after/{cursor}/",
    response=BranchShown,
    summary="More of what stands below it",
)
def branch_page(
    request: HttpRequest, address: str = ADDRESS, public_id: str = PUBLIC_ID, cursor: str = CURSOR
) -> dict[str, object]:
    return _branch(request, address, public_id, cursor)


@router.get(
    "/{path:address}/comments/{sort}/",
    response=ThreadShown,
    summary="A discussion in an order, or what a filter leaves of it",
)
def sorted_thread(request: HttpRequest, sort: Sort | Filter, address: str = ADDRESS) -> dict[str, object]:
    return _thread(address, sort)


@router.get("/{path:address}/comments/{sort}/after/{cursor}/", response=ThreadShown, summary="More of it")
def thread_page(
    request: HttpRequest, sort: Sort | Filter, address: str = ADDRESS, cursor: str = CURSOR
) -> dict[str, object]:
    rates.take_page(request)
    return _thread(address, sort, cursor)


def _thread(address: str, sort: Sort | Filter, cursor: str | None = None) -> dict[str, object]:
    page = page_at(address)
    keep(page.key, f"thread:{page.pk}")
    if isinstance(sort, Filter):
        view = filters.filtered(page.pk, sort, after=cursor)
    else:
        view = queries.view_of(page.pk, sort, after=cursor)
    if view is None:
        raise Http404
    return {
        "page": _page(page),
        "sort": sort,
        "comments": _comments(view.entries, page),
        "next": _address(page, f"{sort}/after/{view.next_cursor}/") if view.next_cursor else None,
    }


def _branch(request: HttpRequest, address: str, public_id: str, cursor: str | None = None) -> dict[str, object]:
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
    return {
        "page": _page(page),
        "below": head.public_id,
        "comments": _comments(entries, page),
        "next": _branch_address(page, head.public_id, next_cursor),
    }


def _keys_of(request: WriterRequest, word: str | None) -> list[str]:
    """Return by which keys a comment is known that this sender sent with this word; none where there is no word."""
    word = once.key_of({once.FIELD: word or ""})
    if word is None:
        return []
    as_stranger = once.key_of_word(word, sender=address_prefix(request))
    if request.writer is None:
        return [as_stranger]
    key = once.key_of_word(word, sender=request.writer.voter_key)
    # With their first comment a guest was a stranger yet. Another one of their network may have made up the same word.
    first = posted_with([as_stranger])
    return [key, as_stranger] if first is not None and first.is_by(request.writer) else [key]


def _page(page: Discussed) -> dict[str, object]:
    return {
        "address": absolute(page.path_here),
        "headline": page.title,
        "is_open": rules.is_open(page),
        "comments": queries.counts_in(page.pk).published,
    }


def _comments(entries: list[Entry], page: Discussed) -> list[dict[str, object]]:
    """Return comments as readers see them; the way to more replies of one belongs to that one."""
    ids = {entry.comment.pk: entry.comment.public_id for entry in entries if entry.comment}
    shown: dict[int, dict[str, object]] = {}
    for entry in entries:
        if entry.comment is not None:
            said = entry.comment
            shown[said.pk] = _shown(said, reason=entry.reason, parent=ids.get(said.parent_id or 0))
        elif entry.more_in is not None:
            more = _branch_address(page, entry.more_in.public_id, entry.more_cursor)
            shown[entry.more_in.pk] |= {"more_replies": entry.more_count, "more": more}
    return list(shown.values())


def _own(comment: Comment, page: Discussed) -> dict[str, object]:
    """Return a comment as who just wrote it, or voted on it, sees it: also while it waits for a moderator."""
    parent = comment.parent.public_id if comment.parent else None
    return _shown(Said.of(comment), parent=parent, reason=comment.why_held, is_legible=True)


def _shown(said: Said, *, parent: str | None, reason: str = "", is_legible: bool = False) -> dict[str, object]:
    is_legible = is_legible or said.is_published
    return {
        "id": said.public_id,
        "address": absolute(f"/c/{said.public_id}/"),
        "parent": parent,
        "level": said.depth,
        "state": said.state,
        "reason": reason or None,
        "name": shown_name(said.persons_name, said.guest_name or said.imported_name) if is_legible else None,
        "mark": _mark(said) if is_legible else None,
        "is_supporter": said.is_supporter and is_legible,
        "is_featured": said.is_featured,
        "written_at": _moment(said.written_at),
        "edited_at": _moment(said.edited_at) if said.edited_at and is_legible else None,
        "quote": _quote(said) if is_legible else None,
        "html": said.body_html if is_legible else None,
        "score": said.sum_of_votes if is_legible else 0,
        "replies": said.descendant_count,
        "more_replies": 0,
        "more": None,
    }


def _quote(said: Said) -> str | None:
    if said.on_words is None:
        return None
    return wording_at(_moment(said.written_at), said.on_words, json.loads(said.on_wordings or "[]"))


def _moment(written: str) -> datetime:
    at = datetime.fromisoformat(written)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _mark(said: Said) -> str | None:
    if said.is_author_reply:
        return "author"
    if said.is_staff_reply:
        return "staff"
    return "mention" if said.kind == CommentKind.PINGBACK else None


def _address(page: Discussed, rest: str) -> str:
    return absolute(f"{FOR_PROGRAMS.rstrip('/')}{page.path_here}comments/{rest}")


def _branch_address(page: Discussed, public_id: str, cursor: str | None) -> str | None:
    return _address(page, f"in/{public_id}/after/{cursor}/") if cursor else None


def _wrong(form: CommentForm) -> JsonResponse:
    """Say what is wrong with a comment, in the words its form has for it."""
    errors = [{"field": field, "detail": found[0]} for field, found in form.errors.items()]
    return problem(422, errors[0]["detail"], errors=errors)
