"""A small press: plates of grey are drawn, screened into dots, and printed one ink over the other.

Everything is Pillow's own C code on whole images; the only randomness is the seeded one that is
passed in, so a seed gives the same bytes again.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFont

Point = tuple[float, float]
Colour = tuple[int, int, int]

PAPER: Colour = (244, 240, 231)
NIGHT: Colour = (22, 34, 54)
SEA: Colour = (58, 122, 150)
RUST: Colour = (207, 74, 44)
OCHRE: Colour = (229, 172, 66)
MOSS: Colour = (96, 128, 96)
ROSE: Colour = (232, 150, 126)

# Plates are drawn this much larger than the sheet, for smooth edges.
OVERSIZE = 2


class Plate:
    """One ink's amounts, 0 (none) to 255 (full), drawn in the sheet's pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.image = Image.new("L", (width * OVERSIZE, height * OVERSIZE))
        self.draw = ImageDraw.Draw(self.image)

    def shape(self, points: Sequence[Point], tone: int = 255) -> None:
        self.draw.polygon([(x * OVERSIZE, y * OVERSIZE) for x, y in points], fill=tone)

    def box(self, left: float, top: float, right: float, bottom: float, tone: int = 255) -> None:
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], tone)

    def disc(self, x: float, y: float, radius: float, tone: int = 255, *, squash: float = 1) -> None:
        self.draw.ellipse(
            [
                (x - radius) * OVERSIZE,
                (y - radius * squash) * OVERSIZE,
                (x + radius) * OVERSIZE,
                (y + radius * squash) * OVERSIZE,
            ],
            fill=tone,
        )

    def line(self, points: Sequence[Point], width: float, tone: int = 255) -> None:
        scaled = [(x * OVERSIZE, y * OVERSIZE) for x, y in points]
        self.draw.line(scaled, fill=tone, width=max(1, round(width * OVERSIZE)), joint="curve")

    def ring(self, x: float, y: float, radius: float, width: float, tone: int = 255, *, squash: float = 1) -> None:
        self.line(arc(x, y, radius, 0, 360, squash=squash), width, tone)

    def wash(self, left: float, top: float, right: float, bottom: float, *, tones: tuple[int, int]) -> None:
        """Fill a box with a tone that changes from its top to its bottom."""
        size = (round((right - left) * OVERSIZE), round((bottom - top) * OVERSIZE))
        self.image.paste(_gradient(*tones).resize(size), (round(left * OVERSIZE), round(top * OVERSIZE)))

    def washed_shape(self, points: Sequence[Point], tones: tuple[int, int]) -> None:
        """Fill a shape with a tone that changes from its top to its bottom."""
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        size = (max(1, round((right - left) * OVERSIZE)), max(1, round((bottom - top) * OVERSIZE)))
        mask = Image.new("1", size)
        ImageDraw.Draw(mask).polygon([((x - left) * OVERSIZE, (y - top) * OVERSIZE) for x, y in points], fill=1)
        self.image.paste(_gradient(*tones).resize(size), (round(left * OVERSIZE), round(top * OVERSIZE)), mask)

    def words(self, x: float, y: float, text: str, size: float, *, tone: int = 255, anchor: str = "ls") -> None:
        self.draw.text((x * OVERSIZE, y * OVERSIZE), text, fill=tone, font=_face(round(size * OVERSIZE)), anchor=anchor)


