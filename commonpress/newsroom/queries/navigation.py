"""What every page links to."""

from dataclasses import dataclass

from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.plain_page import PlainPage


@dataclass(frozen=True)
class Navigation:
    """Desks and plain pages to link to, each with `title` and `public_path`, in the editors' order."""

    desks: list[Desk]
    pages: list[PlainPage]
    foot: list[PlainPage]


def navigation() -> Navigation:
    """Return what stands in the navigation and the foot, in two queries. Changes with the key `publication`."""
    desks = (
        Desk.objects.live().order_by("position", "title").only("title", "slug", "url_path", "public_path", "position")
    )
    pages = list(
        PlainPage.objects.live()
        .exclude(place=PlainPage.Place.NONE)
        .order_by("position", "title")
        .only("title", "slug", "url_path", "public_path", "place", "position")
    )
    return Navigation(
        desks=list(desks),
        pages=[page for page in pages if page.place == PlainPage.Place.NAVIGATION],
        foot=[page for page in pages if page.place == PlainPage.Place.FOOT],
    )
