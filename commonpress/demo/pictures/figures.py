"""What several pictures show: people, houses, gulls, boats, water."""

import math
from random import Random

from commonpress.demo.pictures.press import Plate, Point, arc


def person(plate: Plate, x: float, foot: float, height: float, tone: int = 255, *, stride: float = 0.16) -> None:
    """Draw somebody standing or walking, seen from some way off."""
    head = height * 0.075
    plate.disc(x, foot - height + head, head, tone, squash=1.15)
    shoulder, hip = foot - height * 0.82, foot - height * 0.45
    wide = height * 0.13
    coat = [(x - wide * 0.8, shoulder), (x + wide * 0.8, shoulder), (x + wide, hip), (x - wide, hip)]
    plate.shape(
        [(x - wide * 0.4, shoulder - height * 0.03), (x + wide * 0.4, shoulder - height * 0.03), *coat[1:], coat[0]],
        tone,
    )
    reach = height * stride
    leg = height * 0.075
    for side in (-1, 1):
        plate.shape(
            [
                (x + side * wide * 0.1 - leg * 0.8, hip - 2),
                (x + side * wide * 0.1 + leg * 0.8, hip - 2),
                (x + side * reach + leg * 0.5, foot),
                (x + side * reach - leg * 0.6, foot),
            ],
            tone,
        )
    plate.line([(x + wide * 0.7, shoulder + 3), (x + wide * 1.35, hip + height * 0.02)], height * 0.055, tone)
    plate.line([(x - wide * 0.7, shoulder + 3), (x - wide * 1.3, hip)], height * 0.055, tone)


def bust(plate: Plate, x: float, foot: float, height: float, tone: int = 255) -> None:
    """Draw somebody seated, from behind: a head and shoulders."""
    head = height * 0.24
    plate.disc(x, foot - height + head, head, tone, squash=1.18)
    top = foot - height * 0.46
    plate.shape(
        [
            (x - height * 0.1, top - height * 0.12),
            (x + height * 0.1, top - height * 0.12),
            (x + height * 0.12, foot),
            (x - height * 0.12, foot),
        ],
        tone,
    )
    plate.shape(
        [
            *arc(x, top + height * 0.2, height * 0.42, 180, 360, squash=0.62),
            (x + height * 0.46, foot),
            (x - height * 0.46, foot),
        ],
        tone,
    )


def house(
    plates: tuple[Plate, Plate, Plate], left: float, foot: float, width: float, height: float, *, random: Random
) -> None:
    """Draw a gabled house: outline and windows on one plate, roof on the second, wall on the third."""
    key, roof, wall = plates
    eaves = foot - height
    peak = eaves - width * random.uniform(0.28, 0.46)
    wall.box(left, eaves, left + width, foot, random.choice((60, 90, 130)))
    for plate, tone in ((key, 0), (roof, random.choice((150, 215, 255)))):
        if plate is key:
            plate.box(left, eaves, left + width, foot, 0)
        plate.shape([(left - 4, eaves), (left + width / 2, peak), (left + width + 4, eaves)], tone)
    key.line([(left, foot), (left, eaves), (left + width / 2, peak), (left + width, eaves), (left + width, foot)], 2.6)
    key.line([(left - 5, eaves + 1), (left + width + 5, eaves + 1)], 2.2)
    chimney = left + width * random.choice((0.22, 0.7))
    key.box(chimney, peak + width * 0.02, chimney + width * 0.1, eaves - width * 0.1)
    columns, rows = max(2, int(width // 34)), max(1, int(height // 52))
    for row in range(rows):
        for column in range(columns):
            x = left + width * (column + 0.5) / columns - 6
            y = eaves + height * (row + 0.28) / rows
            key.box(x, y, x + 12, y + 20, random.choice((255, 255, 255, 110)))


def gull(plate: Plate, x: float, y: float, size: float, tone: int = 255) -> None:
    left = arc(x - size / 2, y, size / 2, 200, 345, squash=0.55)
    right = arc(x + size / 2, y, size / 2, 195, 340, squash=0.55)
    plate.line([*left, *right], max(2.4, size * 0.09), tone)


def ripples(plate: Plate, random: Random, box: tuple[float, float, float, float], count: int, tone: int = 255) -> None:
    """Draw level strokes of water, longer and further apart towards the viewer."""
    left, top, right, bottom = box
    for _ in range(count):
        share = random.random() ** 0.8
        y = top + (bottom - top) * share
        length = 16 + 120 * share * random.random() + 14
        x = random.uniform(left - length / 2, right - length / 2)
        thick = 1.4 + 4.4 * share
        bow = thick * 1.2
        plate.shape([(x, y), (x + length / 2, y - bow / 2), (x + length, y), (x + length / 2, y + bow / 2)], tone)


def waves(
    plate: Plate, left: float, right: float, level: float, *, length: float, height: float, tone: int = 255
) -> None:
    """Draw one row of hooked waves, as in an old print."""
    x = left
    while x < right:
        crest = [
            (x + length * share, level - height * math.sin(math.pi * share) ** 1.5)
            for share in (0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1)
        ]
        under = [
            (px, py + height * 0.22 + height * 0.18 * math.sin(math.pi * n / 7)) for n, (px, py) in enumerate(crest)
        ]
        plate.shape([*crest, *reversed(under)], tone)
        x += length


def hull(plate: Plate, x: float, water: float, length: float, tone: int = 255) -> list[Point]:
    """Draw a small boat's hull, bow to the right, and return its outline."""
    depth = length * 0.16
    outline = [
        (x - length * 0.5, water - depth),
        (x + length * 0.56, water - depth * 1.35),
        (x + length * 0.42, water),
        (x - length * 0.43, water),
    ]
    plate.shape(outline, tone)
    return outline
