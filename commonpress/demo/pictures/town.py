"""The town out of doors: cannery and its tins, market, school run, tide clock."""

import itertools
import math

from commonpress.demo.pictures import figures
from commonpress.demo.pictures.press import (
    MOSS,
    NIGHT,
    OCHRE,
    RUST,
    SEA,
    Plate,
    Point,
    Sheet,
    arc,
    dots,
    lines,
)


def cannery(sheet: Sheet) -> None:
    random, wide, high = sheet.random, sheet.width, sheet.height
    sky, brick, sea, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()
    sky.wash(0, 0, wide, 760, tones=(150, 20))
    ground = 790
    # Smoke leans out to sea.
    for n in range(15):
        x, y, radius = 1180 - n * 62, 190 - n * 9 + random.uniform(-16, 16), 26 + n * 6.5
        sky.disc(x, y, radius, 0)
        sea.disc(x + radius * 0.14, y + radius * 0.2, radius * 0.84, 60)
    sea.wash(0, ground + 80, wide, high, tones=(110, 235))
    stack: list[Point] = [(1150, 220), (1210, 220), (1232, ground), (1128, ground)]
    for plate in (sky, sea):
        plate.shape(stack, 0)
    brick.shape(stack, 255)
    key.shape([(1188, 220), (1210, 220), (1232, ground), (1186, ground)])
    key.box(1140, 208, 1220, 232)
    # Five teeth of the roof, each with its north light.
    left, tooth, eaves = 250, 172, 520
    for n in range(5):
        x = left + n * tooth
        outline = [(x, eaves), (x, eaves - 128), (x + tooth, eaves)]
        for plate in (sky, sea, key):
            plate.shape(outline, 0)
        sky.shape(outline, 210)
        key.shape([(x + 8, eaves - 112), (x + tooth, eaves), (x + tooth - 30, eaves), (x + 8, eaves - 92)])
        key.line([*outline, outline[0]], 6)
    wall = (left, eaves, left + 5 * tooth, ground)
    for plate in (sky, sea):
        plate.box(*wall, 0)
    brick.box(*wall, 215)
    key.line([(wall[0], wall[1]), (wall[2], wall[1])], 7)
    for n in range(10):
        pane = left + 24 + n * 85.4
        brick.box(pane, eaves + 50, pane + 46, eaves + 190, 0)
        key.box(pane, eaves + 50, pane + 46, eaves + 190, 0 if n in (2, 3, 7) else 255)
        sky.box(pane, eaves + 50, pane + 46, eaves + 190, 230 if n in (2, 3, 7) else 0)
        for bar in range(1, 4):
            sky.line([(pane, eaves + 50 + bar * 35), (pane + 46, eaves + 50 + bar * 35)], 2, 0)
        key.line([(pane - 4, eaves + 196), (pane + 50, eaves + 196)], 6)
    brick.box(left + 300, eaves + 8, left + 570, eaves + 42, 0)
    key.words(left + 435, eaves + 36, "FENNIMORE", 34, anchor="ms")
    key.box(0, ground, wide, ground + 16)
    for n in range(22):
        key.line([(40 + n * 74, ground + 16), (40 + n * 74, ground + 92)], 9)
    # The last shift, going home along the quay.
    for n in range(13):
        figures.person(key, 330 + n * 88 + random.uniform(-22, 22), ground + 6, random.uniform(112, 134))
    figures.ripples(key, random, (0, ground + 110, wide, high), 46)
    for x, y, size in ((330, 330, 56), (520, 280, 44), (1400, 420, 60), (1330, 360, 40)):
        figures.gull(key, x, y, size)
    sheet.print(sky, OCHRE, dots(wide, high, 1))
    sheet.print(sea, SEA, lines(wide, high))
    sheet.print(brick, RUST, off=3)
    sheet.print(key, NIGHT)


def tins(sheet: Sheet) -> None:
    random, wide, high = sheet.random, sheet.width, sheet.height
    tone, spot, key = sheet.plate(), sheet.plate(), sheet.plate()
    tone.wash(0, 0, wide, high, tones=(200, 120))
    rows = ((1012, 6, 34), (808, 5, 162), (604, 4, 290), (400, 3, 418))
    for foot, count, start in rows:
        for n in range(count):
            x = start + n * 256 + random.uniform(-5, 5)
            _tin((tone, spot, key), x, foot, turned=random.random() < 0.12)
    key.box(0, 1012, wide, 1030)
    tone.box(0, 1030, wide, high, 235)
    sheet.print(tone, SEA, dots(wide, high, 0))
    sheet.print(spot, RUST, off=3)
    sheet.print(key, NIGHT)


