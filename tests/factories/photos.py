"""Picture files for tests, honest and hostile, and photos of them."""

import io
import struct
import zlib

from PIL import Image, TiffImagePlugin

from commonpress.newsroom.actions.photos import add_photo
from commonpress.newsroom.models.photo import Photo

CANARY = "CANARY-47.3769"


def picture_file(width=640, height=480, form="JPEG", mode="RGB", grain=False, **options) -> bytes:
    """Return a picture's bytes; plain, or with grain as a photograph has it."""
    if grain:
        image = Image.effect_noise((max(1, width // 4), max(1, height // 4)), 40).resize((width, height)).convert(mode)
    else:
        image = Image.new(mode, (width, height), 120 if mode in {"L", "P"} else (120, 90, 60, 128)[: len(mode)])
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo_file(name="photo.jpg", **options) -> io.BytesIO:
    file = io.BytesIO(picture_file(**options))
    file.name = name
    return file


def make_photo(*, width=640, height=480, **fields) -> Photo:
    return add_photo(
        photo_file(width=width, height=height), **{"title": "The bridge", "alt": "A bridge over a river", **fields}
    )


def xmp(**properties: str) -> bytes:
    """Return an XMP packet; keys as in dc__creator, values plain or a list for several."""
    inner = ""
    for key, value in properties.items():
        name = key.replace("__", ":")
        if isinstance(value, list):
            items = "".join(f"<rdf:li>{item}</rdf:li>" for item in value)
            inner += f"<{name}><rdf:Seq>{items}</rdf:Seq></{name}>"
        elif name in {"dc:description", "dc:rights", "xmpRights:UsageTerms", "Iptc4xmpCore:AltTextAccessibility"}:
            inner += f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{value}</rdf:li></rdf:Alt></{name}>'
        else:
            inner += f"<{name}>{value}</{name}>"
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
        ' xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"'
        f' xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">{inner}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def exif(*, orientation=1, taken="", artist="", gps=False) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = orientation
    if artist:
        block[0x013B] = artist
    block[0x010F] = "Maker " + CANARY
    details = block.get_ifd(0x8769)
    if taken:
        details[0x9003] = taken
    details[0xA431] = "SERIAL-" + CANARY
    details[0x927C] = b"MAKERNOTE " + CANARY.encode()
    if gps:
        place = block.get_ifd(0x8825)
        place[1], place[2] = "N", tuple(TiffImagePlugin.IFDRational(n, 1) for n in (47, 22, 37))
        place[29] = CANARY
    return block


def with_iptc(jpeg: bytes, **fields: str) -> bytes:
    """Return the JPEG with an IPTC block; fields are record 2's: byline, credit, copyright, caption, city, taken."""
    numbers = {"byline": 80, "credit": 110, "copyright": 116, "caption": 120, "city": 90, "taken": 55}
    data = b"\x1c\x01\x5a\x00\x03\x1b%G"
    for name, text in fields.items():
        raw = text.encode()
        data += b"\x1c\x02" + bytes([numbers[name]]) + struct.pack(">H", len(raw)) + raw
    block = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(data)) + data + (b"\x00" if len(data) % 2 else b"")
    segment = b"Photoshop 3.0\x00" + block
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def tattling_jpeg() -> bytes:
    """Return a JPEG that gives away where it was taken in EXIF, XMP, IPTC, a comment, a thumbnail and behind its end."""
    block = exif(gps=True, artist="Ada Byrne", taken="2026:05:03 10:00:00")
    jpeg = picture_file(
        exif=block,
        xmp=xmp(
            exif__GPSLatitude=CANARY,
            dc__creator=["Ada Byrne"],
            photoshop__Credit="Harbour Press",
            dc__rights="© 2026 Harbour Press",
        ),
        comment=CANARY.encode(),
        icc_profile=None,
    )
    jpeg = with_iptc(jpeg, city=CANARY, byline="Ada Byrne")
    thumbnail = picture_file(160, 120, comment=CANARY.encode())
    segment = b"JFXX\x00\x10" + thumbnail
    jpeg = jpeg[:2] + b"\xff\xe0" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]
    return jpeg + CANARY.encode()


def bomb_png(width=20_000, height=10_000) -> bytes:
    """Return a PNG of 200 megapixels in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compressobj(9)
    line = bytes(1 + (width + 7) // 8)
    data = b"".join(rows.compress(line) for _ in range(height)) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def moving_gif(frames: int) -> bytes:
    pictures = [Image.effect_noise((16, 16), 60) for _ in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=20)
    return out.getvalue()
