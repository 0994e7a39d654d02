"""Rooms people work and sit in: ropewalk, reading room, council chamber, cinema."""

import itertools
import math

from commonpress.demo.pictures import figures
from commonpress.demo.pictures.press import (
    NIGHT,
    OCHRE,
    RUST,
    SEA,
    Point,
    Sheet,
    arc,
    dots,
)


def ropewalk(sheet: Sheet) -> None:
    wide, high = sheet.width, sheet.height
    shade, light, key = sheet.plate(), sheet.plate(), sheet.plate()
    vanish: Point = (930.0, 470.0)
    shade.wash(0, 0, wide, high, tones=(235, 120))

    def towards(x: float, y: float, share: float) -> Point:
        return (x + (vanish[0] - x) * share, y + (vanish[1] - y) * share)

    floor = [(0, high), (wide, high), towards(wide, high, 0.93), towards(0, high, 0.93)]
    shade.shape(floor, 60)
    light.washed_shape(floor, (40, 170))
    # Roof trusses and windows go away in the same steps.
    depths = [1 - 1 / (1 + 0.42 * n) for n in range(12)]
    for near, far in itertools.pairwise(depths):
        step = (far - near) * 0.42
        for side in (-140.0, wide + 140.0):
            window = [
                towards(side, 250, near + step * 0.5),
                towards(side, 250, far - step * 0.5),
                towards(side, 700, far - step * 0.5),
                towards(side, 700, near + step * 0.5),
            ]
            shade.shape(window, 0)
            light.shape(window, 110)
            key.line([*window, window[0]], 5 * (1 - near) + 1)
            for bar in (0.33, 0.66):
                key.line(
                    [
                        towards(side, 250 + 450 * bar, near + step * 0.5),
                        towards(side, 250 + 450 * bar, far - step * 0.5),
                    ],
                    4 * (1 - near) + 0.8,
                )
            beam = [window[3], window[2], towards(930, high + 20, far), towards(930, high + 20, near)]
            if side < 0:
                shade.shape([beam[0], beam[1], towards(560, high, far), towards(380, high, near)], 40)
        left, ridge_top, right = towards(-140, 120, near), towards(800, -170, near), towards(wide + 140, 120, near)
        width = 30 * (1 - near) + 2
        key.line([left, ridge_top, right], width)
        key.line([left, right], width)
        key.line([towards(330, -26, near), towards(520, 120, near)], width * 0.6)
        key.line([towards(1270, -26, near), towards(1080, 120, near)], width * 0.6)
    for side in (-140.0, wide + 140.0):
        key.line([towards(side, 760, 0), vanish], 5)
    # Strands run the length of the house over their trestles.
    for n in range(6):
        x, y = 520 + n * 92, 800.0
        start = towards(x, y + 320, 0.0)
        key.line([start, towards(x, y, 0.98)], 3)
        shade.line([start, towards(x, y, 0.98)], 9, 0)
        light.line([start, towards(x, y, 0.98)], 8, 255)
        for twist in range(46):
            share = twist / 50
            at = (start[0] + (vanish[0] - start[0]) * share, start[1] + (vanish[1] - start[1]) * share)
            size = 11 * (1 - share)
            key.line([(at[0] - size, at[1] + size * 0.8), (at[0] + size, at[1] - size * 0.8)], 3 * (1 - share) + 0.5)
    for depth in (0.2, 0.52, 0.72):
        left, right = towards(430, 1090, depth), towards(1110, 1090, depth)
        key.line([left, right], 16 * (1 - depth) + 2)
        for post in (left, right):
            key.line([post, (post[0], post[1] + 190 * (1 - depth))], 14 * (1 - depth) + 2)
    for plate in (shade, light):
        figures.person(plate, 1240, 930, 400, 0, stride=0.06)
    figures.person(key, 1240, 930, 400, stride=0.06)
    apron: list[Point] = [(1208, 640), (1272, 640), (1290, 830), (1190, 830)]
    key.shape(apron, 0)
    light.shape(apron, 255)
    key.line([*apron, apron[0]], 4)
    key.line([(1200, 640), (1096, 716)], 22)
    light.ring(1078, 724, 44, 13, squash=0.8)
    light.ring(1078, 738, 40, 13, squash=0.8)
    sheet.print(light, OCHRE, off=2)
    sheet.print(shade, NIGHT, dots(wide, high, 0, 20))
    sheet.print(key, NIGHT)


