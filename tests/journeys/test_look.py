"""The look as a browser has it: legible in both themes, within its sheet at every width, light to load."""

import pytest
from axe_playwright_python.sync_playwright import Axe

LEAD = ".teaser--lead .teaser__head a"
# The narrowest is a phone, or a window of 1,280 px enlarged to 400 %.
WIDTHS = [320, 360, 768, 1280]
# Compressed bytes of all files of a kind that a reader's first page fetches: a story with 200 comments.
BUDGETS = {"document": 45_000, "stylesheet": 10_240, "script": 15_360, "font": 40_960}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_the_pages_readers_see(demo, open_page, scheme):
    page = open_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    found = {}

    for address in [*addresses(page, demo), *further_addresses(page, demo)]:
        page.goto(address)
        findings = Axe().run(page).response["violations"]
        serious = [finding for finding in findings if finding["impact"] in {"serious", "critical"}]
        if serious:
            found[address] = [(finding["id"], finding["nodes"][0]["html"]) for finding in serious]

    assert found == {}


@pytest.mark.parametrize("scripts", [True, False])
def test_no_page_scrolls_sideways_at_any_width(demo, open_page, scripts):
    wide = []

    for width in WIDTHS:
        page = open_page(scripts=scripts, viewport={"width": width, "height": 800})
        for address in addresses(page, demo):
            page.goto(address)
            # Asked of the browser and not of the page, which may have no scripts.
            size = page.context.new_cdp_session(page).send("Page.getLayoutMetrics")["cssContentSize"]
            if size["width"] > width:
                wide.append((width, size["width"], address))

    assert wide == []


def test_a_first_visit_stays_within_its_bytes_and_sets_no_cookie(demo, open_page):
    page = open_page(viewport={"width": 360, "height": 800})
    page.goto(demo.address)
    story = page.locator(LEAD).get_attribute("href")
    fetched = dict.fromkeys(BUDGETS, 0)
    reader = open_page(viewport={"width": 360, "height": 800})
    network = reader.context.new_cdp_session(reader)
    network.send("Network.enable")
    kinds = {}
    # What has come by then are the headers; the budgets are for what is in the files.
    network.on(
        "Network.responseReceived",
        lambda event: kinds.update(
            {event["requestId"]: (event["type"].lower(), event["response"]["encodedDataLength"])}
        ),
    )
    network.on("Network.loadingFinished", lambda event: add(fetched, kinds, event))

    reader.goto(demo.address.rstrip("/") + story, wait_until="networkidle")

    assert {kind: size for kind, size in fetched.items() if size > BUDGETS[kind]} == {}
    assert all(size > 0 for size in fetched.values())
    assert reader.locator(".comment__body").count() >= 200
    assert reader.watch.cookies() == []


def test_everything_a_thumb_presses_is_large_enough(demo, open_page):
    """Given a phone, then links in the navigation, the foot and the meter are 44 px high."""
    page = open_page(viewport={"width": 360, "height": 800}, has_touch=True)
    page.goto(demo.address)

    heights = page.eval_on_selector_all(
        ".desks__link, .foot__list a, .meter__give, .button",
        "all => all.map((one) => one.getBoundingClientRect().height)",
    )

    assert [height for height in heights if height < 44] == []


def test_the_front_keeps_the_editors_order_on_a_phone(demo, open_page):
    """Given the same front, then what stands first on paper is read first on a phone."""
    page = open_page(viewport={"width": 360, "height": 800})
    page.goto(demo.address)

    tops = page.eval_on_selector_all(
        ".front__top .teaser__head", "all => all.map((one) => one.getBoundingClientRect().top)"
    )

    assert tops == sorted(tops)
    assert len(tops) >= 3


@pytest.mark.parametrize("paragraph", [".story__body > p", ".comment__body > p"])
@pytest.mark.parametrize(("text", "side"), [("\u05e9\u05dc\u05d5\u05dd.", "right"), ("Shalom.", "left")])
def test_each_paragraph_runs_as_its_own_letters_do(demo, open_page, paragraph, text, side):
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(demo.address)
    page.goto(demo.address.rstrip("/") + page.locator(LEAD).get_attribute("href"))

    ends_at = page.locator(paragraph).first.evaluate(
        """(paragraph, [text, side]) => {
            paragraph.textContent = text
            const words = document.createRange()
            words.selectNodeContents(paragraph)
            return Math.abs(words.getBoundingClientRect()[side] - paragraph.getBoundingClientRect()[side])
        }""",
        [text, side],
    )

    assert ends_at < 1


def addresses(page, demo) -> list[str]:
    page.goto(demo.address)
    story = page.locator(LEAD).get_attribute("href")
    desk = page.locator(".desks__link").first.get_attribute("href")
    root = demo.address.rstrip("/")
    return [demo.address, root + story, root + desk, f"{root}/{story.split('/')[1]}/"]


def further_addresses(page, demo) -> list[str]:
    """Return giving, a search that finds something, an author, and signing in."""
    root = demo.address.rstrip("/")
    page.goto(root + page.locator(LEAD).get_attribute("href"))
    author = page.locator(".story__bylines a").first.get_attribute("href")
    return [f"{root}/give/", f"{root}/search/?q=bridge", root + author, f"{root}/accounts/login/"]


def add(fetched: dict[str, int], kinds: dict[str, tuple[str, int]], event: dict) -> None:
    kind, headers = kinds.get(event["requestId"], ("", 0))
    if kind in fetched:
        fetched[kind] += int(event["encodedDataLength"]) - int(headers)
