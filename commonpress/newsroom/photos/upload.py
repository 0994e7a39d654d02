"""Takes an uploaded picture in: what becomes of it, or the sentence that says why not."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonpress.lib.refusals import Refused
from commonpress.newsroom.photos.workshop import BenchIsTaken, Failed, TookTooLong, workshop

MAX_FRAMES = 200
SECONDS = 10


class UploadRefused(Refused):
    status = 422
    message = gettext_lazy("This file is not a picture we can take.")


class Readable(Protocol):
    """An open binary file, ours or Django's."""

    def seek(self, offset: int, /) -> Any: ...
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Upload:
    """A picture rewritten from its pixels, its 800 px JPEG, and what was read before the rest was dropped.

    `metadata` may hold: taken_on (ISO date), photographer, agency, caption, copyright, licence, alt.
    """

    original: bytes
    extension: str
    width: int
    height: int
    preview: bytes
    metadata: dict[str, str]


def take_in(file: Readable, name: str) -> Upload:
    """Rewrite an uploaded file.

    Raises UploadRefused with the sentence its sender reads.
    """
    most = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
    file.seek(0)
    data = file.read(most + 1)
    if len(data) > most:
        raise UploadRefused(
            _("This file is larger than %(most)s. Save the picture smaller, or as a JPEG, and upload it again.")
            % {"most": filesizeformat(most)}
        )
    if not data:
        raise UploadRefused(_("This file is empty. Please choose the picture again."))
    order = {
        "work": "read",
        "extension": PurePath(name).suffix.lower().removeprefix("."),
        "max_pixels": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS,
        "max_frames": MAX_FRAMES,
    }
    try:
        # A bench of its own: an editor who waits must not stand in line behind the pictures of the archive.
        with workshop(order, {"upload": data}, bench="uploads", seconds=SECONDS) as (answer, folder):
            if "refused" in answer:
                raise UploadRefused(sentence(answer))
            return Upload(
                original=(folder / "original").read_bytes(),
                extension=answer["extension"],
                width=answer["width"],
                height=answer["height"],
                preview=(folder / "preview").read_bytes(),
                metadata=answer["metadata"],
            )
    except BenchIsTaken:
        raise UploadRefused(
            _("Other pictures are being read, and this one's turn did not come. Please upload it again in a minute.")
        ) from None
    except TookTooLong:
        raise UploadRefused(
            _("Reading this picture took too long. Save it smaller, or as a JPEG, and upload it again.")
        ) from None
    except Failed:
        raise UploadRefused(sentence({"refused": "damaged"})) from None


def sentence(answer: dict[str, Any]) -> str:
    """Return what the person who uploaded reads."""
    code = answer["refused"]
    if code == "wrong_name":
        return _("This file's name says it is another kind of picture than it is: it holds %(format)s.") % answer
    if code == "too_many_pixels":
        return _(
            "This picture has %(megapixels)s megapixels; we take up to %(most)s. Save it smaller and upload it again."
        ) % {
            "megapixels": round(answer["pixels"] / 1_000_000),
            "most": round(settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS / 1_000_000),
        }
    return {
        "drawing": _("SVG drawings can hold programs, so we do not take them. Export the drawing as PNG."),
        "no_picture": _("This file is not a picture we know. Please upload a JPEG, PNG, WebP, AVIF or GIF."),
        "too_many_frames": _("This picture moves through more than %(most)s frames. Please upload a still.")
        % {"most": MAX_FRAMES},
        "two_in_one": _(
            "This file holds something else beside the picture, such as a web page or an archive. "
            "Export the picture again from a picture editor."
        ),
        "truncated": _("This picture is cut off: its end is missing. Please copy it again and upload that."),
        "damaged": _("This picture is damaged and cannot be read. Please export it again and upload that."),
        "too_much_memory": _("This picture needs more memory than we give one. Save it smaller, or as a JPEG."),
    }[code]
