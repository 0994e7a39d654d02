import datetime as dt
import json

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import UploadedFile

from commonpress.newsroom.models.photo import Photo
from tests.factories.accounts import PersonFactory
from tests.factories.photos import CANARY, exif, picture_file, tattling_jpeg, xmp

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor_client(client):
    client.force_login(PersonFactory(roles=["editor"]))
    return client


def sent(data: bytes, name="photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def described() -> bytes:
    return picture_file(
        exif=exif(taken="2021:05:03 10:00:00"),
        xmp=xmp(
            dc__creator=["Ada Byrne"],
            photoshop__Credit="Harbour Press",
            dc__description="The old bridge.",
            Iptc4xmpCore__AltTextAccessibility="A stone bridge",
        ),
    )


def test_upload_fills_empty_fields_from_the_file(editor_client):
    answer = editor_client.post(
        "/admin/images/add/", {"title": "The bridge", "file": sent(described()), "alt": "", "caption": ""}
    )

    assert answer.status_code == 302
    photo = Photo.objects.get()
    assert photo.taken_on == dt.date(2021, 5, 3)
    assert (photo.photographer, photo.agency, photo.caption) == ("Ada Byrne", "Harbour Press", "The old bridge.")
    assert photo.alt == "A stone bridge"
    assert photo.preview_800
    assert photo.file_hash != ""


def test_upload_leaves_what_was_typed(editor_client):
    editor_client.post(
        "/admin/images/add/",
        {
            "title": "The bridge",
            "file": sent(described()),
            "alt": "Our bridge",
            "photographer": "Teo Marsh",
            "taken_on": "2020-01-01",
        },
    )

    photo = Photo.objects.get()
    assert (photo.alt, photo.photographer, photo.agency) == ("Our bridge", "Teo Marsh", "Harbour Press")
    assert photo.taken_on == dt.date(2020, 1, 1)


def test_a_decorative_photo_gets_no_description_from_the_file(editor_client):
    editor_client.post(
        "/admin/images/add/", {"title": "A line", "file": sent(described()), "alt": "", "is_decorative": "on"}
    )

    photo = Photo.objects.get()
    assert (photo.is_decorative, photo.alt) == (True, "")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"alt": ""}, "Say what the picture shows"),
        ({"alt": "A bridge", "is_decorative": "on"}, "not both"),
    ],
)
def test_a_photo_is_described_or_decorative(editor_client, fields, words):
    answer = editor_client.post(
        "/admin/images/add/", {"title": "The bridge", "caption": "On Monday.", "file": sent(picture_file()), **fields}
    )

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "On Monday." in answer.content.decode()
    assert Photo.objects.count() == 0


def test_a_form_that_comes_back_shows_what_the_file_said(editor_client):
    data = picture_file(xmp=xmp(dc__creator=["Ada Byrne"]))

    answer = editor_client.post("/admin/images/add/", {"title": "The bridge", "alt": "", "file": sent(data)})

    assert 'value="Ada Byrne"' in answer.content.decode()


def test_a_file_that_is_no_picture_is_refused_beside_the_field(editor_client):
    answer = editor_client.post("/admin/images/add/", {"title": "x", "alt": "x", "file": sent(b"hello")})

    assert "This file is not a picture we know." in answer.content.decode()
    assert Photo.objects.count() == 0


def test_several_at_once_come_in_first_and_are_described_afterwards(editor_client):
    answer = editor_client.post("/admin/images/multiple/add/", {"files[]": sent(picture_file())})

    told = json.loads(answer.content)
    photo = Photo.objects.get()
    assert (told["success"], told["image_id"]) == (True, photo.pk)
    assert f'name="image-{photo.pk}-alt"' in told["form"]

    prefix = f"image-{photo.pk}"
    address = f"/admin/images/multiple/{photo.pk}/"
    fields = {f"{prefix}-title": "The bridge", f"{prefix}-collection": photo.collection_id}
    refused = json.loads(editor_client.post(address, {**fields, f"{prefix}-alt": ""}).content)
    taken = json.loads(editor_client.post(address, {**fields, f"{prefix}-alt": "A bridge"}).content)

    assert (refused["success"], taken["success"]) == (False, True)
    assert "Say what the picture shows" in refused["form"]
    assert Photo.objects.get().alt == "A bridge"


def test_several_at_once_refuse_a_bad_one_with_the_reason(editor_client):
    answer = editor_client.post("/admin/images/multiple/add/", {"files[]": sent(b"hello")})

    told = json.loads(answer.content)
    assert told["success"] is False
    assert "This file is not a picture we know." in told["error_message"]


def test_a_file_stored_until_its_fields_are_right_tells_nothing_either(editor_client):
    answer = editor_client.post("/admin/images/multiple/add/", {"files[]": sent(tattling_jpeg()), "title": "x" * 300})

    assert json.loads(answer.content)["success"] is True
    stored = UploadedFile.objects.get()
    with default_storage.open(stored.file.name) as file:
        assert CANARY.encode() not in file.read()

    prefix = f"uploaded-image-{stored.pk}"
    editor_client.post(
        f"/admin/images/multiple/create_from_uploaded_image/{stored.pk}/",
        {f"{prefix}-title": "The bridge", f"{prefix}-alt": "A bridge", f"{prefix}-collection": 1},
    )

    assert Photo.objects.get().width == 640


def test_the_choosers_upload_takes_the_same_care(editor_client):
    prefix = "image-chooser-upload"
    address = "/admin/images/chooser/create/"
    fields = {f"{prefix}-title": "The bridge", f"{prefix}-alt": "", f"{prefix}-collection": 1}

    refused = editor_client.post(address, {**fields, f"{prefix}-file": sent(picture_file())})
    taken = editor_client.post(address, {**fields, f"{prefix}-file": sent(described())})

    assert "Say what the picture shows" in json.loads(refused.content)["htmlFragment"]
    assert json.loads(taken.content)["step"] == "chosen"
    assert Photo.objects.get().alt == "A stone bridge"


def test_another_file_takes_the_place_of_the_first(editor_client):
    editor_client.post("/admin/images/add/", {"title": "The bridge", "alt": "A bridge", "file": sent(picture_file())})
    photo = Photo.objects.get()
    first, preview = photo.file.name, photo.preview_800.name

    editor_client.post(
        f"/admin/images/{photo.pk}/",
        {"title": "The bridge", "alt": "A bridge", "file": sent(picture_file(300, 200)), "collection": 1},
    )

    photo.refresh_from_db()
    assert (photo.width, photo.height) == (300, 200)
    assert photo.file.name != first
    assert photo.preview_800.name != preview
    assert not default_storage.exists(first)
    assert photo.pictures == []


def test_a_photo_cannot_have_been_taken_on_a_day_to_come(editor_client, time_machine):
    """A file photo is told by its date: one that lies ahead would hide how old it is."""
    time_machine.move_to("2026-11-12 12:00Z")
    typed = {"title": "The bridge", "alt": "A bridge", "file": sent(picture_file()), "taken_on": "2026-11-13"}

    refused = editor_client.post("/admin/images/add/", typed)

    assert "That day is still to come." in refused.text
    assert 'value="2026-11-13"' in refused.text
    assert Photo.objects.count() == 0


def test_a_camera_whose_clock_is_wrong_dates_nothing(editor_client, time_machine):
    time_machine.move_to("2020-11-12 12:00Z")

    editor_client.post("/admin/images/add/", {"title": "The bridge", "alt": "A bridge", "file": sent(described())})

    assert Photo.objects.get().taken_on is None
