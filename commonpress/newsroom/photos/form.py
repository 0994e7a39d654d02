"""The form a photo is uploaded and described with: on its own, several at once, and in the chooser."""

import datetime as dt
import io
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import FileField
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.photos.renditions import discard_later
from commonpress.newsroom.photos.upload import Upload, UploadRefused, take_in


class PhotoFileField(WagtailImageField):
    """Takes a picture in through the child process; nothing is decoded here."""

    def to_python(self, data: Any) -> "UploadedFile[bytes] | None":
        # Past Wagtail's own look at the file, which would open it in this process.
        file = FileField.to_python(self, data)
        if not isinstance(file, UploadedFile):
            return None
        try:
            upload = take_in(file, file.name or "")
        except UploadRefused as refused:
            raise ValidationError(refused.message, code="refused") from None
        put_in_place(file, upload)
        return file


def put_in_place(file: "UploadedFile[bytes]", upload: Upload) -> None:
    """Make the uploaded file hold the rewritten picture.

    Wagtail's multiple upload stores the request's own file, under its own name, when another
    field is wrong: what it stores must be ours by then.
    """
    file.file = io.BytesIO(upload.original)
    file.size = len(upload.original)
    file.name = f"photo.{upload.extension}"
    file.upload = upload  # type: ignore[attr-defined]  # handed on to the form


class PhotoForm(BaseImageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files_before = self.instance.public_files if self.instance.pk else []
        if "file" in self.fields:
            plain = self.fields["file"]
            self.fields["file"] = PhotoFileField(label=plain.label, required=plain.required, widget=plain.widget)

    @property
    def upload(self) -> Upload | None:
        return getattr(self.cleaned_data.get("file"), "upload", None)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.upload is not None:
            self.fill_from(self.upload.metadata)
        taken_on = self.cleaned_data.get("taken_on")
        if taken_on and taken_on > timezone.localdate():
            self.add_error("taken_on", _("That day is still to come."))
        # Several at once: Wagtail sends the file first and asks for the description afterwards.
        if self.add_prefix("alt") in self.data or "file" not in self.fields:
            self.require_description()
        return self.cleaned_data

    def fill_from(self, metadata: dict[str, str]) -> None:
        """Take what the file says for what was left empty; what was typed stays. Shown if the form comes back."""
        typed: Any = self.data.copy()  # type: ignore[has-type]  # Wagtail's form has no types
        for name, text in metadata.items():
            if name not in self.fields or self.cleaned_data.get(name) or name in self.errors:
                continue
            if name == "alt" and self.cleaned_data.get("is_decorative"):
                continue
            value = dt.date.fromisoformat(text) if name == "taken_on" else text
            # The clock of a camera may be wrong.
            if isinstance(value, dt.date) and value > timezone.localdate():
                continue
            self.cleaned_data[name] = value
            typed[self.add_prefix(name)] = text
        self.data = typed

    def require_description(self) -> None:
        alt, is_decorative = self.cleaned_data.get("alt"), self.cleaned_data.get("is_decorative")
        if "alt" in self.errors:
            return
        if alt and is_decorative:
            self.add_error("alt", _("Describe the picture or call it decorative, not both."))
        elif not alt and not is_decorative:
            self.add_error(
                "alt", _("Say what the picture shows, for those who cannot see it, or mark it as decorative.")
            )

    def save(self, commit: bool = True) -> Photo:
        if self.upload is not None:
            self.instance.take_preview(self.upload)
        photo: Photo = super().save(commit=commit)
        if self.upload is not None:
            discard_later(self.files_before)
        return photo
