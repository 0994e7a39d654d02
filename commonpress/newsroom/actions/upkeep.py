"""What is shown on many pages and edited in one place: bylines, the publication itself."""

from django.db import connection, transaction
from taggit.models import Tag

from commonpress.accounts.actions.names import protect_name
from commonpress.accounts.models import ProtectedName
from commonpress.changes.changed import changed
from commonpress.newsroom.actions.search_index import index_all_anew
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.queries.search import stemmer_of


@transaction.atomic
def byline_changed(byline: Byline) -> None:
    _protect(byline)
    changed(byline.key)


@transaction.atomic
def byline_deleted(byline: Byline) -> None:
    protect_name(byline.key, "", reason=ProtectedName.Reason.BYLINE, person=None)
    changed(byline.key)


def protect_bylines_anew() -> None:
    """Work out what each byline's name looks like once more: for rows that were changed past the receivers."""
    for byline in Byline.objects.select_related("person"):
        _protect(byline)


def _protect(byline: Byline) -> None:
    protect_name(byline.key, byline.name, reason=ProtectedName.Reason.BYLINE, person=byline.person)


@transaction.atomic
def tag_changed(tag: Tag) -> None:
    """Refresh whatever may name the tag; stories carry it, feeds list it, and it is hardly ever renamed."""
    changed(f"tag:{tag.slug}", "publication")


@transaction.atomic
def publication_changes(publication: Publication) -> None:
    """Have stories indexed anew where another language has other words; called before it is saved.

    SQLite's index knows no languages.
    """
    if connection.vendor == "sqlite":
        return
    if stemmer_of(Publication.load().language) != stemmer_of(publication.language):
        index_all_anew.enqueue()


@transaction.atomic
def publication_changed(publication: Publication) -> None:
    changed("publication")