def _tin(plates: tuple[Plate, Plate, Plate], x: float, foot: float, *, turned: bool) -> None:
    tone, spot, key = plates
    wide, tall, squash = 232.0, 196.0, 0.2
    body: list[Point] = [
        (x, foot - tall),
        *arc(x + wide / 2, foot - 24, wide / 2, 180, 0, squash=squash),
        (x + wide, foot - tall),
    ]
    for plate in (tone, spot, key):
        plate.shape(body, 0)
        plate.disc(x + wide / 2, foot - tall, wide / 2, 0, squash=squash)
    key.line([*body, body[0]], 5)
    low = arc(x + wide / 2, foot - 46, wide / 2, 180, 0, squash=squash)
    top = arc(x + wide / 2, foot - tall + 40, wide / 2, 180, 0, squash=squash)
    spot.shape([*top, *reversed(low)], 255)
    for edge in (top, low):
        key.line(edge, 3)
    key.shape(
        [
            (x + wide * 0.84, foot - tall + 6),
            (x + wide, foot - tall),
            (x + wide, foot - 24),
            (x + wide * 0.84, foot - 8),
        ],
        150,
    )
    key.disc(x + wide / 2, foot - tall, wide / 2, 0, squash=squash)
    key.ring(x + wide / 2, foot - tall, wide / 2, 5, squash=squash)
    key.ring(x + wide / 2, foot - tall, wide / 2 - 20, 2.4, squash=squash)
    tone.disc(x + wide / 2, foot - tall, wide / 2 - 20, 70, squash=squash)
    if turned:
        return
    fish_x, fish_y = x + wide * 0.46, foot - tall * 0.33
    spot.disc(fish_x, fish_y, 52, 0, squash=0.36)
    spot.shape([(fish_x + 40, fish_y), (fish_x + 84, fish_y - 22), (fish_x + 84, fish_y + 22)], 0)
    key.disc(fish_x - 30, fish_y - 4, 5)
    key.line([(fish_x - 14, fish_y - 15), (fish_x - 8, fish_y), (fish_x - 14, fish_y + 15)], 3)
    for n in range(3):
        key.line([(fish_x + 6 + n * 14, fish_y - 12 + n), (fish_x + 10 + n * 14, fish_y + 10 - n)], 2.2)


