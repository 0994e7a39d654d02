import datetime as dt
import io
import signal
import subprocess
import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from PIL import Image

from commonpress.changes.models import Change
from commonpress.jobs.giving_way import GaveWay, stopped_by
from commonpress.newsroom.actions.photos import add_photo
from commonpress.newsroom.models.photo import Photo
from commonpress.newsroom.photos import workshop
from commonpress.newsroom.photos.metadata import metadata_of
from commonpress.newsroom.photos.picture import picture_of, widest_jpeg
from commonpress.newsroom.photos.renditions import discard, draw
from commonpress.newsroom.photos.upload import UploadRefused
from tests.factories.photos import CANARY, make_photo, photo_file, tattling_jpeg

pytestmark = pytest.mark.django_db


def opened(name: str) -> Image.Image:
    with default_storage.open(name) as file:
        picture = Image.open(io.BytesIO(file.read()))
        picture.load()
        return picture


def waiting(task: str) -> int:
    return DBTaskResult.objects.filter(task_path__endswith=task).count()


@pytest.mark.both_databases
def test_a_photo_that_comes_in_asks_for_its_pictures_in_the_same_transaction():
    photo = make_photo()

    assert waiting("draw_pictures") == 1
    assert list(Change.objects.values_list("key", flat=True)) == [photo.key]
    assert photo.pictures == []


def test_a_job_draws_every_width_up_to_the_photos_own():
    photo = make_photo(width=1300, height=900)

    draw(photo.pk)

    photo.refresh_from_db()
    drawn = [(made["shape"], made["type"], made["width"], made["height"]) for made in photo.pictures]
    assert drawn == [
        ("full", "image/avif", 400, 277),
        ("full", "image/avif", 800, 554),
        ("full", "image/avif", 1200, 831),
        ("full", "image/avif", 1300, 900),
        ("full", "image/jpeg", 1200, 831),
        ("wide", "image/avif", 400, 267),
        ("wide", "image/avif", 800, 533),
        ("wide", "image/avif", 1200, 800),
        ("wide", "image/jpeg", 800, 533),
    ]
    for made in photo.pictures:
        picture = opened(made["name"])
        assert picture.size == (made["width"], made["height"])
        assert default_storage.size(made["name"]) == made["bytes"]
    assert photo.renditions_ready_at is not None


def test_a_second_run_of_the_job_draws_nothing():
    photo = make_photo()
    draw(photo.pk)
    first = Photo.objects.get().pictures

    draw(photo.pk)

    assert Photo.objects.get().pictures == first


def test_a_job_for_a_photo_that_is_gone_does_nothing():
    draw(12345)

    assert Photo.objects.count() == 0


def test_a_moved_focal_point_asks_for_new_pictures_and_the_old_files_go_an_hour_later():
    photo = make_photo(width=900, height=1200)
    draw(photo.pk)
    photo.refresh_from_db()
    before = [made["name"] for made in photo.pictures]
    photo.focal_point_x, photo.focal_point_y, photo.focal_point_width, photo.focal_point_height = 450, 1190, 10, 10
    photo.save()
    assert waiting("draw_pictures") == 2

    draw(photo.pk)

    after = [made["name"] for made in Photo.objects.get().pictures]
    assert set(before) & set(after) == set()
    late = DBTaskResult.objects.get(task_path__endswith="discard_files")
    assert late.args_kwargs["args"] == [before]
    assert late.run_after > late.enqueued_at + dt.timedelta(minutes=59)
    discard(before)
    assert [default_storage.exists(name) for name in before] == [False] * len(before)


def test_a_changed_caption_asks_for_no_pictures():
    photo = make_photo()
    draw(photo.pk)
    photo.refresh_from_db()

    photo.caption = "The bridge on Monday."
    photo.save()

    assert waiting("draw_pictures") == 1
    assert list(Change.objects.values_list("key", flat=True)) == [photo.key] * 3


def test_pictures_carry_credit_and_copyright_and_nothing_else():
    file = io.BytesIO(tattling_jpeg())
    photo = add_photo(file, name="photo.jpg", title="The bridge", alt="A bridge")

    draw(photo.pk)

    photo.refresh_from_db()
    for name in [photo.file.name, *photo.public_files]:
        with default_storage.open(name) as stored:
            assert CANARY.encode() not in stored.read()
        assert metadata_of(opened(name)) == {"photographer": "Ada Byrne", "copyright": "© 2026 Harbour Press"}
        assert set(opened(name).getexif()) == {0x013B, 0x8298}


