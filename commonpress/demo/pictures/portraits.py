"""The four bylines' portraits: one lamp, two or three inks, no likeness to anybody."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from commonpress.demo.pictures.press import (
    MOSS,
    NIGHT,
    OCHRE,
    ROSE,
    RUST,
    SEA,
    Colour,
    Plate,
    Point,
    Sheet,
    arc,
    dots,
    lines,
)


@dataclass(frozen=True)
class Sitter:
    ground: Colour
    coat: Colour
    hair: Callable[[Plate, int], None]
    jaw: float = 1.0
    spectacles: bool = False
    beard: bool = False
    collar: str = "round"


def _face(jaw: float, grow: float = 0) -> list[Point]:
    """Return the outline of a face: a skull above, a jaw below."""
    skull = arc(450, 392, 158 + grow, 180, 360, squash=1.16)
    chin = arc(450, 392, 158 + grow, 0, 180, squash=1.36)
    return [*skull, *[(450 + (x - 450) * (1 - (1 - jaw * 0.8) * max(0, (y - 392) / 215)), y) for x, y in chin]]


def draw(sheet: Sheet, sitter: Sitter) -> None:
    ground, skin, coat, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()
    high = sheet.height
    ground.wash(0, 0, sheet.width, high, tones=(235, 120))
    shoulders: list[Point] = [
        (90, high),
        (120, 810),
        (230, 730),
        (380, 690),
        (520, 690),
        (670, 730),
        (780, 810),
        (810, high),
    ]
    neck: list[Point] = [(372, 520), (528, 520), (536, 720), (450, 770), (364, 720)]
    face = _face(sitter.jaw)
    for plate in (ground,):
        for outline in (shoulders, neck, face):
            plate.shape(outline, 0)
    coat.shape(shoulders)
    coat.shape(neck, 0)
    skin.shape(neck, 150)
    skin.shape(face, 110)
    # The lamp stands on the left: one side of everything is in shadow.
    key.shape([(540, 690), (670, 730), (780, 810), (810, high), (640, high)])
    key.shape([(470, 600), (528, 560), (536, 720), (450, 770), (420, 690)])
    key.shape([(x, y) if x > 520 else (520 + 26 * math.sin(y / 38), y) for x, y in face])
    skin.shape([(x, y) if x > 520 else (520 + 26 * math.sin(y / 38), y) for x, y in face], 0)
    sitter.hair(key, 255)
    for side, tone in ((-1, 255), (1, 0)):
        x = 450 + side * 70
        key.line(arc(x, 380, 42, 205, 335, squash=0.5), 9, tone)
        key.disc(x, 396, 11, tone)
        key.line(arc(x, 402, 30, 190, 350, squash=0.6), 5, tone)
    key.line([(452, 392), (430, 470), (456, 478)], 6)
    key.line(arc(450, 520, 50, 25, 150, squash=0.36), 8)
    key.line(arc(468, 520, 40, 20, 62, squash=0.36), 7, 0)
    if sitter.beard:
        beard = [
            (296, 430),
            (330, 500),
            (390, 516),
            (450, 500),
            (510, 516),
            (570, 500),
            (604, 430),
            (596, 560),
            (540, 650),
            (450, 684),
            (360, 650),
            (304, 560),
        ]
        key.shape(beard)
        skin.shape(beard, 0)
        key.line(arc(450, 536, 44, 20, 160, squash=0.3), 7, 0)
        for n in range(9):
            key.line([(350 + n * 24, 590 + 14 * math.sin(n)), (356 + n * 22, 630 + 10 * math.sin(n))], 3, 0)
    if sitter.spectacles:
        for side in (-1, 1):
            key.ring(450 + side * 72, 398, 56, 8, 255 if side < 0 else 0)
        key.line([(434, 392), (466, 392)], 8)
        key.line([(322, 392), (296, 380)], 7)
    _collar(key, coat, sitter.collar)
    key.line(shoulders[1:-1], 7)
    sheet.print(ground, sitter.ground, dots(sheet.width, high, 0))
    sheet.print(skin, ROSE, dots(sheet.width, high, 2))
    sheet.print(coat, sitter.coat, lines(sheet.width, high) if sitter.collar == "jersey" else None, off=2)
    sheet.print(key, NIGHT)


def _collar(key: Plate, coat: Plate, kind: str) -> None:
    if kind == "shirt":
        for side in (-1, 1):
            wing = [(450, 776), (450 + side * 100, 684), (450 + side * 136, 742), (450 + side * 66, 850)]
            coat.shape(wing, 0)
            key.shape(wing, 0)
            key.line([*wing, wing[0]], 6)
        key.line([(450, 776), (450, 900)], 5)
    elif kind == "jersey":
        roll = [(346, 650), (554, 650), (576, 748), (450, 796), (324, 748)]
        coat.shape(roll, 255)
        key.shape([(500, 650), (554, 650), (576, 748), (480, 784)])
        for n in range(8):
            key.line([(352 + n * 28, 654), (334 + n * 33, 752 + 30 * math.sin(n * 0.45))], 4)
    elif kind == "scarf":
        wrap = [(336, 660), (564, 660), (610, 760), (450, 800), (290, 760)]
        tail = [(470, 780), (560, 770), (590, 900), (490, 900)]
        for plate in (coat, key):
            plate.shape(wrap, 0)
            plate.shape(tail, 0)
        for n in range(5):
            key.line([(330 + n * 50, 664 + n * 3), (300 + n * 66, 764)], 9)
        key.line([*wrap, wrap[0]], 6)
        key.line([*tail, tail[0]], 6)
    else:
        key.line(arc(450, 690, 118, 15, 165, squash=0.76), 8)


def _crop(key: Plate, tone: int) -> None:
    key.shape(
        [
            (282, 390),
            (286, 270),
            (360, 196),
            (470, 176),
            (570, 214),
            (622, 300),
            (616, 400),
            (590, 330),
            (520, 286),
            (420, 300),
            (330, 292),
            (304, 336),
        ],
        tone,
    )


def _bun(key: Plate, tone: int) -> None:
    key.disc(470, 142, 72, tone)
    key.shape(
        [
            (276, 440),
            (270, 300),
            (340, 210),
            (450, 184),
            (560, 210),
            (630, 300),
            (624, 440),
            (600, 350),
            (540, 280),
            (470, 262),
            (360, 310),
            (306, 370),
        ],
        tone,
    )
    key.ring(470, 142, 46, 4, 0)


def _long(key: Plate, tone: int) -> None:
    key.shape(
        [
            (262, 640),
            (236, 420),
            (280, 250),
            (380, 176),
            (520, 176),
            (630, 250),
            (672, 430),
            (648, 660),
            (590, 690),
            (612, 470),
            (580, 340),
            (500, 284),
            (380, 300),
            (318, 360),
            (296, 480),
            (318, 660),
        ],
        tone,
    )
    for n in range(4):
        key.line([(262 + n * 10, 420 + n * 30), (276 + n * 8, 600 + n * 10)], 3, 0)


def _cap(key: Plate, tone: int) -> None:
    key.shape(
        [(268, 330), (282, 236), (370, 180), (520, 176), (618, 236), (640, 330), (560, 318), (450, 312), (340, 318)],
        tone,
    )
    key.shape([(240, 352), (268, 318), (450, 300), (560, 312), (450, 340), (330, 352)], tone)
    key.line([(300, 290), (450, 276), (610, 290)], 4, 0)


NELL = Sitter(ground=OCHRE, coat=SEA, hair=_bun, spectacles=True, collar="shirt", jaw=0.96)
TOBIAH = Sitter(ground=SEA, coat=RUST, hair=_cap, beard=True, collar="jersey", jaw=1.1)
OTTILIE = Sitter(ground=RUST, coat=OCHRE, hair=_long, collar="scarf", jaw=0.98)
CAS = Sitter(ground=MOSS, coat=SEA, hair=_crop, spectacles=True, collar="round", jaw=1.08)


def nell_averay(sheet: Sheet) -> None:
    draw(sheet, NELL)


def tobiah_renn(sheet: Sheet) -> None:
    draw(sheet, TOBIAH)


def ottilie_farrow(sheet: Sheet) -> None:
    draw(sheet, OTTILIE)


def cas_ondry(sheet: Sheet) -> None:
    draw(sheet, CAS)