def market(sheet: Sheet) -> None:
    random, wide, high = sheet.random, sheet.width, sheet.height
    tone, spot, green, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()
    tone.wash(0, 0, wide, 560, tones=(10, 130))
    x = -20.0
    while x < wide:
        width = random.uniform(120, 176)
        figures.house((key, spot, tone), x, 560, width, random.uniform(230, 340), random=random)
        x += width + 4
    ground = 1000
    tone.wash(0, 560, wide, high, tones=(60, 20))
    for row in range(9):
        y = 600 + row * row * 6.4
        key.line([(0, y), (wide, y)], 1.6, 120)
    for n, left in enumerate((40, 560, 1080)):
        width, top, valance = 480, 420, 560
        roof: list[Point] = [(left + 30, top), (left + width - 30, top), (left + width, valance), (left, valance)]
        for plate in (tone, spot, green, key):
            plate.shape(roof, 0)
            plate.box(left + 12, valance, left + width - 12, ground - 90, 0)
        stripes, ink = 8, (spot, green, spot)[n]
        for stripe in range(0, stripes, 2):
            upper, lower = (width - 60) / stripes, width / stripes
            ink.shape(
                [
                    (left + 30 + stripe * upper, top),
                    (left + 30 + (stripe + 1) * upper, top),
                    (left + (stripe + 1) * lower, valance),
                    (left + stripe * lower, valance),
                ]
            )
        for stripe in range(stripes):
            lower = width / stripes
            scallop = arc(left + (stripe + 0.5) * lower, valance, lower / 2, 0, 180, squash=0.8)
            for plate in (tone, spot, green, key):
                plate.shape(scallop, 0)
            if stripe % 2 == 0:
                ink.shape(scallop)
            key.line(scallop, 4)
        key.line([*roof, roof[0]], 6)
        key.shape(
            [
                (left + 12, valance + 44),
                (left + width - 12, valance + 44),
                (left + width - 12, valance + 90),
                (left + 12, valance + 90),
            ],
            90,
        )
        for post in (left + 14, left + width - 22):
            key.box(post, valance, post + 9, ground)
        figures.bust(key, left + width * (0.3 + 0.2 * n), 800, 210)
        counter = ground - 200
        for plate in (tone, spot, green, key):
            plate.box(left - 8, counter, left + width + 8, ground, 0)
        tone.box(left - 8, counter + 26, left + width + 8, ground, 150)
        key.line([(left - 8, counter + 26), (left + width + 8, counter + 26)], 5)
        key.line([(left - 8, ground), (left - 8, counter), (left + width + 8, counter), (left + width + 8, ground)], 5)
        for crate in range(4):
            cx = left + 18 + crate * 118
            for _ in range(22):
                fruit_x, fruit_y, radius = (
                    cx + random.uniform(8, 84),
                    counter - random.uniform(-4, 34),
                    random.uniform(11, 16),
                )
                fill = (spot, green, tone)[(crate + n) % 3]
                for plate in (tone, spot, green, key):
                    plate.disc(fruit_x, fruit_y, radius, 0)
                fill.disc(fruit_x, fruit_y, radius, 255)
                key.ring(fruit_x, fruit_y, radius, 2.2)
            key.box(cx - 4, counter - 4, cx + 98, counter + 58, 0)
            tone.box(cx - 4, counter - 4, cx + 98, counter + 58, 40)
            for slat in range(3):
                key.line([(cx - 4, counter - 4 + slat * 30), (cx + 98, counter - 4 + slat * 30)], 4)
            key.line([(cx - 4, counter - 4), (cx - 4, counter + 58)], 4)
            key.line([(cx + 98, counter - 4), (cx + 98, counter + 58)], 4)
    for px, tall in ((500, 400), (1022, 430), (1110, 360), (1560, 420)):
        for plate in (tone, spot, green):
            figures.person(plate, px, 1050, tall, 0, stride=0.09)
        figures.person(key, px, 1050, tall, stride=0.09)
    sheet.print(tone, OCHRE, dots(wide, high, 0))
    sheet.print(spot, RUST, off=3)
    sheet.print(green, MOSS, off=-2)
    sheet.print(key, NIGHT)


def walking_bus(sheet: Sheet) -> None:
    random, wide, high = sheet.random, sheet.width, sheet.height
    tone, spot, key = sheet.plate(), sheet.plate(), sheet.plate()
    hill: list[Point] = [(0, 900), (500, 840), (1000, 742), (1600, 600), (1600, high), (0, high)]
    tone.wash(0, 0, wide, 900, tones=(160, 10))
    x, n = -30.0, 0
    while x < wide:
        width = random.uniform(120, 180)
        foot = 905 - max(0, (x + width) - 200) * 0.215
        figures.house((key, spot, tone), x, foot, width, random.uniform(190, 300), random=random)
        x += width + 2
        n += 1
    for plate in (tone, spot, key):
        plate.shape(hill, 0)
    tone.washed_shape(hill, (120, 190))
    key.line(hill[:4], 7)
    key.line([(0, 940), (500, 884), (1000, 790), (1600, 654)], 3)
    # Twelve children and two grown people, on one rope.
    rope: list[Point] = []
    for child in range(14):
        px = 130 + child * 103
        foot = 985 - max(0, px - 120) * 0.178
        grown = child in (0, 13)
        tall = 330 if grown else random.uniform(176, 226)
        for plate in (tone, spot):
            figures.person(plate, px, foot, tall, 0, stride=0.13)
        figures.person(key, px, foot, tall, stride=0.13)
        chest, hip, half = foot - tall * 0.8, foot - tall * 0.46, tall * 0.135
        vest = [(px - half * 0.8, chest), (px + half * 0.8, chest), (px + half, hip), (px - half, hip)]
        key.shape(vest, 0)
        spot.shape(vest, 0)
        tone.shape(vest, 255)
        key.line([*vest, vest[0]], 2.6)
        key.line([(px - half * 0.9, foot - tall * 0.6), (px + half * 0.9, foot - tall * 0.6)], 5)
        if not grown and child % 3 == 1:
            spot.shape(
                [(px - tall * 0.1, foot - tall * 0.98), (px + tall * 0.1, foot - tall * 0.98), (px, foot - tall * 1.1)]
            )
            key.line(
                [
                    (px - tall * 0.1, foot - tall * 0.98),
                    (px + tall * 0.1, foot - tall * 0.98),
                    (px, foot - tall * 1.1),
                    (px - tall * 0.1, foot - tall * 0.98),
                ],
                3,
            )
        rope.append((px + tall * 0.17, foot - (170 if grown else tall * 0.43)))
    sag = []
    for (x1, y1), (x2, y2) in itertools.pairwise(rope):
        sag += [(x1, y1), ((x1 + x2) / 2, (y1 + y2) / 2 + 10)]
    spot.line([*sag, rope[-1]], 7)
    key.line([*[(px, py + 4) for px, py in sag], rope[-1]], 2)
    for x, y, size in ((980, 120, 46), (1090, 160, 34)):
        figures.gull(key, x, y, size)
    sheet.print(tone, OCHRE, dots(wide, high, 0))
    sheet.print(spot, RUST, off=3)
    sheet.print(key, NIGHT)


