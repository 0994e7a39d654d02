"""What other packages' templates draw of the discussion, and how its templates write times."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from commonpress.changes.parts import part
from commonpress.discussion import own, pages, passage_reading, queries, rules
from commonpress.discussion.drawing import (
    Place,
    acts_html,
    count_html,
    count_words,
    list_html,
    own_html,
    place_of,
    signed,
    view_html,
    writes_as,
)
from commonpress.discussion.filters import Filter, count_of
from commonpress.discussion.ignored import folded_in
from commonpress.discussion.models import Comment
from commonpress.discussion.passage_drawing import InStory, in_story, with_passages
from commonpress.discussion.queries import DEFAULT_SORT, Sort
from commonpress.discussion.reading import Entry, View
from commonpress.discussion.rules import Discussed
from commonpress.lib import formats
from commonpress.newsroom.models.byline import Byline

register = template.Library()

SORTS = {
    Sort.NEWEST: _("Newest"),
    Sort.OLDEST: _("Oldest"),
    Sort.MOST_VOTED: _("Most voted"),
    Sort.BEST: _("Best"),
    Sort.HOT: _("Hot"),
    Sort.MOST_DISCUSSED: _("Most discussed"),
}
KINDS = {
    Filter.FEEDBACK: _("Inline feedback"),
    Filter.ANSWERS: pgettext_lazy("of staff and authors", "Our answers"),
    Filter.FEATURED: pgettext_lazy("comments", "Featured"),
}


@register.filter
def named(order: str) -> str:
    """Return what readers call an order of the comments, or one kind of them, by its word in the address."""
    return str(SORTS[Sort(order)] if order in set(Sort) else KINDS[Filter(order)])


@register.inclusion_tag("discussion/thread.html", takes_context=True)
def thread(context: Context, page: Discussed) -> dict[str, Any]:
    """Draw the discussion under a page; nothing where it is off or the page is not public."""
    shown = {"page": page, "publication": context.get("publication")}
    if not rules.is_shown(page):
        return shown
    return shown | {"place": place_of(page), "sort": DEFAULT_SORT}


@register.simple_tag
def passages_in(page: Discussed) -> InStory | None:
    """Return the passages of a page that readers see talked about; None where it is not public or they do not talk."""
    return in_story(passage_reading.passages_of(page.pk), page.path_here) if rules.is_shown(page) else None


@register.simple_tag
def talked_about(html: object, block: Any, passages: InStory | str | None) -> str:
    """Draw the text of a block of a story, with the ways to what is said on its passages."""
    return mark_safe(with_passages(str(html), block, passages if isinstance(passages, InStory) else None))


@register.inclusion_tag("discussion/marking.html")
def marking(page: Discussed) -> dict[str, Any]:
    """Draw what lets readers mark words of a story; nothing where they cannot comment."""
    return {"page": page, "is_open": rules.is_open(page), "place": place_of(page)}


@register.simple_tag
def first_comments(place: Place, sort: Sort) -> str:
    """Draw the first comments of a page in an order, the ways to the others, and what says which came since."""
    return part(draw_first_comments, place, sort)


def draw_first_comments(place: Place, sort: Sort) -> str:
    view = queries.view_of(place.page_key, sort)
    assert view is not None  # without a cursor there is always one
    return view_html(view, place) + live_html(place, view)


def live_html(place: Place, view: View) -> str:
    context = {
        "page_key": place.page_key,
        "address": place.path,
        "is_open": place.is_open,
        "count": view.counts.published,
        # Where not all comments are shown, one that is missing is not new for that.
        "newest": None if view.is_whole else view.counts.newest,
        "has_streams": bool(settings.LIVE_STREAMS and settings.KEPT_BYTES),
    }
    return render_to_string("discussion/live.html", context)


@register.simple_tag
def view_of_comments(view: View, place: Place, more_since: Comment | None = None) -> str:
    """Draw a view of a discussion that is at hand."""
    return mark_safe(view_html(view, place, more_since=more_since))


@register.simple_tag
def thread_heading(place: Place) -> str:
    return part(draw_heading, place.page_key)


def draw_heading(page_key: int) -> str:
    published = queries.counts_in(page_key).published
    return count_words(published) if published else gettext("Discussion")


@register.inclusion_tag("discussion/feeds.html")
def feeds_of_thread(page: Discussed) -> dict[str, str]:
    """Name the feeds of a page's discussion in the page's head; nothing where it is off."""
    if not rules.is_shown(page):
        return {}
    return _feeds(page.title, f"{page.path_here}comments/")


@register.inclusion_tag("discussion/feeds.html")
def feeds_of_byline(byline: Byline) -> dict[str, str]:
    """Name the feeds of what the person behind a byline says in discussions; nothing where there is no such person."""
    return _feeds(byline.name, f"{byline.get_absolute_url()}comments/") if byline.person_id else {}


def _feeds(name: str, base: str) -> dict[str, str]:
    title = gettext("Comments: %(headline)s") % {"headline": name}
    return {"title": title, "rss": f"{base}feed/", "atom": f"{base}feed/atom/"}


@register.simple_tag(takes_context=True)
def mine_in_thread(context: Context, page: Page) -> str:
    """Draw what under a page is only this reader's, for <thread-me>: votes, held comments, which ones they wrote."""
    writer = context["request"].writer
    found = pages.page_by(page.pk) if writer is not None and page.live else None
    if found is None:
        return ""
    waiting = [
        {
            "parent": comment.parent.public_id if comment.parent else None,
            "html": own_html(comment, found, reason=reason),
        }
        for comment, reason in own.waiting_in(writer, found)
    ]
    folded = folded_in(writer, found)
    wrote, editable = own.written_in(writer, found)
    mine = {
        "votes": queries.votes_by(writer, found),
        "held": waiting,
        "writes_as": writes_as(writer),
        "wrote": wrote,
        "editable": editable,
        "folded": folded,
        "folded_says": gettext("You ignore this writer. Show") if folded else "",
        "acts": acts_html(may_edit=False) if wrote else "",
        "acts_of_editable": acts_html(may_edit=True) if editable else "",
    }
    return json_script(mine, "mine")


