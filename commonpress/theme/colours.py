"""Contrast, and a publication's spot colour made legible on light and dark paper. Pure arithmetic."""

import colorsys
from dataclasses import dataclass

LIGHT_PAPER = "#ffffff"
DARK_PAPER = "#141414"
# WCAG 2.2 asks 4.5 of small text, and kickers are small text. Light letters on dark paper look thinner
# than they are, so they get more.
ENOUGH = {LIGHT_PAPER: 4.5, DARK_PAPER: 5.5}


@dataclass(frozen=True)
class Spot:
    """The spot colour on light and on dark paper, and the lighter tone of what is promised but not yet given."""

    light: str
    light_soft: str
    dark: str
    dark_soft: str


def spot(colour: str) -> Spot:
    """Return the colours to print with for a chosen colour like "#b3261e".

    Too pale for white paper, it is darkened until it can be read; on dark paper it is lifted the same way.
    """
    light = legible(colour, LIGHT_PAPER, towards=-1)
    dark = legible(colour, DARK_PAPER, towards=1)
    return Spot(light, mixed(light, LIGHT_PAPER, 0.25), dark, mixed(dark, DARK_PAPER, 0.28))


def legible(colour: str, paper: str, *, towards: int) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in channels(colour)))
    found = colour
    while contrast(found, paper) < ENOUGH[paper] and 0 <= lightness <= 1:
        lightness += towards / 100
        # Lifted in full saturation a colour glows on dark paper; ink does not glow.
        softened = saturation * 0.72 if towards > 0 else saturation
        found = written(colorsys.hls_to_rgb(hue, min(max(lightness, 0), 1), softened))
    return found


def contrast(one: str, other: str) -> float:
    """Return the ratio of two colours as WCAG 2.2 defines it, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (linear(part / 255) for part in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def mixed(colour: str, paper: str, share: float) -> str:
    pairs = zip(channels(colour), channels(paper), strict=True)
    red, green, blue = ((ink * share + ground * (1 - share)) / 255 for ink, ground in pairs)
    return written((red, green, blue))


def channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def written(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
