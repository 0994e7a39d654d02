"""What editors find a page by: Wagtail's search index and its list of what is used where."""

from wagtail.models import Page
from wagtail.search.tasks import insert_or_update_object_task
from wagtail.tasks import update_reference_index_task


def index_for_the_desk(page: Page) -> None:
    """Let editors find a page in Wagtail's choosers; readers have a search of their own."""
    insert_or_update_object_task.enqueue(*_name_of(page))


def note_what_it_uses(page: Page) -> None:
    """Let editors see where a photo or byline is used. Wagtail does this at each save, but not while importing."""
    update_reference_index_task.enqueue(*_name_of(page))


def _name_of(page: Page) -> tuple[str, str, str]:
    options = page._meta  # noqa: SLF001  Django's own way to name a model
    return options.app_label, options.model_name, str(page.pk)
