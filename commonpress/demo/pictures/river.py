"""The river and the harbour: bridge, ferry, breakwater, mussel ropes, and a flooded pitch."""

import math
from random import Random

from commonpress.demo.pictures import figures
from commonpress.demo.pictures.press import (
    MOSS,
    NIGHT,
    OCHRE,
    ROSE,
    RUST,
    SEA,
    Plate,
    Point,
    Sheet,
    arc,
    dots,
    lines,
    ridge,
)


def penny_bridge(sheet: Sheet) -> None:
    random, wide, high = sheet.random, sheet.width, sheet.height
    water = 690
    sky, sun, sea, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()

    sky.wash(0, 0, wide, water, tones=(30, 190))
    sky.wash(0, water, wide, high, tones=(120, 10))
    sun.disc(1130, 470, 168)
    sky.disc(1130, 470, 168, 0)
    for step in range(14):
        half = 150 * (1 - step / 15) * random.uniform(0.7, 1.1)
        y = water + 22 + step * 24
        sun.shape([(1130 - half, y), (1130, y - 6), (1130 + half, y), (1130, y + 6)], 235)

    hills = ridge(random, 0, wide, 560, 190)
    sea.washed_shape([*hills, (wide, water), (0, water)], (90, 150))
    sea.wash(0, water, wide, high, tones=(70, 215))
    _town(key, sun, sea, random, water)
    _arches(key, sky, sea, sun, water)
    figures.ripples(key, random, (0, water + 30, wide, high), 90)
    for x, y, size in ((420, 170, 54), (520, 220, 38), (610, 150, 30), (1330, 190, 42)):
        figures.gull(key, x, y, size)
    _ferry((key, sun, sky, sea), 470, 915, 300)

    sheet.print(sky, OCHRE, dots(wide, high, 0))
    sheet.print(sea, SEA, lines(wide, high))
    sheet.print(sun, RUST, off=3)
    sheet.print(key, NIGHT)


def _town(key: Plate, roof: Plate, wall: Plate, random: Random, water: float) -> None:
    for row, (foot, scale) in enumerate(((610, 0.72), (660, 0.86), (690, 1.0))):
        x = -30.0 + row * 25
        while x < 400 - row * 40:
            width = random.uniform(70, 105) * scale
            figures.house((key, roof, wall), x, foot, width, random.uniform(70, 130) * scale, random=random)
            x += width + random.uniform(-4, 6)
    # The chapel on the brow.
    wall.box(150, 370, 210, 560, 90)
    key.shape([(140, 372), (180, 250), (220, 372)])
    key.line([(150, 372), (150, 520)], 3)
    key.line([(210, 372), (210, 520)], 3)
    key.shape([(172, 470), (172, 430), (180, 418), (188, 430), (188, 470)])


