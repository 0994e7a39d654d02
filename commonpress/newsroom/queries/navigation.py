"""What every page links to."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import F, Q
from wagtail.models import Page

from commonpress.database.plain import fetched
from commonpress.newsroom.models.addresses import path_of
from commonpress.newsroom.models.plain_page import PlainPage


@dataclass(frozen=True)
class Link:
    title: str
    address: str


@dataclass(frozen=True)
class Navigation:
    """`top`: the desks by position, then the plain pages placed there; `foot`: the plain pages of the foot."""

    top: list[Link]
    foot: list[Link]


def navigation() -> Navigation:
    """Return both lists in one query, whatever number of desks and pages there is."""
    desks: list[tuple[int, str, Link]] = []
    top: list[tuple[int, str, Link]] = []
    foot: list[tuple[int, str, Link]] = []
    for title, url_path, desk_position, place, page_position in fetched(*_words()):
        link = Link(title, path_of(url_path))
        if desk_position is not None:
            desks.append((desk_position, title.casefold(), link))
        elif place == PlainPage.Place.NAVIGATION:
            top.append((page_position, title.casefold(), link))
        else:
            foot.append((page_position, title.casefold(), link))
    return Navigation(top=[*links(desks), *links(top)], foot=links(foot))


@cache
def _words() -> tuple[str, tuple[Any, ...]]:
    """Return the words and values of the query: every page asks it, and Django takes longer to find them than to ask."""
    places = PlainPage.Place
    rows = (
        Page.objects.live()
        .filter(Q(as_desk__is_in_navigation=True) | Q(plainpage__place__in=[places.NAVIGATION, places.FOOT]))
        .annotate(
            desk_position=F("as_desk__position"), place=F("plainpage__place"), page_position=F("plainpage__position")
        )
        .values_list("title", "url_path", "desk_position", "place", "page_position")
    )
    words, values = rows.query.sql_with_params()
    return str(words), values


def links(rows: list[tuple[int, str, Link]]) -> list[Link]:
    return [link for _position, _title, link in sorted(rows, key=lambda row: row[:2])]
