import io

import pytest
from PIL import Image

from commonpress.newsroom.photos.metadata import first_date, metadata_of
from tests.factories.photos import exif, picture_file, with_iptc, xmp


def metadata_in(data: bytes) -> dict[str, str]:
    return metadata_of(Image.open(io.BytesIO(data)))


def test_all_is_read_from_xmp():
    packet = xmp(
        photoshop__DateCreated="2021-05-03T10:00:00+02:00",
        dc__creator=["Ada Byrne", "Teo Marsh"],
        photoshop__Credit="Harbour Press",
        dc__description="The old bridge at Lower Valley, seen from the quay.",
        dc__rights="© 2021 Harbour Press",
        xmpRights__UsageTerms="One use in one issue",
        Iptc4xmpCore__AltTextAccessibility="A stone bridge over a brown river",
    )

    for form in ("JPEG", "PNG", "WEBP", "AVIF"):
        options = {"xmp": packet}
        if form == "PNG":
            from PIL.PngImagePlugin import PngInfo

            text = PngInfo()
            text.add_itxt("XML:com.adobe.xmp", packet.decode())
            options = {"pnginfo": text}
        assert metadata_in(picture_file(form=form, **options)) == {
            "taken_on": "2021-05-03",
            "photographer": "Ada Byrne, Teo Marsh",
            "agency": "Harbour Press",
            "caption": "The old bridge at Lower Valley, seen from the quay.",
            "copyright": "© 2021 Harbour Press",
            "licence": "One use in one issue",
            "alt": "A stone bridge over a brown river",
        }


def test_all_is_read_from_iptc():
    data = with_iptc(
        picture_file(),
        byline="Zoë Åkerman",
        credit="Zoë Åkerman / Harbour Press",
        caption="Market day.",
        copyright="© Harbour Press",
        taken="20240229",
    )

    assert metadata_in(data) == {
        "taken_on": "2024-02-29",
        "photographer": "Zoë Åkerman",
        "agency": "Harbour Press",
        "caption": "Market day.",
        "copyright": "© Harbour Press",
    }


def test_the_cameras_date_goes_before_the_editors():
    data = picture_file(exif=exif(taken="2020:01:02 23:59:59"), xmp=xmp(photoshop__DateCreated="2022-01-01"))

    assert metadata_in(data)["taken_on"] == "2020-01-02"


def test_a_cameras_own_words_are_no_caption():
    block = exif()
    block[0x010E] = "OLYMPUS DIGITAL CAMERA         "

    assert "caption" not in metadata_in(picture_file(exif=block))


def test_damaged_blocks_are_passed_over():
    packet = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'

    assert metadata_in(picture_file(exif=b"Exif\x00\x00nonsense", xmp=packet)) == {}
    assert metadata_in(picture_file()) == {}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2021:05:03 10:00:00", "2021-05-03"),
        ("2021-05-03", "2021-05-03"),
        ("20210503", "2021-05-03"),
        ("0000:00:00 00:00:00", ""),
        ("2021:02:30 00:00:00", ""),
        ("2999:01:01 00:00:00", ""),
        ("1700:01:01 00:00:00", ""),
        ("yesterday", ""),
        ("2021", ""),
        (None, ""),
    ],
)
def test_a_date_is_read_only_where_it_can_be_one(written, read):
    assert first_date(written) == read
