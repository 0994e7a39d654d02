"""What stands under a photo: whether it is an old one, what it shows, and who took it."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from commonpress.lib import formats
from commonpress.newsroom.models.photo import Photo

FRESH_DAYS = 30

Moment = dt.datetime | dt.date


@dataclass(frozen=True)
class Caption:
    """The parts of a caption, in their order; each may be empty. `label` is as in "File photo, 3 May 2021"."""

    label: str
    text: str
    credit: str
    licence: str

    def __str__(self) -> str:
        """Return the caption without the credit, for feeds and structured data."""
        return ". ".join(part for part in (self.label, self.text) if part)

    def __bool__(self) -> bool:
        return bool(self.label or self.text or self.credit)


def caption_of(photo: Photo, on: Moment | None, own_caption: str = "") -> Caption:
    """Return the parts of a photo's caption in a story of that day; without a day no photo is called old.

    `own_caption` is what the editor wrote for this story and takes the place of the photo's own.
    """
    return Caption(
        label=file_photo_label(photo, on),
        text=(own_caption or photo.caption).strip(),
        credit=photo.credit,
        licence=photo.licence if photo.credit else "",
    )


def file_photo_label(photo: Photo, on: Moment | None) -> str:
    """Return "File photo" and its date for a photo taken more than 30 days before a story's day, else nothing.

    A moment's day is that of the current time zone, which is the publication's.
    """
    if photo.taken_on is None or on is None:
        return ""
    day = timezone.localdate(on) if isinstance(on, dt.datetime) else on
    if (day - photo.taken_on).days <= FRESH_DAYS:
        return ""
    return _("File photo, %(date)s") % {"date": formats.day(photo.taken_on, translation.get_language() or "en")}
