"""Take pictures of the demo's pages at three widths, light and dark, with and without scripts, for people to look at."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from commonpress.verbs.chromium import chromium
from commonpress.verbs.problems import Problem
from commonpress.verbs.running_demo import running_demo

WIDTHS = [360, 768, 1280]
SCHEMES = ["light", "dark"]
# What GitHub and the like show at full width without making the page long.
README_PICTURE = Path("docs/screenshot.png")
README_VIEW = {"width": 1280, "height": 1000}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", default="var/demo", help="the demo's data folder (var/demo)")
    parser.add_argument("--out", default="var/screenshots", help="the folder for the pictures (var/screenshots)")
    parser.add_argument("--address", help="a running demo, as in http://localhost:8000/ (else one is started)")
    parser.add_argument(
        "--only", metavar="PAGE", help="one page: front, story, desk, byline, archive, give, search ..."
    )


def run(options: Namespace) -> int:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Problem("Pictures are taken with Playwright, which comes with the tests: run ./run test once.") from None
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    with a_demo(options) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        pages = {name: urljoin(address, path) for name, path in pages_of(browser, address).items()}
        if options.only:
            pages = {name: pages[name] for name in pages if name == options.only}
        for width in WIDTHS:
            for scheme in SCHEMES:
                for scripts in (True, False):
                    take(browser, pages, folder, width=width, scheme=scheme, scripts=scripts)
        if not options.only:
            take_for_readme(browser, address)
        browser.close()
    print(f"{len(pages)} pages are in {folder}")
    return 0


@contextmanager
def a_demo(options: Namespace) -> Iterator[str]:
    """Yield the address of a demo: the one named, or one started for as long as the pictures take."""
    if options.address:
        yield options.address
        return
    with running_demo(options.data) as server:
        yield server.address


def pages_of(browser: Any, address: str) -> dict[str, str]:
    """Return the pages worth a picture by name, found by following the front's own links."""
    page = browser.new_page()
    page.goto(address)

    def first(selector: str) -> str | None:
        found = page.query_selector(selector)
        return found and found.get_attribute("href")

    pages = {"front": "/", "desk": first(".desks__link"), "story": first(".teaser--lead .teaser__head a")}
    # The most discussed story shows more than the lead may.
    pages["discussed"] = first(".most-discussed a")
    if pages["story"]:
        page.goto(urljoin(address, pages["story"]))
        pages |= {"byline": first(".story__bylines a"), "tag": first(".tags__list a")}
        pages["archive"] = "/" + pages["story"].split("/")[1] + "/"
    pages |= {
        "search": "/search/?q=council",
        "give": "/give/",
        "ledger": "/ledger/",
        "supporters": "/supporters/",
        "owners": "/ledger/owners/",
        "check": "/ledger/check/",
        "gifts": "/give/mine/",
        "embed": "/embed/meter/",
        "sign-in": "/accounts/login/",
        "not-found": "/no-such-page/",
    }
    page.close()
    return {name: path for name, path in pages.items() if path}


def take(browser: Any, pages: dict[str, str], folder: Path, *, width: int, scheme: str, scripts: bool) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
    )
    page = context.new_page()
    for name, address in pages.items():
        page.goto(address)
        if scripts:
            # Photos further down are fetched when they come near; a picture of the whole page wants them all.
            page.evaluate("document.querySelectorAll('img').forEach((img) => { img.loading = 'eager' })")
        page.wait_for_load_state("networkidle")
        bare = "" if scripts else "-no-script"
        page.screenshot(path=folder / f"{name}-{width}-{scheme}{bare}.png", full_page=True)
    context.close()


def take_for_readme(browser: Any, address: str) -> None:
    page = browser.new_page(viewport=README_VIEW)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=README_PICTURE)
    page.close()