def tide_clock(sheet: Sheet) -> None:
    wide, high = sheet.width, sheet.height
    stone, spot, sky, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()
    sky.wash(0, 0, wide, high, tones=(170, 20))
    tower: list[Point] = [(430, high), (430, 250), (800, 20), (1170, 250), (1170, high)]
    sky.shape(tower, 0)
    stone.washed_shape(tower, (40, 150))
    for row in range(16):
        y = 250.0 + row * 54
        key.line([(430, y), (1170, y)], 2)
        for n in range(8):
            joint = 430 + n * 100 + (row % 2) * 50
            key.line([(joint, y), (joint, y + 54)], 2)
    key.line(tower, 9)
    key.shape([(400, 262), (800, 4), (1200, 262), (1200, 236), (800, -24), (400, 236)])
    x, y, radius = 800.0, 560.0, 300.0
    for plate in (stone, key, sky):
        plate.disc(x, y, radius + 26, 0)
    key.ring(x, y, radius + 22, 14)
    key.ring(x, y, radius - 40, 3)
    sky.shape([*arc(x, y, radius - 44, 14, 166)], 200)
    for n in range(3):
        figures.waves(key, x - 190 + n * 22, x + 190 - n * 40, y + 110 + n * 44, length=62, height=16)
    for hour in range(60):
        turn = math.radians(hour * 6)
        far, near = radius - 4, radius - (34 if hour % 5 == 0 else 14)
        key.line(
            [
                (x + far * math.cos(turn), y + far * math.sin(turn)),
                (x + near * math.cos(turn), y + near * math.sin(turn)),
            ],
            9 if hour % 5 == 0 else 3,
        )
    for label, at in (("HIGH", -90), ("LOW", 90), ("EBB", 0), ("FLOOD", 180)):
        turn = math.radians(at)
        key.words(x + 206 * math.cos(turn), y + 206 * math.sin(turn), label, 34, anchor="mm")
    for turn, length, width in ((-52, 180, 16), (118, 240, 10)):
        tip = (x + length * math.cos(math.radians(turn)), y + length * math.sin(math.radians(turn)))
        tail = (x - 54 * math.cos(math.radians(turn)), y - 54 * math.sin(math.radians(turn)))
        spot.line([tail, tip], width + 6)
        key.line([tail, tip], width * 0.4)
    key.disc(x, y, 22)
    spot.disc(x, y, 22, 255)
    for gx, gy, size in ((230, 240, 60), (300, 330, 44), (1380, 190, 54), (1300, 420, 40)):
        figures.gull(key, gx, gy, size)
    sheet.print(stone, OCHRE, dots(wide, high, 0))
    sheet.print(sky, SEA, dots(wide, high, 1))
    sheet.print(spot, RUST, off=2)
    sheet.print(key, NIGHT)
