"""Every picture of the demo, by its key."""

import io
from collections.abc import Callable
from random import Random

from commonpress.demo.pictures import plans, portraits, river, rooms, town
from commonpress.demo.pictures.press import Sheet

LANDSCAPE = (1600, 1067)
SQUARE = (900, 900)

Scene = Callable[[Sheet], None]

SCENES: dict[str, tuple[Scene, tuple[int, int]]] = {
    "penny-bridge": (river.penny_bridge, LANDSCAPE),
    "dot": (river.dot_at_the_slip, LANDSCAPE),
    "long-arm": (river.long_arm, LANDSCAPE),
    "levy-chart": (plans.levy, LANDSCAPE),
    "stannock-map": (plans.stannock, LANDSCAPE),
    "cannery": (town.cannery, LANDSCAPE),
    "tins": (town.tins, LANDSCAPE),
    "market": (town.market, LANDSCAPE),
    "walking-bus": (town.walking_bus, LANDSCAPE),
    "mussels": (river.mussel_ropes, LANDSCAPE),
    "pelican": (rooms.pelican_cinema, LANDSCAPE),
    "pitch": (river.spring_tide_pitch, LANDSCAPE),
    "ropewalk": (rooms.ropewalk, LANDSCAPE),
    "reading-room": (rooms.reading_room, LANDSCAPE),
    "council": (rooms.council_chamber, LANDSCAPE),
    "tide-clock": (town.tide_clock, LANDSCAPE),
    "nell-averay": (portraits.nell_averay, SQUARE),
    "tobiah-renn": (portraits.tobiah_renn, SQUARE),
    "ottilie-farrow": (portraits.ottilie_farrow, SQUARE),
    "cas-ondry": (portraits.cas_ondry, SQUARE),
}


def draw(key: str, seed: str) -> bytes:
    """Return the picture as JPEG; the same seed gives the same bytes."""
    scene, (width, height) = SCENES[key]
    sheet = Sheet(width, height, Random(f"{seed} {key}"))
    scene(sheet)
    jpeg = io.BytesIO()
    sheet.image.save(jpeg, "JPEG", quality=84)
    return jpeg.getvalue()
