"""The treasurer's desk as a browser has it: legible on light and dark paper, and whole on a phone."""

import pytest

from tests.journeys.papers import sign_in
from tests.journeys.test_discussion_pages import serious

ROOT = "admin/fundraising/"
LISTS = ["drives/", "gifts/", "pledges/", "spending/", "receipts/", "refunds/", "movements/", "wall/decided/", "ways/"]
# Words of which a browser set a part on one line and the rest on the next; a hyphen may end a line.
BROKEN_WORDS = """() => {
    const broken = []
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
        for (const word of texts.currentNode.data.matchAll(/[^\\s-]+/g)) {
            const range = document.createRange()
            range.setStart(texts.currentNode, word.index)
            range.setEnd(texts.currentNode, word.index + word[0].length)
            const lines = new Set([...range.getClientRects()].filter((one) => one.width > 0).map((one) => one.top))
            if (lines.size > 1) broken.push(word[0])
        }
    }
    return broken
}"""
# What ends right of the window, beside what moves sideways in a place of its own.
CUT_OFF = """() => [...document.querySelectorAll("main :is(p, dl, li, table, figure, input, select, textarea, .button)")]
    .filter((one) => !one.closest("[role=region], .w-slim-header, .w-sr-only"))
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_buttons_and_figures_can_be_read(demo, open_page, scheme):
    """Given the overview, a drive, and a refund whose second button stands alone in the bar below it."""
    page = open_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    page.watch.allow("console")
    sign_in(page, demo, "treasurer")
    found = {}

    page.goto(f"{demo.address}{ROOT}refunds/")
    refund = page.locator(".listing .title a").first.get_attribute("href")
    for address in ["", "drives/1/", "wall/decided/", refund.removeprefix(f"/{ROOT}")]:
        page.goto(f"{demo.address}{ROOT}{address}")
        found |= serious(page, "main")

    assert page.locator(".footer .button-secondary").count() == 1
    assert found == {}


def test_on_a_phone_no_word_is_broken_and_nothing_is_cut_off(demo, open_page):
    page = open_page(viewport={"width": 360, "height": 800})
    page.watch.allow("console")
    sign_in(page, demo, "treasurer")
    broken, cut_off = {}, {}

    for address in ["", "months/", "drives/1/", *LISTS]:
        page.goto(f"{demo.address}{ROOT}{address}")
        broken[address] = page.evaluate(BROKEN_WORDS)
        cut_off[address] = page.evaluate(CUT_OFF)

    assert {address: words for address, words in broken.items() if words} == {}
    assert {address: parts for address, parts in cut_off.items() if parts} == {}