def _arches(key: Plate, sky: Plate, sea: Plate, sun: Plate, water: float) -> None:
    """Four stone arches with a tollhouse, over whatever stands behind them."""
    deck, left, right = 498, 330, 1640
    spans = [(left + 60 + n * 318, left + 60 + n * 318 + 250) for n in range(4)]

    def stone(plate: Plate, tone: int) -> None:
        plate.shape([(left, deck + 18), (985, deck - 22), (right, deck + 6), (right, water), (left, water)], tone)

    openings: list[list[Point]] = []
    for start, end in spans:
        middle, radius = (start + end) / 2, (end - start) / 2
        openings.append([(start, water), *arc(middle, water - 34, radius, 180, 360, squash=0.86), (end, water)])
    behind = {plate: plate.image.copy() for plate in (sky, sea, sun, key)}
    for plate, tone in ((sky, 70), (sea, 60), (sun, 0), (key, 0)):
        stone(plate, tone)
    for plate, picture in behind.items():
        mask = picture.point([0] * 256)
        holes = Plate(plate.width, plate.height)
        for opening in openings:
            holes.shape(opening)
        mask = holes.image
        plate.image.paste(picture, (0, 0), mask)
    for opening in openings:
        key.line(opening, 5)
        middle, radius = (opening[0][0] + opening[-1][0]) / 2, (opening[-1][0] - opening[0][0]) / 2
        for turn in range(186, 360, 12):
            inner = arc(middle, water - 34, radius, turn, turn + 1, squash=0.86)[0]
            outer = arc(middle, water - 34, radius + 30, turn, turn + 1, squash=0.86)[0]
            key.line([inner, outer], 2.6)
        key.line(arc(middle, water - 34, radius + 30, 182, 358, squash=0.86), 3)
        # Shade under the vault.
        vault = arc(middle, water - 34, radius, 180, 300, squash=0.86)
        inside = arc(middle + 16, water - 34, radius, 180, 292, squash=0.8)
        key.shape([(middle - radius, water), *vault, *reversed(inside), (middle - radius + 16, water)])
    for start, _ in spans[1:]:
        pier = start - 34
        key.shape(
            [
                (pier - 30, water + 12),
                (pier - 20, water - 88),
                (pier, water - 112),
                (pier + 20, water - 88),
                (pier + 30, water + 12),
            ]
        )
    key.line([(left, deck + 18), (985, deck - 22), (right, deck + 6)], 9)
    key.line([(left, deck + 44), (985, deck + 4), (right, deck + 32)], 3)
    for step in range(56):
        x = left + 12 + step * 23.4
        y = deck + 18 - (x - left) * 40 / 655 if x < 985 else deck - 22 + (x - 985) * 28 / 655
        key.line([(x, y), (x, y + 25)], 2)
    # The tollhouse, and lamps.
    key.box(942, 380, 1028, 478, 0)
    sun.box(942, 380, 1028, 478, 0)
    sky.box(942, 380, 1028, 478, 90)
    key.line([(942, 478), (942, 380), (1028, 380), (1028, 478)], 4)
    key.shape([(930, 384), (985, 326), (1040, 384)])
    key.box(974, 428, 996, 478)
    key.box(952, 400, 966, 420)
    key.box(1004, 400, 1018, 420)
    for x in (560, 720, 1210, 1400):
        y = deck + 4 - (x - 560) * 26 / 425 if x < 985 else deck - 14 + (x - 985) * 14 / 400
        key.line([(x, y), (x, y - 84)], 5)
        key.disc(x, y - 92, 11)
    for x, tall in ((640, 52), (664, 44), (1120, 54), (1300, 50), (870, 50)):
        y = deck + 18 - (x - left) * 40 / 655 if x < 985 else deck - 22 + (x - 985) * 28 / 655
        figures.person(key, x, y + 4, tall)


def _ferry(plates: tuple[Plate, Plate, Plate, Plate], x: float, water: float, length: float) -> None:
    key, spot, sky, sea = plates
    for plate in (sky, sea, spot, key):
        plate.box(x - length * 0.3, water - length * 0.42, x + length * 0.16, water - length * 0.1, 0)
        figures.hull(plate, x, water, length, 0)
    figures.hull(spot, x, water, length)
    figures.hull(key, x, water + 12, length * 0.94)
    key.line(
        [
            (x - length * 0.3, water - length * 0.16),
            (x - length * 0.3, water - length * 0.42),
            (x + length * 0.16, water - length * 0.42),
            (x + length * 0.16, water - length * 0.16),
        ],
        4,
    )
    key.box(x - length * 0.34, water - length * 0.46, x + length * 0.2, water - length * 0.41)
    for n in range(4):
        left = x - length * 0.26 + n * length * 0.105
        key.box(left, water - length * 0.36, left + length * 0.07, water - length * 0.25)
    key.line([(x + length * 0.26, water - length * 0.18), (x + length * 0.26, water - length * 0.6)], 4)
    spot.shape(
        [
            (x + length * 0.26, water - length * 0.6),
            (x + length * 0.1, water - length * 0.56),
            (x + length * 0.26, water - length * 0.52),
        ]
    )
    figures.person(key, x + length * 0.38, water - length * 0.2, length * 0.26, stride=0.05)


