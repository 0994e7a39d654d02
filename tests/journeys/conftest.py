"""Browser journeys: real Chromium in front of the real server process.

`demo` is the demo paper, started once for all journeys; `empty_paper` is a paper nobody has set
up yet, one per test. `page` has scripts, `plain_page` has none. Both fail a test that leaves a
console message behind, a script error, a request to somebody else, or, for readers, a cookie they
did not ask for (`watch.cookies()`); a message a test brings about is allowed by
`page.watch.allow("404")`.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser import ARGUMENTS, find_browser
from tests.databases import ROOT
from tests.journeys.papers import Paper, migrated_folder

PICTURES_OF_FAILURES = ROOT / "var" / "journeys"


class Watch:
    """What a page said and asked for that a reader should never meet."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.found: list[str] = []
        self.allowed: list[str] = []
        self.hosts = {"localhost", "127.0.0.1"}
        context.on("request", self._request)
        context.on("console", lambda message: self.found.append(f"console {message.type}: {message.text}"))
        context.on("weberror", lambda error: self.found.append(f"script error: {error.error}"))

    def _request(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.hostname not in self.hosts:
            self.found.append(f"request to somebody else: {request.url}")

    def allow(self, pattern: str) -> None:
        """Take a message that matches for granted, as for the page that a test wants to be missing."""
        self.allowed.append(pattern)

    def complaints(self) -> list[str]:
        return [line for line in self.found if not any(re.search(pattern, line) for pattern in self.allowed)]

    def cookies(self) -> list[str]:
        return [cookie["name"] for cookie in self.context.cookies()]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Iterator[Paper]:
    # Whoever plays another site in a journey (papers.another_site) may show discussions; by another name they may not.
    folder = migrated_folder(tmp_path_factory.mktemp("paper") / "demo")
    paper = Paper("demo", folder, COMMONPRESS_EMBED_SITES="http://127.0.0.1:*")
    yield paper
    paper.stop()


@pytest.fixture
def empty_paper(tmp_path: Path) -> Iterator[Paper]:
    paper = Paper("serve", migrated_folder(tmp_path / "data"))
    yield paper
    paper.stop()


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest):
    """Open a page of a new browser profile: `open_page(scripts=False, color_scheme="dark", ...)`."""
    opened: list[Page] = []

    def open_page(*, scripts: bool = True, **options) -> Page:
        context = browser.new_context(java_script_enabled=scripts, **options)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.watch = Watch(context)
        opened.append(page)
        return page

    yield open_page
    failed = getattr(request.node, "failed", False)
    complaints = []
    for number, page in enumerate(opened):
        if failed and not page.is_closed():
            PICTURES_OF_FAILURES.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"\W+", "-", request.node.name)
            page.screenshot(path=PICTURES_OF_FAILURES / f"{name}-{number}.png", full_page=True)
        complaints += page.watch.complaints()
        page.context.close()
    if not failed:
        assert complaints == []


@pytest.fixture
def page(open_page) -> Page:
    return open_page()


@pytest.fixture
def plain_page(open_page) -> Page:
    return open_page(scripts=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.journey)
