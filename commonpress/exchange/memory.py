"""What was imported before: so that a second run repeats nothing, and refers to nothing that was deleted here."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef

from commonpress.exchange.models import Imported
from commonpress.exchange.records import Kind
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.story import Story

MODELS: dict[Kind, type[Model]] = {
    Kind.DESK: Desk,
    Kind.BYLINE: Byline,
    Kind.PHOTO: Photo,
    Kind.STORY: Story,
    Kind.PAGE: PlainPage,
}


@dataclass
class Rows:
    """The rows of one kind by the source's ids; `gone` are ids whose row was deleted here since."""

    here: dict[str, int]
    gone: set[str]

    def remembers(self, source_id: str) -> bool:
        return source_id in self.here or source_id in self.gone


@dataclass(frozen=True)
class Memory:
    """Of one source."""

    source: str

    def rows(self, kind: Kind) -> Rows:
        found = Rows({}, set())
        imported = Imported.objects.filter(source=self.source, kind=kind).annotate(
            is_here=Exists(MODELS[kind]._default_manager.filter(pk=OuterRef("row_id")))  # noqa: SLF001  Django's own
        )
        for source_id, row_id, is_here in imported.values_list("source_id", "row_id", "is_here"):
            if is_here:
                found.here[source_id] = row_id
            else:
                found.gone.add(source_id)
        return found

    def of_comments(self, source_ids: list[str]) -> dict[str, int]:
        """Return the comments among these that were imported, deleted ones too."""
        rows = Imported.objects.filter(source=self.source, kind=Kind.COMMENT, source_id__in=source_ids)
        return dict(rows.values_list("source_id", "row_id"))

    def add_comments(self, rows: Mapping[str, int]) -> None:
        """Remember comments, by the source's ids, in the transaction that writes them."""
        Imported.objects.bulk_create(
            (Imported(source=self.source, kind=Kind.COMMENT, source_id=each, row_id=row) for each, row in rows.items()),
            batch_size=500,
        )

    def add(self, kind: Kind, source_id: str, row_id: int) -> None:
        """Remember an item, in the transaction that writes it."""
        Imported.objects.create(source=self.source, kind=kind, source_id=source_id, row_id=row_id)