def dot_at_the_slip(sheet: Sheet) -> None:
    random, wide, high = sheet.random, sheet.width, sheet.height
    sky, spot, sea, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()
    sky.wash(0, 0, wide, 470, tones=(200, 30))
    far = ridge(random, 0, wide, 452, 90)
    sea.washed_shape([*far, (wide, 480), (0, 480)], (150, 190))
    sea.wash(0, 470, wide, high, tones=(60, 235))
    for plate in (sea, sky):
        figures.ripples(plate, random, (0, 500, wide, high), 70, 0)

    # The slip, running down into the water from the right.
    slip: list[Point] = [(880, high), (1600, 640), (1600, high)]
    for plate in (sky, sea):
        plate.shape(slip, 0)
    sky.washed_shape(slip, (70, 130))
    key.line([(880, high), (1600, 640)], 7)
    for n in range(9):
        x = 960 + n * 74
        key.line([(x, high - (x - 880) * 427 / 720), (x + 190, high)], 2.4)
    # The boat is low in the water and full.
    x, water, length = 620, 760, 860
    cabin = [(x - 300, water - 320), (x + 70, water - 320), (x + 90, water - 110), (x - 310, water - 110)]
    for plate in (sky, sea):
        plate.shape(cabin, 0)
        figures.hull(plate, x, water, length, 0)
    figures.hull(spot, x, water, length)
    key.shape([(x - 410, water - 26), (x + 400, water - 26), (x + 365, water + 16), (x - 372, water + 16)])
    key.line([*cabin, cabin[0]], 6)
    key.shape([(x - 345, water - 346), (x + 110, water - 346), (x + 100, water - 312), (x - 335, water - 312)])
    for n in range(4):
        left = x - 280 + n * 90
        key.box(left, water - 286, left + 66, water - 196)
        figures.bust(sky, left + 33, water - 196, 74, 255)
        spot.box(left, water - 286, left + 66, water - 196, 0)
    for n, tall in enumerate((150, 138, 160, 146)):
        figures.person(key, x + 150 + n * 58, water - 118, tall, stride=0.05)
    key.line([(x + 130, water - 170), (x + 455, water - 196)], 5)
    for n in range(6):
        post = x + 130 + n * 65
        key.line([(post, water - 170 - n * 5), (post, water - 128 - n * 2)], 4)
    key.line([(x - 200, water - 346), (x - 200, water - 520)], 6)
    spot.shape([(x - 200, water - 520), (x - 330, water - 492), (x - 200, water - 460)])
    key.words(x - 330, water - 52, "DOT", 62, tone=255)
    spot.words(x - 330, water - 52, "DOT", 62, tone=0)
    # Those who wait.
    for px, foot, tall in ((1250, 905, 236), (1335, 868, 220), (1412, 846, 226), (1490, 800, 210), (1556, 776, 200)):
        figures.person(key, px, foot, tall, stride=0.07)
    key.ring(1180, 930, 44, 6)
    key.ring(1290, 940, 44, 6)
    key.line([(1180, 930), (1222, 868), (1268, 868), (1290, 940), (1222, 868)], 5)
    for gx, gy, size in ((240, 150, 60), (340, 110, 44), (1180, 190, 52)):
        figures.gull(key, gx, gy, size)
    sheet.print(sky, ROSE, dots(wide, high, 1))
    sheet.print(sea, SEA, lines(wide, high))
    sheet.print(spot, OCHRE, off=3)
    sheet.print(key, NIGHT)


