"""What is no longer public."""

from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.story import Story


def was_withdrawn_at(path: str) -> bool:
    """Tell whether readers once found a page at this path (as in "/2026/the-slug/") that was then unpublished.

    Such an address answers 410; a draft's, which was never public, 404 like any unknown one.
    """
    return any(model.objects.filter(public_path=path, live=False).exists() for model in (Story, PlainPage, Desk))
