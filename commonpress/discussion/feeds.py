"""What feed readers fetch: the newest comments on a story, and what the person behind a byline says, as RSS and as Atom."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonpress.changes.shown import keep
from commonpress.discussion import pages
from commonpress.discussion.models import Comment, CommentState
from commonpress.lib.text import clean_line, clean_text
from commonpress.newsroom import feeds
from commonpress.newsroom.middleware import publication_of
from commonpress.newsroom.models.addresses import absolute, path_of
from commonpress.newsroom.models.byline import Byline

NEWEST = 50
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Aged:
    """A feed as old as its newest entry and, without any, as the paper: the same each time it is made."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=self.feed["began_at"])  # type: ignore[attr-defined]  # of the feed beside this


class Rss(Aged, feeds.Rss):
    """The newsroom's, for comments."""


class Atom(Aged, feeds.Atom):
    """The newsroom's, for comments."""


FORMATS: dict[str, type[Rss | Atom]] = {"rss": Rss, "atom": Atom}


@require_safe
def of_thread(request: HttpRequest, form: str, address: str) -> HttpResponse:
    page = pages.page_at(address)
    if page is None:
        raise Http404
    keep(page.key, f"thread:{page.pk}")
    newest = Comment.objects.filter(thread_id=page.pk, state=CommentState.PUBLISHED).order_by("-number")
    comments = newest.select_related("person", "thread__page")[:NEWEST]
    return _answer(request, form, comments, f"{page.path_here}#discussion", page.title)


@require_safe
def of_byline(request: HttpRequest, form: str, slug: str) -> HttpResponse:
    """What the person behind a byline says as the author of a story or as staff, which their comments are marked with.

    Nothing else of theirs: who comments on others' stories under another name, or did as a guest, is not named here.
    """
    byline = get_object_or_404(Byline, slug=slug)
    # Any of their comments on any page: it may be removed, or the page withdrawn.
    keep(byline.key, "thread:*", "page:*")
    said = Comment.objects.filter(
        Q(is_author_reply=True) | Q(is_staff_reply=True),
        person__isnull=False,
        person=byline.person_id,
        state=CommentState.PUBLISHED,
        thread__in=pages.with_discussion().values("pk"),
    )
    comments = said.select_related("person", "thread__page").order_by("-created_at", "-pk")[:NEWEST]
    return _answer(request, form, comments, byline.get_absolute_url(), byline.name)


def _answer(request: HttpRequest, form: str, comments: Iterable[Comment], path: str, name: str) -> HttpResponse:
    """Answer with a feed of comments, the newest first; `path` is the page it belongs to, `name` what that is called."""
    publication = publication_of(request)
    title = _("Comments: %(headline)s") % {"headline": name}
    feed = FORMATS[form](
        title=clean_line(f"{title} – {publication.name}"),
        link=absolute(path),
        description=clean_line(title),
        language=publication.language,
        author_name=clean_line(publication.name),
        feed_url=absolute(request.path),
        feed_guid=absolute(request.path),
        began_at=publication.set_up_at or LONG_AGO,
    )
    for comment in comments:
        _add(feed, comment)
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _add(feed: Rss | Atom, comment: Comment) -> None:
    page = comment.thread.page
    address = absolute(comment.get_absolute_url())
    feed.add_item(
        title=clean_line(_("%(name)s: %(headline)s") % {"name": comment.name, "headline": page.title}),
        link=address,
        description=clean_text(comment.body_html),
        unique_id=address,
        unique_id_is_permalink=True,
        pubdate=comment.created_at,
        updateddate=comment.edited_at or comment.created_at,
        comments=absolute(f"{path_of(page.url_path)}#discussion"),
        authors=[clean_line(comment.name)],
        photo=None,
    )