def long_arm(sheet: Sheet) -> None:
    random, wide, high = sheet.random, sheet.width, sheet.height
    night, beam, sea, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()
    night.wash(0, 0, wide, 640, tones=(235, 120))
    lamp = (1180.0, 246.0)
    for turn in ((184, 197), (352, 362)):
        edge = [
            lamp,
            *[(lamp[0] + 1500 * math.cos(math.radians(t)), lamp[1] + 1500 * math.sin(math.radians(t))) for t in turn],
        ]
        night.shape(edge, 24)
        beam.shape(edge, 190)
    sea.wash(0, 600, wide, high, tones=(120, 255))
    # The breakwater, with its gap.
    wall: list[Point] = [(420, 640), (1600, 560), (1600, 800), (330, 800)]
    for plate in (night, sea, beam):
        plate.shape(wall, 0)
    sea.washed_shape(wall, (50, 130))
    key.line([(420, 640), (1600, 560)], 8)
    for row in range(1, 6):
        y = 640 + row * 30
        key.line([(412 - row * 14, y), (1600, y - 80 + row * 8)], 2.4)
        for n in range(14):
            x = 440 + n * 86 + (row % 2) * 40
            key.line([(x, y - (x - 420) * 0.067), (x - 6, y + 28 - (x - 420) * 0.067)], 2.4)
    breach: list[Point] = [
        (600, 600),
        (640, 664),
        (700, 700),
        (716, 770),
        (790, 806),
        (880, 806),
        (906, 730),
        (960, 690),
        (990, 590),
    ]
    for plate in (night, sea, key):
        plate.shape(breach, 0)
    night.shape([(600, 600), (990, 590), (975, 640), (625, 640)], 120)
    sea.shape([(625, 640), *breach[1:-1], (975, 640)], 235)
    key.line(breach[:-1], 8)
    key.line([breach[-2], breach[-1]], 8)
    for _ in range(26):
        left, top = random.uniform(600, 960), 800 - 70 * random.random() ** 2
        size = random.uniform(20, 54)
        top += size * 0.3
        for plate, tone in ((sea, 60), (key, 0)):
            plate.shape(
                [
                    (left, top),
                    (left + size, top - size * 0.5),
                    (left + size * 1.4, top + size * 0.3),
                    (left + size * 0.5, top + size * 0.6),
                ],
                tone,
            )
        key.line(
            [
                (left, top),
                (left + size, top - size * 0.5),
                (left + size * 1.4, top + size * 0.3),
                (left + size * 0.5, top + size * 0.6),
                (left, top),
            ],
            4,
        )
        key.shape(
            [
                (left + size * 0.5, top + size * 0.6),
                (left + size * 1.4, top + size * 0.3),
                (left + size * 0.9, top + size * 0.05),
            ]
        )
    # The light the town calls the Candle.
    for plate in (night, beam):
        plate.shape([(1140, 300), (1220, 300), (1246, 590), (1114, 590)], 0)
    key.line([(1140, 300), (1114, 590)], 6)
    key.line([(1220, 300), (1246, 590)], 6)
    for n in range(3):
        top = 330 + n * 92
        inset = (top - 300) * 0.09
        beam.shape([(1140 - inset, top), (1220 + inset, top), (1224 + inset, top + 44), (1136 - inset, top + 44)], 255)
        key.shape([(1184, top), (1220 + inset, top), (1224 + inset, top + 44), (1184, top + 44)], 90)
    key.box(1126, 286, 1234, 302)
    key.box(1150, 214, 1210, 286, 0)
    key.line([(1150, 286), (1150, 214), (1210, 214), (1210, 286)], 5)
    key.shape([(1138, 216), (1180, 166), (1222, 216)])
    beam.disc(*lamp, 20, 255)
    for row in range(7):
        level = 800 + row * 42
        figures.waves(key, -80 - row * 37, wide, level, length=120 + row * 26, height=26 + row * 7)
    # A sea is coming over.
    for _ in range(60):
        leaning, far = random.uniform(3.5, 5.9), random.uniform(40, 260)
        drop = (790 + far * math.cos(leaning) * 0.8, 640 + far * math.sin(leaning))
        night.disc(*drop, random.uniform(4, 18), 0)
    sheet.print(beam, OCHRE)
    sheet.print(night, NIGHT, dots(wide, high, 0, 20))
    sheet.print(sea, SEA, lines(wide, high, 11), off=2)
    sheet.print(key, NIGHT)


def mussel_ropes(sheet: Sheet) -> None:
    random, wide, high = sheet.random, sheet.width, sheet.height
    water, shell, key = sheet.plate(), sheet.plate(), sheet.plate()
    water.wash(0, 0, wide, high, tones=(10, 225))
    for _ in range(50):
        x, y = random.uniform(0, wide), random.uniform(0, high)
        key.ring(x, y, random.uniform(4, 12), 2.4)
    for column in range(4):
        x = 215 + column * 390 + random.uniform(-20, 20)
        key.line([(x, 0), (x + random.uniform(-16, 16), high)], 14)
        start = (0, 300, 90, 420)[column] + random.uniform(0, 60)
        for n in range(int((high + 120 - start) / 21)):
            side = -1 if n % 2 else 1
            _mussel((key, shell, water), random, (x + side * random.uniform(-14, 22), start + n * 21), side)
    sheet.print(water, MOSS, dots(wide, high, 1))
    sheet.print(shell, SEA, off=2)
    sheet.print(key, NIGHT)


