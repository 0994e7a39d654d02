"""Draws a photo's renditions from its rewritten original, in the child process."""

from pathlib import Path
from typing import Any

from PIL import Image

from commonpress.newsroom.photos.reading import DECODERS, credit_exif, loaded, on_white

# The first quality that keeps within the budget is taken; grain and foliage need a coarser one.
QUALITIES = {"avif": (62, 54, 46, 38, 30, 22), "jpeg": (80, 72, 64, 56)}


def draw(folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    """Draw what the order lists; return the same list with each file's bytes.

    A drawing has `file`, `box` (left, top, right, bottom in the original's pixels), `width`,
    `height`, `format` ("avif" or "jpeg") and `budget` in bytes.
    """
    Image.MAX_IMAGE_PIXELS = None
    file = Image.open(folder / "original", formats=DECODERS)
    if file.format == "JPEG":
        # Decodes at a half, a quarter or an eighth where that still is large enough for all.
        file.draft(None, largest(order["drawings"], file.size))
    full = order["size"]
    picture = loaded(file)
    if picture.mode not in {"L", "LA", "RGB", "RGBA"}:
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    exif = credit_exif(order["photographer"], order["copyright"])
    ratio_x, ratio_y = picture.width / full[0], picture.height / full[1]
    for drawing in order["drawings"]:
        left, top, right, bottom = drawing["box"]
        box = (left * ratio_x, top * ratio_y, right * ratio_x, bottom * ratio_y)
        size = (drawing["width"], drawing["height"])
        drawn = picture.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
        # Paper behind what is transparent, once it is small: a second copy at full size would not fit.
        drawing["bytes"] = save(on_white(drawn), folder / drawing["file"], drawing["format"], drawing["budget"], exif)
    return {"drawings": order["drawings"]}


def largest(drawings: list[dict[str, Any]], size: tuple[int, int]) -> tuple[int, int]:
    """Return the size at which the whole original must be decoded for the most demanding drawing."""
    scale = max(drawing["width"] / (drawing["box"][2] - drawing["box"][0]) for drawing in drawings)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def save(picture: Image.Image, path: Path, form: str, budget: int, exif: bytes) -> int:
    for quality in QUALITIES[form]:
        if form == "avif":
            picture.save(path, "AVIF", quality=quality, speed=8, max_threads=1, exif=exif)
        else:
            picture.save(path, "JPEG", quality=quality, progressive=True, optimize=True, exif=exif)
        if path.stat().st_size <= budget:
            break
    return path.stat().st_size
