"""Which pictures are made of a photo: pure arithmetic."""

from dataclasses import dataclass

# Bytes a picture of this width may weigh; the lead stands at up to 1200.
WIDTHS = {400: 25_000, 800: 55_000, 1200: 80_000, 1600: 140_000}
CROPPED_WIDTHS = {400: 25_000, 800: 55_000, 1200: 80_000}
JPEG_BUDGET = 250_000
# The shape of "wide": three to two, for places where pictures stand side by side.
RATIO = 3 / 2

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawing:
    """One picture to draw: what part of the photo, how wide, in which format."""

    shape: str
    box: Box
    width: int
    height: int
    format: str
    budget: int


def drawings_of(width: int, height: int, focal_point: tuple[int, int] | None) -> list[Drawing]:
    """Return what is drawn of a photo of this size; nothing is drawn wider than it is."""
    whole: Box = (0, 0, width, height)
    wide = cropped(width, height, focal_point)
    wide_width = int(wide[2] - wide[0])
    return [
        *(drawing("full", whole, most, budget, "avif") for most, budget in fitting(WIDTHS, width)),
        drawing("full", whole, min(1200, width), JPEG_BUDGET, "jpeg"),
        *(drawing("wide", wide, most, budget, "avif") for most, budget in fitting(CROPPED_WIDTHS, wide_width)),
        drawing("wide", wide, min(800, wide_width), JPEG_BUDGET, "jpeg"),
    ]


def drawing(shape: str, box: Box, width: int, budget: int, form: str) -> Drawing:
    height = max(1, round(width * (box[3] - box[1]) / (box[2] - box[0])))
    return Drawing(shape, box, width, height, form, budget)


def fitting(widths: dict[int, int], width: int) -> list[tuple[int, int]]:
    """Return the widths up to the photo's own, which stands for those beyond it."""
    return list({min(most, width): budget for most, budget in reversed(widths.items())}.items())[::-1]


def cropped(width: int, height: int, focal_point: tuple[int, int] | None) -> Box:
    """Return the largest box of three to two, as near to the focal point's middle as the photo allows.

    Without one, the middle; of an upright picture a little above it, where faces are.
    """
    box_width, box_height = (width, width / RATIO) if width / height < RATIO else (height * RATIO, height)
    x, y = focal_point or (width / 2, height * (0.4 if height > width else 0.5))
    left = min(max(0, x - box_width / 2), width - box_width)
    top = min(max(0, y - box_height / 2), height - box_height)
    return left, top, left + box_width, top + box_height
