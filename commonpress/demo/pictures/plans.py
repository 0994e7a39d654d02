"""Pictures that inform: a map of the reservoir and the chart of a levy."""

import math

from commonpress.demo.pictures.press import (
    MOSS,
    NIGHT,
    OCHRE,
    RUST,
    SEA,
    Plate,
    Point,
    Sheet,
    dots,
    lines,
)

# What the levy brought in and what the breakwater got, in thousands of euros; the story's table says the same.
LEVY_YEARS = (
    (238, 61),
    (246, 74),
    (251, 38),
    (249, 22),
    (255, 96),
    (262, 41),
    (268, 35),
    (274, 29),
    (281, 18),
)


def stannock(sheet: Sheet) -> None:
    wide, high = sheet.width, sheet.height
    land, water, spot, key = sheet.plate(), sheet.plate(), sheet.plate(), sheet.plate()
    land.box(0, 0, wide, high, 70)
    for step in range(7):
        line = _shore(1.62 - step * 0.09)
        land.shape(line, (85, 70, 60, 50, 42, 34, 26)[step])
        key.line([*line, line[0]], 1.6, 130)
    full, now = _shore(1.0), _shore(0.66)
    land.shape(full, 120)
    land.shape(now, 0)
    water.shape(now, 235)
    for level in (0.9, 0.78):
        ring = _shore(level)
        for n in range(0, len(ring), 2):
            key.line([ring[n], ring[(n + 1) % len(ring)]], 2)
    for level in (0.5, 0.36, 0.22):
        ring = _shore(level)
        water.line([*ring, ring[0]], 3, 0)
    key.line([*full, full[0]], 5)
    key.line([*now, now[0]], 3)
    # The streams that feed it, the river that leaves it, the dam between.
    for stream in (
        [(0, 250), (130, 300), (240, 290), (330, 372), (420, 430)],
        [(360, 0), (400, 110), (470, 190), (520, 280), (560, 370)],
    ):
        key.line(stream, 9)
        water.line(stream, 5)
    river: list[Point] = [(1284, 700), (1350, 730), (1400, 810), (1500, 850), (1600, 930)]
    key.line(river, 18)
    key.line(river, 11, 0)
    water.line(river, 11)
    dam: list[Point] = [(1204, 420), (1236, 424), (1296, 806), (1258, 812)]
    key.shape(dam)
    spot.shape([(1236, 424), (1296, 806), (1308, 802), (1248, 420)])
    road: list[Point] = [(0, 930), (260, 900), (520, 940), (820, 900), (1130, 930), (1330, 860), (1600, 700)]
    key.line(road, 12)
    key.line(road, 7, 0)
    land.line(road, 7, 0)
    _village(key, spot, 800, 640)
    _marks(key, spot, land)
    sheet.print(land, MOSS, dots(wide, high, 0))
    sheet.print(water, SEA, lines(wide, high))
    sheet.print(spot, RUST, off=2)
    sheet.print(key, NIGHT)


def _shore(level: float) -> list[Point]:
    """Return the shore at a level, 1 being full: it shrinks towards the dam."""
    points = []
    for step in range(120):
        turn = step * math.pi / 60
        bays = 1 + 0.16 * math.sin(3 * turn + 0.7) + 0.09 * math.sin(5 * turn + 2.1) + 0.045 * math.sin(11 * turn)
        far = (480 * level + 14) * bays
        x = 820 + 130 * (1 - level) + far * math.cos(turn) * 0.98
        y = 560 + 60 * (1 - level) + far * math.sin(turn) * 0.58
        # Water ends at the dam; the valley's own lines do not.
        points.append((min(x, 1212 + (y - 420) * 0.147) if level <= 1 else x, y))
    return points


def _village(key: Plate, spot: Plate, x: float, y: float) -> None:
    """Old Stannock, which shows again when the water is low."""
    west = x - 360
    for dx, dy in ((0, 0), (34, -22), (66, 8), (30, 30), (-26, 26), (94, -26)):
        spot.box(west + dx, y - 60 + dy, west + dx + 20, y - 44 + dy)
        key.line(
            [
                (west + dx, y - 60 + dy),
                (west + dx + 20, y - 60 + dy),
                (west + dx + 20, y - 44 + dy),
                (west + dx, y - 44 + dy),
                (west + dx, y - 60 + dy),
            ],
            2,
        )


