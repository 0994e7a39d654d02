import secrets
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Filter

from commonpress.changes.shown import Keyed
from commonpress.newsroom.photos.reading import PREVIEW_WIDTH, scaled_height
from commonpress.newsroom.photos.upload import Upload

SMALL_WIDTH = 400


def random_name(folder: str, filename: str) -> str:
    """Return a path nobody can guess: what belongs to a draft is served to whoever knows its address."""
    return f"{folder}/{secrets.token_hex(16)}{PurePath(filename).suffix.lower()}"


def preview_name(photo: "Photo", filename: str) -> str:
    return random_name("photos", filename)


class Photo(Keyed, AbstractImage):
    """A picture with what a reader must be told of it: who took it, when, and what it shows.

    The file is the upload as our child process rewrote it (photos/): upright, without GPS, serial
    numbers or thumbnail. Readers are shown `pictures`, drawn by a job; until they stand, the
    800 px JPEG made at upload.
    """

    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who cannot see it. Required unless it is decorative."),
    )
    is_decorative = models.BooleanField(_("decorative: says nothing the text does not"), default=False)
    caption = models.TextField(_("caption"), blank=True, help_text=_("What, where, when."))
    photographer = models.CharField(_("photographer"), max_length=120, blank=True)
    agency = models.CharField(_("agency"), max_length=120, blank=True)
    copyright = models.CharField(_("copyright"), max_length=200, blank=True)
    licence = models.CharField(
        _("licence"), max_length=200, blank=True, help_text=_("Its name or its address, as in https://...")
    )
    taken_on = models.DateField(
        _("date taken"),
        null=True,
        blank=True,
        help_text=_("Read from the file where it says so. Older than a month, the caption begins with “File photo”."),
    )
    preview_800 = models.FileField(upload_to=preview_name, editable=False, blank=True)
    # What readers are shown: [{"shape", "width", "height", "type", "name", "bytes"}], narrowest first.
    # On the row and not in rows of their own, so that a list of stories has its pictures without asking.
    pictures = models.JSONField(default=list, editable=False)
    # The `drawn_from` that `pictures` were drawn from; another one asks for new ones.
    pictures_of = models.CharField(max_length=500, blank=True, editable=False)
    renditions_ready_at = models.DateTimeField(null=True, editable=False)

    admin_form_fields = (
        "title",
        "file",
        "alt",
        "is_decorative",
        "caption",
        "photographer",
        "agency",
        "copyright",
        "licence",
        "taken_on",
        "collection",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_decorative=False) | models.Q(alt=""), name="decorative_photo_has_no_alt"
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The receiver that records the change and asks for pictures belongs to the same transaction.
        with transaction.atomic():
            super().save(*args, **kwargs)

    def take(self, upload: Upload) -> None:
        """Put a rewritten upload in place of whatever was here, unsaved; the pictures are to be drawn anew."""
        self.file = ContentFile(upload.original, name=f"original.{upload.extension}")
        self.take_preview(upload)
        self._set_image_file_metadata()

    def take_preview(self, upload: Upload) -> None:
        self.preview_800 = ContentFile(upload.preview, name="preview.jpg")
        self.pictures = []
        self.pictures_of = ""
        self.renditions_ready_at = None

    def _set_image_file_metadata(self) -> None:
        super()._set_image_file_metadata()
        if getattr(self.file, "_committed", False):  # Django has no other word for what is stored already
            self.file.close()  # opened by Wagtail and left so

    @property
    def default_alt_text(self) -> str:
        return self.alt

    @property
    def key(self) -> str:
        return f"photo:{self.pk}"

    @property
    def credit(self) -> str:
        """Return "Photographer / Agency", or whichever of them is known."""
        return " / ".join(part for part in (self.photographer, self.agency) if part)

    @property
    def is_small(self) -> bool:
        """Whether it is narrower than a story's column, which it is not stretched to."""
        return self.width < SMALL_WIDTH

    @property
    def drawn_from(self) -> str:
        """Return what the pictures depend on: the file, where its focal point lies, and the credit they carry."""
        focal = (self.focal_point_x, self.focal_point_y)
        return f"{self.file.name} {focal} {self.photographer} {self.copyright}"[:500]

    @property
    def preview_size(self) -> tuple[int, int]:
        """Return width and height of the 800 px JPEG."""
        width = min(PREVIEW_WIDTH, self.width)
        return width, scaled_height(self.width, self.height, width)

    @property
    def public_files(self) -> list[str]:
        """Return the names of all files made for readers."""
        return [*(picture["name"] for picture in self.pictures), *([self.preview_800.name] if self.preview_800 else [])]

    def get_upload_to(self, filename: str) -> str:
        return random_name("originals", filename)

    def generate_rendition_file(self, filter: Filter, *, source: File[bytes] | None = None) -> File[bytes]:  # noqa: A002  Wagtail's name
        """Make one of the desk's own thumbnails; from the 800 px JPEG where that is large enough.

        Readers' pictures are not made here but by a job, in the child process.
        """
        operations = filter.spec.split("|")[0]
        small = self.preview_800 if operations.startswith(("max-", "width-", "height-")) else None
        if source is None and small and filter.get_transform(self).size[0] <= self.preview_size[0]:
            with self.preview_800.storage.open(str(self.preview_800.name)) as preview:
                return self.generate_rendition_file(filter, source=preview)
        # Read and closed here: Wagtail leaves the temporary file behind it open.
        with super().generate_rendition_file(filter, source=source) as made:
            made.seek(0)
            return ContentFile(made.read(), name=made.name)


class Rendition(AbstractRendition):
    """A thumbnail of the desk's."""

    image = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_spec")
        ]

    def get_upload_to(self, filename: str) -> str:
        return random_name("thumbnails", filename)
