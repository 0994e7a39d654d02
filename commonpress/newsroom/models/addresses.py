"""Last parts of addresses: which are ours, and which is free."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.encoding import iri_to_uri
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page, PageViewRestriction

# First parts of addresses that lead somewhere else (urls.py); a desk or page of that name could never be reached.
RESERVED = frozenset(
    [
        "by",
        "tag",
        "give",
        "ledger",
        "meter",
        "supporters",
        "c",
        "search",
        "admin",
        "accounts",
        "static",
        "media",
        "feed",
        "embed",
        "sitemap",
        "robots",
    ]
)
YEAR = re.compile(r"\d{4}")
MONTH = re.compile(r"\d{2}")
# Of a list that goes on; its first page is the list's own address.
FURTHER_PAGE = re.compile("[2-9]|[1-9][0-9]{1,3}")
# Above it is only Wagtail's root.
DEPTH_OF_FRONT = 2


def refuse_reserved(slug: str, *, under: Page | None = None) -> None:
    """Raise ValidationError when a desk or plain page could not be reached below `under`, or else below the front."""
    is_first = under is None or under.depth == DEPTH_OF_FRONT
    if (is_first and (slug in RESERVED or slug.startswith("-"))) or slug == "feed":
        raise ValidationError(
            _("The address /%(slug)s/ already leads to another part of the paper. Please choose another word."),
            params={"slug": slug},
        )
    if is_first and YEAR.fullmatch(slug):
        raise ValidationError(
            _("The address /%(slug)s/ is the archive of that year. Please choose a word."), params={"slug": slug}
        )


def free_slug(wanted: str, *, parent: Page, page: Page | None = None) -> str:
    """Return `wanted` if it is free under `parent`, else the first free of wanted-2, wanted-3 ...

    `page` is the one that shall have it: what it has already is free to it. Two digits are
    never free: under a year they are the address of a month; nor is `feed`, which is a desk's or a page's own.
    """
    others = Page.objects.child_of(parent)
    if page is not None and page.pk:
        others = others.exclude(pk=page.pk)
    if wanted != "feed" and not MONTH.fullmatch(wanted) and not others.filter(slug=wanted).exists():
        return wanted
    taken = set(others.filter(slug__startswith=f"{wanted}-").values_list("slug", flat=True))
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


def slug_for(headline: str) -> str:
    """Return the slug of a headline, cut at a word to 80 characters; "story" where no letter is left."""
    slug = slugify(headline, allow_unicode=True)
    if len(slug) > 80:
        slug = slug[:81].rsplit("-", 1)[0][:80]
    return slug.strip("-_") or "story"


def path_of(url_path: str) -> str:
    """Return the address readers see of a page's url_path in Wagtail, which begins with the front's own slug."""
    _nothing, _front, rest = url_path.split("/", 2)
    return f"/{rest}"


def absolute(path: str) -> str:
    """Return a path as a full address on the publication's own; a full address stays what it is."""
    return iri_to_uri(path if path.startswith(("http://", "https://")) else f"{settings.PUBLIC_URL}{path}")


class Addressed:
    """Pages whose full address is on the publication's public address, not on the name of a `Site` row."""

    # A page is public or it is not; Wagtail's pass words and private pages have a log-in view of their own.
    private_page_options: list[str] = []

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """Return none, where Wagtail would ask the database twice per page read."""
        return PageViewRestriction.objects.none()

    def get_url_parts(self, request: object = None) -> tuple[int, str | None, str | None] | None:
        parts = super().get_url_parts(request)  # type: ignore[misc]  # of Page, beside which this stands
        if parts is None:
            return None
        site_id, _root_url, path = parts
        return site_id, settings.PUBLIC_URL, path

    @property
    def path_here(self) -> str:
        """Return the address as in "/2026/the-slug/", without a query; "/" for the front."""
        return path_of(self.url_path)  # type: ignore[attr-defined]  # of Page, beside which this stands
