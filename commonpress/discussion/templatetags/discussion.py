"""What other packages' templates draw of the discussion, and how its templates write times."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from commonpress.discussion import queries, rules
from commonpress.discussion.queries import DEFAULT_SORT, Sort
from commonpress.discussion.rules import Discussed
from commonpress.lib import formats

register = template.Library()

SORTS = {
    Sort.NEWEST: _("Newest"),
    Sort.OLDEST: _("Oldest"),
    Sort.MOST_VOTED: _("Most voted"),
    Sort.BEST: _("Best"),
}


@register.inclusion_tag("discussion/thread.html", takes_context=True)
def thread(context: Context, page: Discussed) -> dict[str, Any]:
    """Draw the discussion under a page; nothing where it is off or the page is not public."""
    shown = {"page": page, "publication": context.get("publication")}
    if not rules.is_shown(page):
        return shown
    return shown | {"view": queries.view_of(page, DEFAULT_SORT), "is_open": rules.is_open(page), "is_in_story": True}


@register.inclusion_tag("discussion/count.html")
def comment_count(page: Discussed) -> dict[str, Any]:
    """Draw the number of comments, leading to them; nothing where the discussion is off."""
    if not rules.is_shown(page):
        return {}
    return {"page": page, "count": queries.thread_of(page).published_count, "is_open": rules.is_open(page)}


@register.simple_tag
def comment_counts(pages: Iterable[Page]) -> dict[int, int]:
    """Return the comments of several pages by page key, in one query: {% comment_counts stories as counts %}."""
    return queries.counts_of(pages)


@register.inclusion_tag("discussion/most_discussed.html")
def most_discussed(limit: int = 5) -> dict[str, Any]:
    """Draw the stories with most comments among those written in during the last month."""
    return {"threads": queries.most_discussed(limit)}


@register.simple_tag
def sorts(page: Discussed) -> list[dict[str, str]]:
    """Return the orders of a discussion with their names and addresses; the usual one is the story's own."""
    address = cut_slashes(page.path_here)
    return [
        {
            "sort": sort,
            "label": str(label),
            "address": f"{page.path_here}#discussion"
            if sort == DEFAULT_SORT
            else f"{reverse('discussion:thread', args=[address, sort])}#discussion",
        }
        for sort, label in SORTS.items()
    ]


@register.filter
def cut_slashes(path: str) -> str:
    """Return a page's path as the discussion's addresses begin with it: "2026/the-slug"."""
    return path.strip("/")


@register.filter
def signed(score: int) -> str:
    """Return a score with a true minus, as wide as the figures beside it."""
    return str(score).replace("-", "−")


@register.filter
def said_at(at: datetime) -> SafeString:
    """Return day and time as the publication writes them, in the current zone, as a <time>."""
    local = timezone.localtime(at)
    language = translation.get_language() or "en"
    return format_html(
        '<time datetime="{}">{}, {}</time>',
        f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}",
        _day(local.date(), language),
        _clock(local.hour, local.minute, language),
    )


# Two hundred comments share a few days and times; Babel takes 0.1 ms for each.
@lru_cache(maxsize=1000)
def _day(on: date, language: str) -> str:
    return formats.day(on, language)


@lru_cache(maxsize=3000)
def _clock(hour: int, minute: int, language: str) -> str:
    return formats.clock(datetime(2000, 1, 1, hour, minute, tzinfo=UTC), "UTC", language)