@register.simple_tag
def comments(entries: Iterable[Entry], place: Place) -> str:
    """Draw comments as nested lists."""
    return mark_safe(list_html(entries, place))


@register.simple_tag
def comment_count(page: Discussed) -> str:
    """Draw the number of comments, leading to them; nothing where the discussion is off."""
    return part(draw_count, page.pk, rules.is_open(page)) if rules.is_shown(page) else ""


def draw_count(page_key: int, is_open: bool) -> str:
    published = queries.counts_in(page_key).published
    return count_html(published, is_open=is_open)


@register.simple_tag
def comment_counts(pages: Iterable[Page]) -> dict[int, int]:
    """Return the comments of several pages by page key, in one query: {% comment_counts stories as counts %}."""
    return queries.counts_of(pages)


@register.simple_tag
def most_discussed(limit: int = 5) -> str:
    """Draw the stories with most comments among those written in during the last month."""
    return part(draw_most_discussed, limit)


def draw_most_discussed(limit: int) -> str:
    return render_to_string("discussion/most_discussed.html", {"threads": queries.most_discussed(limit)})


@register.simple_tag
def embedded_sorts(place: Place) -> list[dict[str, str]]:
    """Return the orders of a discussion in a frame, with their names and addresses there."""
    return [
        {"sort": sort, "label": str(label), "address": reverse("discussion:embed-sorted", args=[place.address, sort])}
        for sort, label in SORTS.items()
    ]


@register.simple_tag
def sorts(place: Place) -> list[dict[str, str]]:
    """Return the orders of a discussion with their names and addresses; the usual one is the story's own."""
    return _sorts(place, translation.get_language())


@register.simple_tag
def filters(place: Place, view: View) -> list[dict[str, Any]]:
    """Return what of a discussion can be read by itself, of which there is any; and the one that is being read."""
    kinds = [(kind, label, count_of(kind, view.counts)) for kind, label in KINDS.items()]
    return [
        {
            "kind": kind,
            "label": label,
            "count": count,
            "address": f"{reverse('discussion:thread', args=[place.address, kind])}#discussion",
        }
        for kind, label, count in kinds
        if count or kind == view.sort
    ]


# Asked for each time a page is made again.
@lru_cache(maxsize=1000)
def _sorts(place: Place, _language: str | None) -> list[dict[str, str]]:
    return [
        {
            "sort": sort,
            "label": str(label),
            "address": f"{place.path}#discussion"
            if sort == DEFAULT_SORT
            else f"{reverse('discussion:thread', args=[place.address, sort])}#discussion",
        }
        for sort, label in SORTS.items()
    ]


@register.filter
def cut_slashes(path: str) -> str:
    """Return a page's path as the discussion's addresses begin with it: "2026/the-slug"."""
    return path.strip("/")


register.filter(signed)


@register.filter
def said_at(at: datetime) -> SafeString:
    """Return day and time as the publication writes them, in the current zone, as a <time>."""
    local = timezone.localtime(at)
    language = translation.get_language() or "en"
    return _time(at, f"{_day(local.date(), language)}, {_clock(local.hour, local.minute, language)}")


@register.filter
def clock_of(at: datetime) -> SafeString:
    """Return the time alone, where the day stands beside it."""
    local = timezone.localtime(at)
    return _time(at, _clock(local.hour, local.minute, translation.get_language() or "en"))


def _time(at: datetime, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}", words)


# Two hundred comments share a few days and times; Babel takes 0.1 ms for each.
@lru_cache(maxsize=1000)
def _day(on: date, language: str) -> str:
    return formats.day(on, language)


@lru_cache(maxsize=3000)
def _clock(hour: int, minute: int, language: str) -> str:
    return formats.clock(datetime(2000, 1, 1, hour, minute, tzinfo=UTC), "UTC", language)
