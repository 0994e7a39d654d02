"""Reads an upload, in the child process: refuses what is no honest picture, rewrites the rest.

What leaves here are new files made from decoded pixels: upright, in sRGB, without GPS,
serial numbers, maker notes or a thumbnail. They carry the photographer and the copyright.
"""

import io
import zipfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from commonpress.newsroom.photos.metadata import metadata_of

# MPO is what some cameras make of a JPEG by appending a second view; the first is the photo.
FORMATS = {
    "JPEG": {"jpg", "jpeg"},
    "MPO": {"jpg", "jpeg"},
    "PNG": {"png"},
    "GIF": {"gif"},
    "WEBP": {"webp"},
    "AVIF": {"avif"},
}
DECODERS = [name for name in FORMATS if name != "MPO"]  # opened by the JPEG decoder
PREVIEW_WIDTH = 800
# Browsers and servers that guess a file's kind read its first bytes.
HEAD_BYTES = 1024
MARKUP_IN_HEAD = (b"<html", b"<body", b"<?php", b"<svg")
# Ten megabytes of compressed pixels hold any four letters by chance in one photo of a hundred, any six in none.
MARKUP_ANYWHERE = (b"<html>", b"<html ", b"</html>", b"<body>", b"<body ", b"<!doctype html", b"<script", b"<?php ")


class Unfit(Exception):
    """The file is not a picture we take; `code` names the sentence its sender will read."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def read(folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    """Rewrite the upload as `original` and `preview` in the folder; return what was read from it."""
    data = (folder / "upload").read_bytes()
    picture = opened(data, order)
    found = metadata_of(picture)
    picture = ImageOps.exif_transpose(in_srgb(loaded(picture)))

    exif = credit_exif(found.get("photographer", ""), found.get("copyright", ""))
    extension = write_original(picture, data, folder / "original", exif)
    preview = fitted(picture, PREVIEW_WIDTH)
    on_white(preview).save(folder / "preview", "JPEG", quality=80, progressive=True, optimize=True, exif=exif)
    return {
        "extension": extension,
        "width": picture.width,
        "height": picture.height,
        "preview_width": preview.width,
        "preview_height": preview.height,
        "metadata": found,
    }


def opened(data: bytes, order: dict[str, Any]) -> Image.Image:
    """Return the picture, its header read and nothing decoded yet."""
    Image.MAX_IMAGE_PIXELS = None  # counted below, with our own limit and sentence
    start = data[:1024].lstrip().lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or order["extension"] in {"svg", "svgz"}:
        raise Unfit("drawing")
    try:
        picture = Image.open(io.BytesIO(data), formats=DECODERS)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, IndexError, TypeError, KeyError, RuntimeError):
        raise Unfit("no_picture") from None
    if order["extension"] not in FORMATS[str(picture.format)]:
        raise Unfit("wrong_name", format=FORMATS_IN_WORDS[str(picture.format)])
    if picture.width * picture.height > order["max_pixels"]:
        raise Unfit("too_many_pixels", pixels=picture.width * picture.height)
    if has_more_frames_than(picture, order["max_frames"]):
        raise Unfit("too_many_frames")
    if is_something_else_too(data):
        raise Unfit("two_in_one")
    return picture


FORMATS_IN_WORDS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "GIF", "WEBP": "WebP", "AVIF": "AVIF"}


def has_more_frames_than(picture: Image.Image, most: int) -> bool:
    if picture.format in {"GIF", "MPO"}:
        # Counting all frames reads the whole file; asking for one beyond the limit does not.
        try:
            picture.seek(most)
        except (EOFError, OSError, SyntaxError, ValueError):
            return False
        else:
            return True
        finally:
            picture.seek(0)
    return getattr(picture, "n_frames", 1) > most


def is_something_else_too(data: bytes) -> bool:
    """Tell whether a web page, an archive or a PDF hides in the picture's file."""
    lower = data.lower()
    head = lower[:HEAD_BYTES]
    if any(sign in head for sign in MARKUP_IN_HEAD) or b"%pdf-" in lower[:2048]:
        return True
    if any(sign in lower for sign in MARKUP_ANYWHERE):
        return True
    return zipfile.is_zipfile(io.BytesIO(data))


