"""Which of a photo's pictures a page offers the browser; asks the database nothing."""

from dataclasses import dataclass

from django.core.files.storage import default_storage

from commonpress.newsroom.models.photo import Photo


@dataclass(frozen=True)
class Shown:
    """One file as a page names it."""

    url: str
    width: int
    height: int
    type: str
    bytes: int | None


@dataclass(frozen=True)
class Picture:
    """What one <picture> needs: the file every browser reads, and better ones for those that can."""

    fallback: Shown
    sources: list[Shown]

    @property
    def srcset(self) -> str:
        return ", ".join(f"{source.url} {source.width}w" for source in self.sources)


def picture_of(photo: Photo, shape: str = "full") -> Picture:
    """Return what stands of the photo in a shape; until anything does, the 800 px JPEG made at upload."""
    shown = [
        Shown(default_storage.url(made["name"]), made["width"], made["height"], made["type"], made["bytes"])
        for made in photo.pictures
        if made["shape"] == shape
    ]
    modern = [picture for picture in shown if picture.type != "image/jpeg"]
    if shape != "full":
        plain = [picture for picture in shown if picture.type == "image/jpeg"]
        return Picture(plain[-1], modern) if plain else picture_of(photo)
    return Picture(preview_of(photo), modern)


def preview_of(photo: Photo) -> Shown:
    if not photo.preview_800:
        # Came in beside our upload form a moment ago; the job is about to rewrite it.
        return Shown(default_storage.url(str(photo.file.name)), photo.width, photo.height, "image/jpeg", None)
    width, height = photo.preview_size
    return Shown(photo.preview_800.url, width, height, "image/jpeg", None)


def widest_jpeg(photo: Photo) -> Shown:
    """Return the picture for cards, feeds and machines: 1,200 px wide where it stands."""
    for made in photo.pictures:
        if made["shape"] == "full" and made["type"] == "image/jpeg":
            return Shown(default_storage.url(made["name"]), made["width"], made["height"], made["type"], made["bytes"])
    return preview_of(photo)
