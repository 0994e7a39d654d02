"""Which pages have a discussion readers may see. Asked anew at every request."""

from wagtail.models import Page

from commonpress.discussion import rules
from commonpress.discussion.rules import Discussed
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.story import Story


def page_by(key: int) -> Discussed | None:
    """Return the public page with this key whose discussion is shown."""
    for model in (Story, PlainPage):
        page = model.objects.live().filter(pk=key).first()
        if page is not None:
            return _if_shown(page)
    return None


def page_at(address: str) -> Discussed | None:
    """Return the public page at an address like "2026/the-slug" whose discussion is shown."""
    for model in (Story, PlainPage):
        page = model.objects.live().filter(public_path=f"/{address}/").first()
        if page is not None:
            return _if_shown(page)
    return None


def any_page_by(key: int) -> Discussed | None:
    """Return the page with this key, public or not: for the desk."""
    return Story.objects.filter(pk=key).first() or PlainPage.objects.filter(pk=key).first()


def _if_shown(page: Discussed) -> Discussed | None:
    is_private = Page.objects.filter(pk=page.pk).private().exists()
    return page if rules.is_shown(page) and not is_private else None