def reading_room(sheet: Sheet) -> None:
    random, wide, high = sheet.random, sheet.width, sheet.height
    tone, spot, green, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()
    tone.wash(0, 0, wide, high, tones=(90, 60))
    for left, right in ((0, 430), (1170, 1600)):
        for shelf in range(5):
            top = 20 + shelf * 186
            key.box(left, top + 166, right, top + 186)
            x = left + 6.0
            while x < right - 30:
                width, height = random.uniform(16, 40), random.uniform(96, 150)
                if random.random() < 0.08:
                    x += width
                    continue
                plate = random.choice((spot, green, tone, key))
                for other in (spot, green, tone, key):
                    other.box(x, top + 166 - height, x + width, top + 166, 0)
                plate.box(x, top + 166 - height, x + width, top + 166, 235)
                key.line(
                    [(x, top + 166), (x, top + 166 - height), (x + width, top + 166 - height), (x + width, top + 166)],
                    3,
                )
                if plate is not key:
                    key.line([(x + 4, top + 190 - height), (x + width - 4, top + 190 - height)], 3)
                x += width + 1
        key.box(left, 940, right, high)
    for post in (430, 1154):
        key.box(post, 0, post + 16, high)
    # The window on the quay: masts, water, a gull.
    window = [(500, 700), (500, 300), *arc(800, 300, 300, 180, 360), (1100, 700)]
    for plate in (tone, spot, green):
        plate.shape(window, 0)
    green.washed_shape(window, (20, 150))
    spot.disc(950, 330, 74, 220)
    green.disc(950, 330, 74, 0)
    key.shape([(500, 560), (560, 548), (700, 556), (860, 540), (1100, 560), (1100, 574), (500, 574)])
    for mast, top in ((600, 330), (690, 280), (1010, 350)):
        key.line([(mast, 640), (mast, top)], 7)
        key.line([(mast, top + 20), (mast - 66, 610)], 2.4)
        key.line([(mast, top + 20), (mast + 60, 610)], 2.4)
        figures.hull(key, mast, 652, 190)
    figures.ripples(key, random, (520, 640, 1080, 700), 16)
    figures.gull(key, 800, 200, 60)
    key.line([*window, window[0]], 16)
    key.line([(800, 0), (800, 700)], 8)
    key.line([(500, 300), (1100, 300)], 8)
    key.line([(500, 500), (1100, 500)], 8)
    # Somebody reading, and the lamp on the table.
    table: list[Point] = [(440, 930), (1160, 930), (1240, high), (360, high)]
    for plate in (tone, spot, green):
        plate.shape(table, 0)
    spot.washed_shape(table, (170, 240))
    figures.bust(key, 690, 940, 370)
    key.line([*table, table[0]], 8)
    key.shape([(980, 760), (1080, 760), (1120, 830), (940, 830)])
    key.line([(1030, 830), (1030, 930)], 9)
    tone.shape([(940, 832), (1120, 832), (1200, 928), (860, 928)], 255)
    sheet.print(tone, OCHRE, dots(wide, high, 0))
    sheet.print(green, SEA, dots(wide, high, 1))
    sheet.print(spot, RUST, off=2)
    sheet.print(key, NIGHT)