def loaded(picture: Image.Image) -> Image.Image:
    try:
        picture.load()
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, RuntimeError) as error:
        code = "truncated" if "truncated" in str(error).lower() else "damaged"
        raise Unfit(code) from None
    return picture


def in_srgb(picture: Image.Image) -> Image.Image:
    """Return the picture in L, LA, P, RGB or RGBA, its colours in sRGB and its profile gone."""
    exif = picture.getexif()
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I;16") or picture.mode in {"I", "F"}:
        picture = picture.point(lambda value: value / 256).convert("L")
    elif picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode == "CMYK" or (profile and picture.mode in {"RGB", "RGBA"}):
        picture = converted(picture, profile)
    elif picture.mode not in {"L", "LA", "P", "RGB", "RGBA"}:
        picture = picture.convert("RGBA" if "A" in picture.mode or "a" in picture.mode else "RGB")
    if picture.mode == "P" and "transparency" not in picture.info:
        picture = picture.convert("RGB")
    elif picture.mode == "P":
        picture = picture.convert("RGBA")
    # exif_transpose reads the orientation from the picture it turns.
    picture.info = {"exif": exif.tobytes()} if exif.get(0x0112, 1) != 1 else {}
    return picture


def converted(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB by its own profile, or as it is where the profile makes no sense."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            turned = None
        if turned is not None:
            return turned
    return picture.convert(mode)


def write_original(picture: Image.Image, data: bytes, path: Path, exif: bytes) -> str:
    """Write the picture as JPEG, WebP or PNG, as near to how it came as is sensible; return the extension."""
    arrived = Image.open(io.BytesIO(data), formats=DECODERS)
    transparent = "A" in picture.mode
    if arrived.format in {"PNG", "GIF"}:
        level = 6 if picture.width * picture.height < 8_000_000 else 2
        picture.save(path, "PNG", compress_level=level, exif=exif)
        return "png"
    if transparent:
        picture.save(path, "WEBP", quality=92, method=1, exif=exif)
        return "webp"
    settings: dict[str, Any] = {"quality": 92}
    tables = getattr(arrived, "quantization", None)
    if arrived.format in {"JPEG", "MPO"} and tables and arrived.mode == picture.mode:
        # The camera's own tables: a second JPEG of the same coarseness loses next to nothing.
        settings = {"qtables": tables}
    picture.save(path, "JPEG", exif=exif, **settings)
    return "jpg"


def credit_exif(photographer: str, copyright_notice: str) -> bytes:
    """Return an EXIF block that names photographer and copyright and holds nothing else."""
    exif = Image.Exif()
    # As bytes: Pillow would write text as ASCII and make "?" of the rest; readers of EXIF expect UTF-8.
    if photographer:
        exif[0x013B] = photographer.encode()
    if copyright_notice:
        exif[0x8298] = copyright_notice.encode()
    return exif.tobytes() if len(exif) else b""


def fitted(picture: Image.Image, width: int) -> Image.Image:
    """Return the picture no wider than `width`, in its own shape."""
    if picture.width <= width:
        return picture.copy()
    return picture.resize((width, scaled_height(picture.width, picture.height, width)), Image.Resampling.LANCZOS)


def scaled_height(width: int, height: int, to_width: int) -> int:
    return max(1, round(height * to_width / width))


def on_white(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB or L; where it is transparent, paper shows."""
    if "A" not in picture.mode:
        return picture
    rgba = picture.convert("RGBA")
    paper = Image.new("RGBA", rgba.size, "white")
    return Image.alpha_composite(paper, rgba).convert("RGB")
