"""What is shown on many pages and edited in one place: bylines, photos, the publication itself."""

from django.db import transaction

from commonpress.changes.changed import changed
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.models.publication import Publication


@transaction.atomic
def byline_changed(byline: Byline) -> None:
    changed(byline.key)


@transaction.atomic
def photo_changed(photo: Photo) -> None:
    changed(f"photo:{photo.pk}")


@transaction.atomic
def publication_changed(publication: Publication) -> None:
    changed("publication")
