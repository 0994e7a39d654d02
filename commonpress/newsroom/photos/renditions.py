"""Draws the pictures readers are shown, in a job and in a child process of that job."""

import secrets
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from commonpress.changes.changed import changed
from commonpress.jobs import task
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.photos.shapes import drawings_of
from commonpress.newsroom.photos.upload import take_in
from commonpress.newsroom.photos.workshop import workshop

SECONDS = 60
EXTENSIONS = {"avif": "avif", "jpeg": "jpg"}


class CannotBeDrawn(Exception):
    """The photo's file is missing or was not rewritten by us; readers are shown what there is."""


def draw(photo_pk: int) -> None:
    """Draw what is missing of a photo; nothing when it is gone or all stands. May run twice."""
    photo = Photo.objects.filter(pk=photo_pk).first()
    if photo is None or photo.pictures_of == photo.drawn_from:
        return
    draw_preview(photo)
    drawn_from, before = photo.drawn_from, list(photo.pictures)
    pictures = stored_drawings(photo)
    with transaction.atomic():
        now = Photo.objects.select_for_update().filter(pk=photo_pk).first()
        if now is None or now.drawn_from != drawn_from:
            # Changed or deleted meanwhile; that change has asked for pictures of its own.
            discard([picture["name"] for picture in pictures])
            return
        Photo.objects.filter(pk=photo_pk).update(
            pictures=pictures, pictures_of=drawn_from, renditions_ready_at=timezone.now()
        )
        changed(photo.key)
        discard_later([picture["name"] for picture in before])


def draw_preview(photo: Photo) -> None:
    """Make the 800 px JPEG of a photo that came in without our upload form; its file is rewritten as well."""
    if photo.preview_800:
        return
    with photo.file.open("rb") as file:
        unsafe = str(photo.file.name)
        upload = take_in(file, unsafe)
    photo.take(upload)
    photo.save()
    discard([unsafe])


def stored_drawings(photo: Photo) -> list[dict[str, Any]]:
    x, y = photo.focal_point_x, photo.focal_point_y
    focal_point = (x, y) if x is not None and y is not None else None
    drawings = [
        {**asdict(drawing), "file": f"drawing-{number}"}
        for number, drawing in enumerate(drawings_of(photo.width, photo.height, focal_point))
    ]
    order = {
        "work": "draw",
        "size": [photo.width, photo.height],
        "photographer": photo.photographer,
        "copyright": photo.copyright,
        "drawings": drawings,
    }
    with photo.file.open("rb") as file:
        original = file.read()
    with workshop(order, {"original": original}, bench="drawings", seconds=SECONDS) as (answer, folder):
        if "refused" in answer:
            raise CannotBeDrawn(f"photo {photo.pk}: {answer['refused']}")
        return [stored(drawing, folder) for drawing in answer["drawings"]]


def stored(drawing: dict[str, Any], folder: Path) -> dict[str, Any]:
    name = f"photos/{secrets.token_hex(16)}.{EXTENSIONS[drawing['format']]}"
    return {
        "shape": drawing["shape"],
        "width": drawing["width"],
        "height": drawing["height"],
        "type": f"image/{drawing['format']}",
        "name": default_storage.save(name, ContentFile((folder / drawing["file"]).read_bytes())),
        "bytes": drawing["bytes"],
    }


def discard(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def discard_later(names: list[str]) -> None:
    """Delete these in an hour: pages that are open now may yet ask for them."""
    if names:
        discard_files.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(names)


@task(queue="pictures")
def draw_pictures(photo_pk: int) -> None:
    draw(photo_pk)


@task(queue="pictures")
def discard_files(names: list[str]) -> None:
    discard(names)