class Sheet:
    """Paper of a size that takes one plate after another."""

    def __init__(self, width: int, height: int, random: Random, *, paper: Colour = PAPER) -> None:
        self.width, self.height = width, height
        self.random = random
        self.image = Image.new("RGB", (width, height), paper)

    def plate(self) -> Plate:
        return Plate(self.width, self.height)

    def print(self, plate: Plate, ink: Colour, screen: "Image.Image | None" = None, *, off: int = 0) -> None:
        """Lay an ink on what is printed already; inks are transparent.

        `screen` breaks tones into dots or lines; without one a tone is a thin layer of ink.
        `off` is how far the plate sits beside its place, as cheap presses have it.
        """
        cover = plate.image.reduce(OVERSIZE)
        if screen is not None:
            # The threshold is soft, so it would leave half tones where the plate holds no ink at all.
            inked = cover.point([255 if step > 4 else 0 for step in range(256)])
            cover = ImageChops.multiply(ImageChops.subtract(cover, screen, 0.16, 128), inked)
        if off:
            cover = ImageChops.offset(cover, off, -off)
        cover = ImageChops.subtract(cover, self._wear())
        channels = [cover.point([255 - step * (255 - part) // 255 for step in range(256)]) for part in ink]
        self.image = ImageChops.multiply(self.image, Image.merge("RGB", channels))

    def _wear(self) -> Image.Image:
        """Where ink did not take: fine grain and the odd speck, tiled at a random place."""
        grain = _grain(self.random.getrandbits(2))
        left, top = self.random.randrange(grain.width), self.random.randrange(grain.height)
        return _tiled(ImageChops.offset(grain, left, top), self.width, self.height)


@cache
def dots(width: int, height: int, angle: int, pitch: int = 26) -> Image.Image:
    """Return a screen of round dots; `angle` 0 to 2 picks one of three that do not clash."""
    a, b = ((1, 1), (3, 1), (1, 3))[angle]
    period = pitch if angle else max(8, pitch * 5 // 8)

    def threshold(x: int, y: int) -> int:
        turn = 2 * math.pi / period
        return round(127.5 + 58 * (math.cos(turn * (a * x + b * y)) + math.cos(turn * (b * x - a * y))))

    return _screen(period, threshold, width, height)


@cache
def lines(width: int, height: int, pitch: int = 9) -> Image.Image:
    """Return a screen of level lines, as an engraver would cut them."""

    def threshold(_: int, y: int) -> int:
        return round(127.5 + 116 * math.cos(2 * math.pi * y / pitch))

    return _screen(pitch, threshold, width, height)


def arc(x: float, y: float, radius: float, start: float, end: float, *, squash: float = 1) -> list[Point]:
    """Return the points of an arc; degrees run clockwise from the right."""
    steps = max(8, round(abs(end - start) / 5))
    turns = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + radius * math.cos(turn), y + radius * squash * math.sin(turn)) for turn in turns]


def ridge(random: Random, left: float, right: float, level: float, height: float, *, steps: int = 24) -> list[Point]:
    """Return the upper edge of hills or a treeline, from left to right."""
    phases = [random.uniform(0, 6.28) for _ in range(3)]
    points = []
    for step in range(steps + 1):
        share = step / steps
        wave = sum(math.sin(phase + share * 6.28 * (n + 1) * 0.9) / (n + 1) for n, phase in enumerate(phases))
        points.append((left + (right - left) * share, level - height * (0.5 + wave / 3.6)))
    return points


@cache
def _gradient(top: int, bottom: int) -> Image.Image:
    ramp = Image.new("L", (1, 64))
    ramp.putdata([round(top + (bottom - top) * step / 63) for step in range(64)])
    return ramp


@cache
def _face(size: int) -> "ImageFont.FreeTypeFont | ImageFont.ImageFont":
    # Pillow carries one face of its own, so a plan reads the same on every machine.
    return ImageFont.load_default(size=size)


def _screen(period: int, threshold: Callable[[int, int], int], width: int, height: int) -> Image.Image:
    tile = Image.new("L", (period, period))
    tile.putdata([threshold(x, y) for y in range(period) for x in range(period)])
    return _tiled(tile, width, height)


def _tiled(tile: Image.Image, width: int, height: int) -> Image.Image:
    whole = Image.new("L", (width, height))
    whole.paste(tile, (0, 0))
    across = tile.width
    while across < width:
        whole.paste(whole.crop((0, 0, across, tile.height)), (across, 0))
        across *= 2
    down = tile.height
    while down < height:
        whole.paste(whole.crop((0, 0, width, down)), (0, down))
        down *= 2
    return whole


@cache
def _grain(number: int) -> Image.Image:
    random = Random(f"grain {number}")
    fine = Image.frombytes("L", (512, 512), random.randbytes(512 * 512)).point([step // 12 for step in range(256)])
    specks = Image.frombytes("L", (256, 256), random.randbytes(256 * 256))
    specks = specks.point([255 if step > 252 else 0 for step in range(256)]).resize(
        (512, 512), Image.Resampling.BICUBIC
    )
    clouds = Image.frombytes("L", (16, 16), random.randbytes(256)).point([step // 9 for step in range(256)])
    return ImageChops.add(
        ImageChops.add(fine, specks.point([step * 2 // 3 for step in range(256)])), clouds.resize((512, 512))
    )