def test_the_lead_weighs_no_more_than_80_kilobytes_at_1200():
    photo = add_photo(photo_file(width=2400, height=1600, grain=True, quality=92), title="Grain", alt="Grain")

    draw(photo.pk)

    photo.refresh_from_db()
    lead = next(made for made in photo.pictures if (made["shape"], made["width"]) == ("full", 1200))
    assert lead["type"] == "image/avif"
    assert lead["bytes"] <= 80_000


def test_what_is_transparent_is_shown_on_paper():
    photo = add_photo(photo_file("a.png", form="PNG", mode="RGBA"), title="Drawing", alt="A drawing")

    draw(photo.pk)

    photo.refresh_from_db()
    jpeg = next(made for made in photo.pictures if made["type"] == "image/jpeg")
    assert opened(jpeg["name"]).mode == "RGB"
    red, _green, _blue = opened(jpeg["name"]).getpixel((5, 5))
    assert 180 < red < 195


def test_a_photo_that_came_in_beside_the_form_is_rewritten_by_the_job():
    photo = Photo.objects.create(title="Imported", alt="A bridge", file=ContentFile(tattling_jpeg(), name="import.jpg"))
    raw = photo.file.name

    draw(photo.pk)

    photo.refresh_from_db()
    assert photo.file.name != raw
    assert not default_storage.exists(raw)
    with photo.file.open("rb") as file:
        assert CANARY.encode() not in file.read()
    assert photo.preview_800


def test_names_of_files_cannot_be_guessed():
    first, second = make_photo(), make_photo()

    draw(first.pk)

    first.refresh_from_db()
    names = [first.file.name, second.file.name, *first.public_files, *second.public_files]
    assert len(set(names)) == len(names)
    for name in names:
        folder, file = name.split("/")
        assert folder in {"originals", "photos"}
        assert len(file.split(".")[0]) == 32
        int(file.split(".")[0], 16)


def test_until_pictures_stand_readers_are_shown_the_jpeg_made_at_upload():
    photo = make_photo(width=1000, height=500)

    shown = picture_of(photo)

    assert (shown.sources, shown.srcset) == ([], "")
    assert shown.fallback.url == photo.preview_800.url
    assert (shown.fallback.width, shown.fallback.height) == (800, 400)
    assert opened(photo.preview_800.name).size == (800, 400)
    assert picture_of(photo, "wide") == shown
    assert widest_jpeg(photo) == shown.fallback


def test_what_is_shown_of_a_photo_is_told_by_its_row_alone():
    photo = make_photo(width=1000, height=500)
    draw(photo.pk)
    photo = Photo.objects.get()

    with CaptureQueriesContext(connection) as queries:
        shown, wide, card = picture_of(photo), picture_of(photo, "wide"), widest_jpeg(photo)

    assert len(queries) == 0
    assert [source.width for source in shown.sources] == [400, 800, 1000]
    assert (wide.fallback.width, wide.fallback.height, wide.fallback.type) == (750, 500, "image/jpeg")
    assert (card.width, card.type) == (1000, "image/jpeg")


def test_a_deleted_photos_files_go_an_hour_later():
    photo = make_photo()
    draw(photo.pk)
    photo.refresh_from_db()
    names = photo.public_files

    photo.delete()

    assert DBTaskResult.objects.get(task_path__endswith="discard_files").args_kwargs["args"] == [names]


def test_a_decorative_photo_with_a_description_is_refused():
    with pytest.raises(UploadRefused):
        make_photo(is_decorative=True, alt="A bridge")

    assert make_photo(is_decorative=True, alt="").alt == ""


def test_what_is_given_goes_before_what_the_file_says():
    file = io.BytesIO(tattling_jpeg())

    photo = add_photo(file, name="photo.jpg", title="The bridge", photographer="Teo Marsh")

    assert (photo.photographer, photo.agency) == ("Teo Marsh", "Harbour Press")
    assert photo.taken_on == dt.date(2026, 5, 3)


def test_the_desks_thumbnails_are_made_from_the_small_jpeg(monkeypatch):
    photo = make_photo(width=1600, height=1200)

    def refuse(*args, **kwargs):
        raise AssertionError

    monkeypatch.setattr(Photo, "get_willow_image", refuse)

    assert photo.get_rendition("max-165x165").width == 165


def test_drawing_gives_way_to_a_server_that_stops_and_leaves_nobody_at_work(monkeypatch):
    photo = make_photo(width=3000, height=2000)
    stopping, children = threading.Event(), []

    class Child(subprocess.Popen):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            children.append(self)
            stopping.set()

    monkeypatch.setattr(workshop.subprocess, "Popen", Child)
    with stopped_by(stopping), pytest.raises(GaveWay):
        draw(photo.pk)

    assert [child.returncode for child in children] == [-signal.SIGKILL]
    photo.refresh_from_db()
    assert photo.pictures == []
