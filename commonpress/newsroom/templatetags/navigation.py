"""The links at the head and the foot of every page."""

from dataclasses import dataclass

from django import template
from django.db.models import F, Q
from wagtail.models import Page

from commonpress.newsroom.models.plain_page import PlainPage

register = template.Library()


@dataclass(frozen=True)
class Link:
    title: str
    address: str


@dataclass(frozen=True)
class Navigation:
    """`top`: the desks by position, then the plain pages placed there; `foot`: the plain pages of the foot."""

    top: list[Link]
    foot: list[Link]


@register.simple_tag
def navigation() -> Navigation:
    """Return both lists in one query, whatever number of desks and pages there is."""
    places = PlainPage.Place
    rows = (
        Page.objects.live()
        .filter(Q(as_desk__isnull=False) | Q(plainpage__place__in=[places.NAVIGATION, places.FOOT]))
        .annotate(
            desk_position=F("as_desk__position"), place=F("plainpage__place"), page_position=F("plainpage__position")
        )
        .values_list("title", "url_path", "desk_position", "place", "page_position")
    )
    desks, top, foot = [], [], []
    for title, url_path, desk_position, place, page_position in rows:
        # The first part of Wagtail's url_path is the front's own slug, of which readers see nothing.
        link = Link(title, "/" + url_path.split("/", 2)[2])
        if desk_position is not None:
            desks.append((desk_position, title, link))
        else:
            (top if place == places.NAVIGATION else foot).append((page_position, title, link))
    return Navigation(
        top=[link for *_order, link in sorted(desks, key=order) + sorted(top, key=order)],
        foot=[link for *_order, link in sorted(foot, key=order)],
    )


def order(row: tuple[int, str, Link]) -> tuple[int, str]:
    return row[0], row[1].casefold()