def council_chamber(sheet: Sheet) -> None:
    wide, high = sheet.width, sheet.height
    shade, light, spot, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()
    shade.wash(0, 0, wide, high, tones=(200, 90))
    for n in range(3):
        middle = 400 + n * 400
        shaft = [
            (middle - 95, 170),
            (middle + 95, 170),
            (middle + 10 + (middle - 800) * 0.3, 1000),
            (middle - 360 + (middle - 800) * 0.3, 1000),
        ]
        shade.shape(shaft, 70)
        light.shape(shaft, 70)
    for n in range(3):
        middle = 400 + n * 400
        window = [(middle - 95, 430), (middle - 95, 170), *arc(middle, 170, 95, 180, 360), (middle + 95, 430)]
        for plate in (shade, light):
            plate.shape(window, 0)
        light.washed_shape(window, (40, 160))
        key.line([*window, window[0]], 12)
        key.line([(middle, 75), (middle, 430)], 6)
        for bar in (170, 260, 350):
            key.line([(middle - 95, bar), (middle + 95, bar)], 5)
    key.box(0, 470, wide, 480)
    for n in range(21):
        key.line([(n * 80, 480), (n * 80, 600)], 3)
    # The chair, under the town's arms.
    for plate in (shade, light):
        plate.box(690, 500, 910, 640, 0)
    spot.box(690, 500, 910, 640, 255)
    key.line([(690, 640), (690, 500), (910, 500), (910, 640)], 6)
    figures.bust(key, 800, 640, 150)
    # Fifteen members in three bows of benches, seen from the gallery.
    rows = ((700, 360, 4, 170, 0.26), (830, 530, 5, 215, 0.24), (985, 720, 6, 262, 0.22))
    for level, radius, seats, size, squash in rows:
        bench = arc(800, level - radius * squash, radius + 60, 20, 160, squash=squash)
        for seat in range(seats):
            turn = math.radians(150 - 120 * (seat + 0.5) / seats)
            x = 800 + (radius + 30) * math.cos(turn)
            y = level - radius * squash + (radius + 60) * squash * math.sin(turn)
            if (level, seat) == (985, 4):
                continue
            for plate in (shade, light, spot):
                figures.bust(plate, x, y, size, 0)
            figures.bust(key, x, y, size, 255)
        back = [*bench, *[(px, py + size * 0.42) for px, py in reversed(bench)]]
        for plate in (shade, light, key):
            plate.shape(back, 0)
        spot.shape(back, 0)
        light.shape(back, 60)
        spot.shape(back, 215)
        key.line([*back, back[0]], 6)
        for n in range(1, 12):
            at = bench[n * (len(bench) - 1) // 12]
            key.line([at, (at[0], at[1] + size * 0.42)], 3)
    sheet.print(light, OCHRE)
    sheet.print(shade, SEA, dots(wide, high, 1))
    sheet.print(spot, RUST, off=2)
    sheet.print(key, NIGHT)


def pelican_cinema(sheet: Sheet) -> None:
    random, wide, high = sheet.random, sheet.width, sheet.height
    dark, light, spot, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()
    dark.wash(0, 0, wide, high, tones=(225, 150))
    screen: list[Point] = [(420, 190), (1180, 190), (1180, 600), (420, 600)]
    throw = [(760, 0), (840, 0), (1180, 190), (1180, 600), (420, 600), (420, 190)]
    dark.shape(throw, 90)
    light.shape(throw, 90)
    for plate in (dark, light):
        plate.shape(screen, 0)
    light.washed_shape(screen, (30, 120))
    # On the screen: two people and a departing ship.
    spot.disc(1000, 380, 78, 230)
    light.disc(1000, 380, 78, 0)
    light.box(420, 470, 1180, 600, 150)
    figures.person(key, 610, 590, 300, stride=0.04)
    figures.person(key, 700, 590, 276, stride=0.04)
    figures.hull(key, 990, 486, 200)
    key.box(960, 400, 984, 460)
    key.line([*screen, screen[0]], 10)
    for side, inner in ((0, 400), (1600, 1200)):
        edge = [(side, 60), (inner, 150), (inner, 640), (side, 720)]
        dark.shape(edge, 0)
        spot.shape(edge, 255)
        for n in range(9):
            x = side + (inner - side) * (n + 0.5) / 9
            key.line([(x, 70 + 84 * (n / 9)), (x + random.uniform(-8, 8), 700 - 60 * n / 9)], 12 - n)
    key.shape([(0, 0), (wide, 0), (wide, 70), (1180, 150), (420, 150), (0, 70)])
    # Forty-one seats: five rows of eight, and the one by the door.
    for row, (foot, size, start, gap) in enumerate(
        ((742, 96, 428, 106), (822, 116, 372, 122), (920, 140, 310, 140), (1048, 172, 232, 162), (1210, 210, 140, 188))
    ):
        for seat in range(8):
            x = start + seat * gap
            back = [
                (x - size * 0.42, foot),
                (x - size * 0.42, foot - size * 0.5),
                *arc(x, foot - size * 0.5, size * 0.42, 180, 360, squash=0.5),
                (x + size * 0.42, foot),
            ]
            taken = (row * 5 + seat * 3) % 7 in (0, 2)
            if taken:
                for plate in (dark, spot, light):
                    figures.bust(plate, x, foot - size * 0.42, size * 0.8, 0)
                figures.bust(key, x, foot - size * 0.42, size * 0.8)
            for plate in (dark, light, key):
                plate.shape(back, 0)
            spot.shape(back, 235)
            key.line(back, 5)
            key.line(arc(x, foot - size * 0.4, size * 0.3, 190, 350, squash=0.5), 2.4)
    sheet.print(light, OCHRE)
    sheet.print(dark, NIGHT, dots(wide, high, 0, 20))
    sheet.print(spot, RUST, off=2)
    sheet.print(key, NIGHT)
