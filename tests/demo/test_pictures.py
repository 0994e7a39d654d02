import io

import pytest
from PIL import Image

from commonpress.demo.pictures.draw import SCENES, draw
from commonpress.demo.pictures.plans import LEVY_YEARS
from commonpress.demo.pictures.press import OVERSIZE


def test_a_seed_draws_the_same_bytes_again():
    first = draw("dot", "tide")

    again = draw("dot", "tide")
    other = draw("dot", "ebb")

    assert again == first
    assert other != first


@pytest.mark.parametrize("key", sorted(SCENES))
def test_a_picture_is_large_enough_to_print_and_small_enough_to_upload(key):
    picture = draw(key, "tide")

    image = Image.open(io.BytesIO(picture))
    assert image.format == "JPEG"
    assert image.size in {(1600, 1067), (900, 900)}
    assert 100_000 < len(picture) < 1_000_000


def test_all_pictures_together_are_little_enough_work_for_a_first_start():
    # Drawing time follows the area drawn; seconds would depend on the machine.
    pixels = sum(width * height for _, (width, height) in SCENES.values()) * OVERSIZE**2

    assert len(SCENES) == 20
    assert pixels < 125_000_000


def test_the_levy_chart_adds_up_to_what_its_legend_says():
    raised = sum(year for year, _ in LEVY_YEARS)
    wall = sum(spent for _, spent in LEVY_YEARS)

    assert (raised, wall, raised - wall) == (2324, 414, 1910)
