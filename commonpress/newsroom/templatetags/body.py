"""What the parts of a story's body need beside their fields."""

import re
from urllib.parse import urlsplit

from django import template

register = template.Library()

# Figures with signs, separators, units of a character or two: "−1,204.5", "12 %", "€3.20", "1:30".
FIGURE = re.compile(r"[^\w\s]{0,2}\s?[\d][\d.,:'’\s]*\s?[^\d\s]{0,3}")


@register.filter
def host(address: str | None) -> str:
    """Return the name of the site an address leads to, without "www."; what is no address as it stands."""
    try:
        name = urlsplit(address or "").hostname
    except ValueError:  # as in "http://[yourdomain]/"; a page that was public stays readable
        name = None
    return (name or address or "").removeprefix("www.")


@register.simple_tag
def columns_of_figures(lines: list[list[str]]) -> set[int]:
    """Return which columns hold figures only, or nothing; they stand to the right, their heads too.

    Never the first, which names the rows.
    """
    columns = enumerate(zip(*lines, strict=False))
    return {
        place for place, cells in columns if place and any(cells) and all(is_number(cell) for cell in cells if cell)
    }


def is_number(cell: str) -> bool:
    """Tell whether a table's cell holds a figure, which stands to the right."""
    return FIGURE.fullmatch(cell.strip()) is not None
