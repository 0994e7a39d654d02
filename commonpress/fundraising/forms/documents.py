"""A field for a bill as a PDF or a picture, to be handed to every reader."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from commonpress.newsroom.photos.upload import UploadRefused, take_in

MOST_BYTES = 10 * 1024 * 1024


class DocumentField(forms.FileField):
    """Cleans to a file named for what it is: a PDF as it came, a picture made anew without what its camera wrote in it."""

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        if not isinstance(file, UploadedFile):
            return None
        content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ValidationError(
                _("This file is larger than %(most)s. Save it smaller, and choose it again."),
                params={"most": filesizeformat(MOST_BYTES)},
            )
        if content.startswith(b"%PDF-"):
            if b"%%EOF" not in content[-2048:]:
                raise ValidationError(_("This PDF is cut off: its end is missing. Save it again, and choose that."))
            return ContentFile(content, name="document.pdf")
        if (file.name or "").lower().endswith(".pdf"):
            raise ValidationError(
                _("This file is called a PDF and is none. Save the document as a PDF, and choose that.")
            )
        try:
            picture = take_in(file, file.name or "")
        except UploadRefused as refused:
            raise ValidationError([str(refused.message), _("A PDF is taken as well.")]) from None
        return ContentFile(picture.original, name=f"document.{picture.extension}")
