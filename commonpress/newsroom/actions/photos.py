"""Photos come in, are changed, and go."""

import datetime as dt
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.photos.renditions import discard_later, draw_pictures
from commonpress.newsroom.photos.upload import Upload, UploadRefused, take_in


def add_photo(
    file: BinaryIO | Upload,
    *,
    title: str,
    alt: str = "",
    is_decorative: bool = False,
    caption: str = "",
    photographer: str = "",
    agency: str = "",
    copyright: str = "",  # noqa: A002  the photo's field
    licence: str = "",
    taken_on: dt.date | None = None,
    by: Person | None = None,
    name: str = "",
) -> Photo:
    """Take a picture in from an open binary file, called `name` if it does not know itself; what is left empty is read from the file.

    Whoever writes more in the same transaction takes the file in before it begins, and gives the `Upload`.

    Raises UploadRefused with the sentence its sender reads.
    """
    if is_decorative and alt:
        raise UploadRefused(_("Describe the picture or call it decorative, not both."))
    upload = file if isinstance(file, Upload) else take_in(file, name or file.name)
    found = upload.metadata
    photo = Photo(
        title=title,
        alt=alt or ("" if is_decorative else found.get("alt", "")),
        is_decorative=is_decorative,
        caption=caption or found.get("caption", ""),
        photographer=photographer or found.get("photographer", ""),
        agency=agency or found.get("agency", ""),
        copyright=copyright or found.get("copyright", ""),
        licence=licence or found.get("licence", ""),
        taken_on=taken_on or day_of(found.get("taken_on")),
        uploaded_by_user=by,
    )
    photo.take(upload)
    photo.save()
    return photo


def day_of(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@transaction.atomic
def photo_saved(photo: Photo) -> None:
    """Tell the pages that show it, and have its pictures drawn where they no longer fit. The receiver's action."""
    changed(photo.key)
    if photo.pictures_of != photo.drawn_from:
        draw_pictures.enqueue(photo.pk)


@transaction.atomic
def photo_deleted(photo: Photo) -> None:
    changed(photo.key)
    discard_later(photo.public_files)
