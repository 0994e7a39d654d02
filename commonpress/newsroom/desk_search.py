"""Wagtail's index of pages, bylines and photos, which only the desk searches.

Wagtail weighs all titles anew at every save, which reads the whole index: at 100,000 stories half a second
of work per draft. Here that waits for the night (schedules.py); until then a new title counts as an average one.
"""

from typing import Any

from wagtail.models import Page
from wagtail.search.backends import database, get_search_backend


class UnweighedIndex:
    """Stands before one of Wagtail's database indexes."""

    def _refresh_title_norms(self, *, full: bool = False) -> None:
        if full:
            super()._refresh_title_norms(full=True)  # type: ignore[misc]  # of the index


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  the name Wagtail looks for in a backend's module
    """Return Wagtail's own backend of this database, whose index weighs titles only when told to."""
    backend = database.SearchBackend(params)
    backend.index_class = type("Index", (UnweighedIndex, backend.index_class), {})
    return backend


def weigh_titles() -> None:
    get_search_backend().get_index_for_model(Page)._refresh_title_norms(full=True)  # noqa: SLF001  has no public name
