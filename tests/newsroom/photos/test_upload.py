import io
import resource
import subprocess
import sys
import zipfile

import pytest
from PIL import Image, ImageCms

from commonpress.newsroom.photos import upload as upload_module
from commonpress.newsroom.photos import workshop
from commonpress.newsroom.photos.metadata import metadata_of
from commonpress.newsroom.photos.upload import MAX_FRAMES, SECONDS, UploadRefused, take_in
from tests.factories.photos import CANARY, bomb_png, exif, moving_gif, picture_file, tattling_jpeg


def take(data: bytes, name: str = "photo.jpg"):
    return take_in(io.BytesIO(data), name)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("index.html", "<p>hello")
    return out.getvalue()


HOSTILE = {
    "larger than 10 MB": (b"x" * (10 * 1024 * 1024 + 1), "photo.jpg", "larger than 10.0\xa0MB"),
    "empty": (b"", "photo.jpg", "empty"),
    "200 megapixels in kilobytes": (bomb_png(), "photo.png", "200 megapixels"),
    "201 frames": (moving_gif(201), "photo.gif", "more than 200 frames"),
    "cut off": (picture_file(grain=True)[:9000], "photo.jpg", "cut off"),
    "cut off PNG": (picture_file(grain=True, form="PNG")[:9000], "photo.png", "cut off"),
    "text": (b"Dear editor, please find attached", "photo.jpg", "not a picture we know"),
    "an archive called photo.jpg": (archive(), "photo.jpg", "not a picture we know"),
    "a PNG called photo.jpg": (picture_file(form="PNG"), "photo.jpg", "it holds PNG"),
    "a JPEG with a web page behind it": (picture_file() + b"<HTML><script>x</script>", "photo.jpg", "something else"),
    "a JPEG with a web page in a comment": (picture_file(comment=b"<script>x</script>"), "photo.jpg", "something else"),
    "a JPEG that begins like a drawing": (picture_file(comment=b"<SVG onload=x>"), "photo.jpg", "something else"),
    "a photo with a web page behind it": (
        picture_file(grain=True) + b"<html lang=en>\xff\xd9",
        "photo.jpg",
        "something else",
    ),
    "a JPEG with an archive behind it": (picture_file() + archive(), "photo.jpg", "something else"),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>', "photo.svg", "SVG"),
    "a drawing called photo.png": (b'<?xml version="1.0"?><svg/>', "photo.png", "SVG"),
    "a header and nothing else": (picture_file(form="PNG")[:33], "photo.png", ""),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_is_no_honest_picture_is_refused_with_the_reason(case):
    data, name, words = HOSTILE[case]

    with pytest.raises(UploadRefused) as refusal:
        take(data, name)

    assert words in str(refusal.value.message)
    assert str(refusal.value.message).endswith(".")


@pytest.mark.parametrize("letters", [b"<svg", b"<SvG", b"<body", b"<hTmL", b"<?php"])
def test_a_photo_whose_pixels_spell_markup_by_chance_is_taken(letters):
    photo = picture_file(comment=b"\x00" * 2000 + letters + b"\x00" * 2000)

    assert take(photo).extension == "jpg"


def test_a_bomb_is_refused_without_growing_the_server():
    bomb = bomb_png()
    assert len(bomb) < 40_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(UploadRefused):
        take(bomb, "photo.png")

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_a_picture_of_40_megapixels_is_taken_within_the_childs_limits():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    taken = take(picture_file(8000, 5000, form="PNG", mode="RGBA"), "photo.png")

    assert (taken.width, taken.height) == (8000, 5000)
    assert Image.open(io.BytesIO(taken.preview)).size == (800, 500)
    # The picture was made in this process, at some 160 MB; taking it in added little to that.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000


def test_a_picture_that_takes_too_long_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(upload_module, "SECONDS", 0.01)

    with pytest.raises(UploadRefused) as refusal:
        take(picture_file())

    assert "took too long" in str(refusal.value.message)


@pytest.mark.parametrize(
    ("form", "mode", "name", "kept_as"),
    [
        ("JPEG", "RGB", "a.jpg", "jpg"),
        ("JPEG", "RGB", "A.JPEG", "jpg"),
        ("JPEG", "L", "a.jpg", "jpg"),
        ("JPEG", "CMYK", "a.jpg", "jpg"),
        ("PNG", "RGBA", "a.png", "png"),
        ("PNG", "P", "a.png", "png"),
        ("GIF", "P", "a.gif", "png"),
        ("WEBP", "RGB", "a.webp", "jpg"),
        ("WEBP", "RGBA", "a.webp", "webp"),
        ("AVIF", "RGB", "a.avif", "jpg"),
    ],
)
def test_a_picture_is_rewritten_in_a_sensible_format(form, mode, name, kept_as):
    taken = take(picture_file(form=form, mode=mode), name)

    assert taken.extension == kept_as
    assert Image.open(io.BytesIO(taken.original)).size == (640, 480)
    assert Image.open(io.BytesIO(taken.preview)).format == "JPEG"


def test_a_picture_of_200_frames_is_taken_as_its_first():
    taken = take(moving_gif(200), "photo.gif")

    assert getattr(Image.open(io.BytesIO(taken.original)), "n_frames", 1) == 1


def test_a_picture_held_upright_is_stored_upright():
    taken = take(picture_file(640, 480, exif=exif(orientation=6)))

    original = Image.open(io.BytesIO(taken.original))
    assert (taken.width, taken.height) == (480, 640)
    assert original.size == (480, 640)
    assert original.getexif().get(0x0112, 1) == 1


def test_nothing_of_where_and_with_what_is_left_in_what_we_keep():
    assert tattling_jpeg().count(CANARY.encode()) >= 7

    taken = take(tattling_jpeg())

    for kept in (taken.original, taken.preview):
        picture = Image.open(io.BytesIO(kept))
        assert CANARY.encode() not in kept
        assert set(picture.getexif()) == {0x013B, 0x8298}
        assert metadata_of(picture) == {"photographer": "Ada Byrne", "copyright": "© 2026 Harbour Press"}
        assert "xmp" not in picture.info
        assert "photoshop" not in picture.info
        assert "comment" not in picture.info


def test_a_colour_profile_is_applied_and_dropped():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    taken = take(picture_file(icc_profile=profile))

    assert "icc_profile" not in Image.open(io.BytesIO(taken.original)).info


def test_an_upload_does_not_wait_for_pictures_being_drawn():
    with workshop.one_at_a_time("drawings"):
        assert take(picture_file()).extension == "jpg"


def test_an_upload_whose_turn_does_not_come_is_not_called_too_large(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path  # where no other test is at the bench
    monkeypatch.setattr(workshop, "QUEUE_SECONDS", 0.1)

    with workshop.one_at_a_time("uploads"), pytest.raises(UploadRefused) as refusal:
        take(picture_file())

    assert str(refusal.value.message).startswith("Other pictures are being read")


def test_a_picture_is_read_with_512_megabytes_and_ten_seconds():
    program = "from commonpress.newsroom.photos.child import limit; import resource, sys; limit(int(sys.argv[1]));"
    program += "print(resource.getrlimit(resource.RLIMIT_AS)[1], resource.getrlimit(resource.RLIMIT_CPU)[1])"

    said = subprocess.run([sys.executable, "-c", program, str(SECONDS)], capture_output=True, text=True, check=True)

    assert (said.stdout.split(), MAX_FRAMES) == (["536870912", "10"], 200)