def _mussel(plates: tuple[Plate, Plate, Plate], random: Random, at: Point, side: int) -> None:
    """Draw one shell, its beak at the rope and its rings showing."""
    key, shell, water = plates
    length, turn = random.uniform(96, 132), random.uniform(-0.35, 0.95)
    cos, sin = math.cos(turn), math.sin(turn)
    shares = [step / 20 for step in range(21)]
    upper = [(share * length, math.sin(math.pi * share**0.7) ** 0.7 * length * -0.17) for share in shares]
    lower = [(share * length, math.sin(math.pi * share**1.3) ** 0.8 * length * 0.27) for share in shares]
    outline = [*upper, *reversed(lower)]

    def placed(points: list[Point], scale: float = 1) -> list[Point]:
        return [
            (at[0] + side * scale * (px * cos - py * sin), at[1] + scale * (px * sin + py * cos)) for px, py in points
        ]

    water.shape(placed(outline), 0)
    shell.shape(placed(outline), 255)
    key.shape(placed(outline), 0)
    key.line([*placed(outline), placed(outline)[0]], 5)
    key.shape(placed([*[(px, py * 0.2) for px, py in lower], *reversed(lower)]), 255)
    for ring in (0.82, 0.62, 0.42):
        key.line(placed(upper, ring), 2.6)
        shell.line(placed(lower[4:], ring), 2.6, 0)
        key.line(placed(lower[4:], ring), 2.6, 0)


def spring_tide_pitch(sheet: Sheet) -> None:
    random, wide, high = sheet.random, sheet.width, sheet.height
    sky, moon, _sea, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()
    sky.wash(0, 0, wide, 520, tones=(245, 90))
    moon.wash(0, 300, wide, 520, tones=(0, 120))
    sky.disc(400, 240, 112, 0)
    moon.disc(400, 240, 112, 150)
    moon.disc(368, 212, 22, 210)
    moon.disc(440, 268, 30, 210)
    moon.disc(398, 300, 14, 210)
    trees = ridge(random, 0, wide, 512, 80, steps=60)
    key.shape([*trees, (wide, 540), (0, 540)])
    sky.wash(0, 530, wide, high, tones=(60, 215))
    for n in range(16):
        half = random.uniform(40, 150) * (0.5 + n / 18)
        y = 560 + n * n * 1.9
        sky.shape([(400 - half, y), (400, y - 5 - n * 0.4), (400 + half, y), (400, y + 5 + n * 0.4)], 0)
        moon.shape([(400 - half, y), (400, y - 4), (400 + half, y), (400, y + 4)], 150)
    # The goal, and the goal again.
    left, right, bar, ground = 850, 1330, 330, 640
    for post in (left, right):
        sky.box(post - 9, bar, post + 9, ground, 0)
        key.line([(post - 9, bar), (post - 9, ground), (post + 9, ground), (post + 9, bar)], 3.2)
    sky.box(left - 9, bar - 9, right + 9, bar + 9, 0)
    key.line(
        [(left - 9, bar - 9), (right + 9, bar - 9), (right + 9, bar + 9), (left - 9, bar + 9), (left - 9, bar - 9)], 3.2
    )
    for n in range(17):
        x = left + 14 + n * 28.4
        key.line([(x, bar + 10), (x + (x - 1090) * -0.12, ground - 70)], 1.3)
    for n in range(9):
        y = bar + 22 + n * 26
        key.line([(left + 8 + n * 3, y), (right - 8 - n * 3, y)], 1.3)
    for n in range(15):
        y = ground + 8 + n * 19
        wobble = random.uniform(-10, 10)
        for post in (left, right):
            key.line([(post - 10 + wobble, y), (post + 10 + wobble, y)], 4)
    for n in range(12):
        start = left + n * 40 + random.uniform(0, 14)
        key.line([(start, ground + 292), (start + 30, ground + 292)], 4)
    key.disc(610, 742, 40, 0)
    sky.disc(610, 742, 40, 0)
    key.ring(610, 742, 40, 5)
    key.shape(arc(610, 742, 16, 0, 360))
    for turn in range(0, 360, 72):
        spot = arc(610, 742, 38, turn, turn + 1)[0]
        key.line([(610, 742), spot], 4)
    key.shape([(560, 758), (660, 758), (640, 772), (580, 772)])
    figures.ripples(key, random, (0, 560, wide, high), 60)
    for x in (1240, 1440):
        figures.gull(key, x, 180 + (x % 7) * 10, 48)
    figures.person(key, 1490, 606, 190, stride=0.05)
    sheet.print(moon, OCHRE, dots(wide, high, 2))
    sheet.print(sky, SEA, dots(wide, high, 0))
    sheet.print(key, NIGHT)