def _marks(key: Plate, spot: Plate, land: Plate) -> None:
    land.box(1130, 60, 1540, 330, 0)
    key.box(1130, 60, 1540, 330, 0)
    key.line([(1130, 60), (1540, 60), (1540, 330), (1130, 330), (1130, 60)], 4)
    key.words(1160, 122, "STANNOCK", 50)
    key.words(1160, 164, "Reservoir at 41 per cent", 28)
    key.line([(1160, 212), (1240, 212)], 6)
    key.words(1262, 222, "full", 28)
    for n in range(4):
        key.line([(1160 + n * 22, 254), (1172 + n * 22, 254)], 3)
    key.words(1262, 264, "80, 60 per cent", 28)
    key.line([(1160, 296), (1240, 296)], 3)
    key.words(1262, 306, "now", 28)
    for text, x, y in (
        ("Old Stannock", 300, 500),
        ("Dam", 1290, 520),
        ("River Quern", 1420, 790),
        ("Upper Quern road", 560, 990),
        ("Harl Brook", 56, 236),
        ("Sike Water", 430, 90),
    ):
        for plate in (land, key):
            plate.box(x - 8, y - 28, x + 15.4 * len(text) + 6, y + 10, 0)
        key.words(x, y, text, 30)
    # One kilometre, and north.
    for n in range(4):
        (key if n % 2 == 0 else spot).box(110 + n * 80, 1000, 190 + n * 80, 1014)
    key.line([(110, 1000), (430, 1000), (430, 1014), (110, 1014), (110, 1000)], 3)
    key.words(110, 990, "0", 26)
    key.words(430, 990, "1 km", 26, anchor="ms")
    key.shape([(1480, 960), (1500, 870), (1520, 960), (1500, 944)])
    key.words(1500, 1010, "N", 40, anchor="ms")


def levy(sheet: Sheet) -> None:
    wide, high = sheet.width, sheet.height
    tone, spot, key = sheet.plate(), sheet.plate(), sheet.plate()
    left, right, foot, scale = 190, 1540, 880, 2.35
    key.words(190, 96, "What the levy raised, and what the wall got", 52)
    key.words(190, 146, "Long Arm levy, thousands of euros a year", 32)
    for mark in (0, 100, 200, 300):
        y = foot - mark * scale
        key.line([(left, y), (right, y)], 5 if mark == 0 else 1.6)
        key.words(left - 24, y + 12, str(mark), 34, anchor="rs")
    pitch = (right - left) / len(LEVY_YEARS)
    for n, (raised, spent) in enumerate(LEVY_YEARS):
        x = left + pitch * (n + 0.5)
        top, wall = foot - raised * scale, foot - spent * scale
        key.box(x - 52, top, x + 52, foot - 3, 0)
        tone.box(x - 52, top, x + 52, foot - 2, 175)
        tone.box(x - 52, wall, x + 52, foot - 2, 0)
        spot.box(x - 52, wall, x + 52, foot - 2)
        key.line([(x - 52, foot), (x - 52, top), (x + 52, top), (x + 52, foot)], 4)
        key.line([(x - 52, wall), (x + 52, wall)], 4)
        # Courses, so that the wall's share reads as stone without colour too.
        course = wall + 24
        while course < foot - 6:
            key.line([(x - 52, course), (x + 52, course)], 2)
            course += 24
        key.words(x, top - 16, str(raised), 34, anchor="ms")
        key.words(x, foot + 50, f"year {n + 1}" if n in (0, 8) else str(n + 1), 32, anchor="ms")
    for x, plate, text in ((190, tone, "went elsewhere: 1,910"), (700, spot, "spent on the breakwater: 414")):
        plate.box(x, 984, x + 44, 1020, 175 if plate is tone else 255)
        key.line([(x, 984), (x + 44, 984), (x + 44, 1020), (x, 1020), (x, 984)], 3)
        key.words(x + 62, 1016, text, 36)
    sheet.print(tone, OCHRE, dots(wide, high, 0))
    sheet.print(spot, RUST, off=2)
    sheet.print(key, NIGHT)
