import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpress.theme.colours import DARK_PAPER, LIGHT_PAPER, contrast, spot

TOKENS = Path(__file__).parents[2] / "commonpress/theme/static/theme/css/tokens.css"
a_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(a_colour)
def test_any_spot_colour_can_be_read_on_light_and_on_dark_paper(colour):
    printed = spot(colour)

    assert contrast(printed.light, LIGHT_PAPER) >= 4.5
    assert contrast(printed.dark, DARK_PAPER) >= 4.5


def test_a_legible_spot_colour_is_printed_as_chosen():
    assert spot("#b3261e").light == "#b3261e"


def test_a_pale_spot_colour_is_darkened_for_white_paper_and_kept_on_dark():
    printed = spot("#ffd400")

    assert printed.light != "#ffd400"
    assert printed.dark == "#ffd400"


def test_the_contrast_of_black_on_white_is_21():
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0


@pytest.mark.parametrize(("name", "least"), [("ink", 7), ("ink-soft", 7), ("ink-faint", 4.5), ("spot", 4.5)])
def test_the_inks_can_be_read_on_their_paper(name, least):
    light, dark = (schemes := TOKENS.read_text().split("prefers-color-scheme: dark"))[0], schemes[1]

    for scheme in (light, dark):
        assert contrast(token(name, scheme), token("paper", scheme)) >= least


def test_the_default_spot_colours_are_those_python_computes():
    light, dark = TOKENS.read_text().split("prefers-color-scheme: dark")
    printed = spot("#b3261e")

    assert token("spot", light) == printed.light
    assert token("spot-soft", light) == printed.light_soft
    assert token("spot", dark) == printed.dark
    assert token("spot-soft", dark) == printed.dark_soft


def token(name: str, css: str) -> str:
    value = re.search(rf"--{name}: (#[0-9a-f]+);", css).group(1)
    return "#" + "".join(part * 2 for part in value[1:]) if len(value) == 4 else value
