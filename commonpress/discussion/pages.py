"""Which pages have a discussion readers may see. Asked anew at every request."""

from collections.abc import Collection
from typing import Any

from wagtail.models import Page
from wagtail.query import PageQuerySet

from commonpress.database.prepared import Prepared
from commonpress.discussion import rules
from commonpress.discussion.errors import PageIsWithdrawn
from commonpress.discussion.rules import Discussed
from commonpress.discussion.said import found
from commonpress.lib.refusals import require
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.story import Story

# Whether a page "p" is shown to some only, itself or with a page above it.
IS_PRIVATE = """
EXISTS (
  SELECT 1 FROM wagtailcore_pageviewrestriction r JOIN wagtailcore_page a ON a.id = r.page_id
  WHERE p.path LIKE a.path || '%%'
)"""
_by_key: list[Prepared[Any]] = [
    Prepared(lambda: Story.objects.filter(pk=0)),
    Prepared(lambda: PlainPage.objects.filter(pk=0)),
]
_by_path: list[Prepared[Any]] = [
    Prepared(lambda: Story.objects.filter(public_path="")),
    Prepared(lambda: PlainPage.objects.filter(public_path="")),
]


def page_by(key: int) -> Discussed | None:
    """Return the public page with this key whose discussion is shown. Raises PageIsWithdrawn."""
    return _shown(_by_key, key)


def page_at(address: str) -> Discussed | None:
    """Return the public page at an address like "2026/the-slug" whose discussion is shown. Raises PageIsWithdrawn."""
    return _shown(_by_path, f"/{address}/")


def shown_pages(keys: Collection[int]) -> dict[int, Discussed]:
    """Return those of the pages by their keys whose discussion readers see, in three queries."""
    shown: dict[int, Discussed] = {
        page.pk: page
        for model in (Story, PlainPage)
        for page in model.objects.filter(pk__in=keys)
        if rules.is_shown(page)
    }
    private = set(Page.objects.filter(pk__in=shown).private().values_list("pk", flat=True))
    return {key: page for key, page in shown.items() if key not in private}


def with_discussion() -> PageQuerySet:
    """Return all public pages whose discussion is shown."""
    pages = Page.objects.live().public()
    for model in (Story, PlainPage):
        pages = pages.exclude(pk__in=model.objects.filter(comments_state=CommentsState.OFF).values("pk"))
    return pages


def any_page_by(key: int) -> Discussed | None:
    """Return the page with this key, public or not: for the desk."""
    return Story.objects.filter(pk=key).first() or PlainPage.objects.filter(pk=key).first()


def is_without_discussion(key: int) -> bool:
    """Tell whether this is a page readers see, but whose discussion is switched off."""
    page = any_page_by(key)
    return page is not None and page.live and not rules.is_shown(page) and not _is_private(page)


def is_open_still(page: Discussed) -> bool:
    """Tell whether a page's discussion is open, as rules.is_open does, by what stands in the database now."""
    rows = found(
        "SELECT p.live, COALESCE(s.comments_state, q.comments_state) FROM wagtailcore_page p"
        " LEFT JOIN newsroom_story s ON s.page_ptr_id = p.id LEFT JOIN newsroom_plainpage q ON q.page_ptr_id = p.id"
        " WHERE p.id = %s",
        [page.pk],
    )
    return bool(rows) and bool(rows[0][0]) and rows[0][1] == CommentsState.OPEN


def _shown(kinds: list[Prepared[Any]], value: int | str) -> Discussed | None:
    was_public = False
    for kind in kinds:
        page: Discussed
        for page in kind.rows(value):
            if page.live:
                return page if rules.is_shown(page) and not _is_private(page) else None
            # A draft has no such path: its address is like any unknown one.
            was_public = was_public or bool(page.public_path)
    require(not was_public, PageIsWithdrawn)
    return None


def _is_private(page: Discussed) -> bool:
    return bool(found(f"SELECT {IS_PRIVATE} FROM wagtailcore_page p WHERE p.id = %s", [page.pk])[0][0])  # noqa: S608  our own words
