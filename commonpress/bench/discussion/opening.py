"""What a browser does while a reader opens two thousand comments, page after page, in place."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from commonpress.bench.papers import serving, sqlite_paper
from commonpress.bench.rows import Row
from commonpress.bench.server import Unfit

COMMENTS = 10_000
OPENED = 2_000
ROUNDS = 3
EMPTY = "<!doctype html><title>Empty</title><p>Nothing."
TASK, SHIFT = "longest task while opening 2,000 comments ÷ an empty page's", "layout shift while opening 2,000 comments"
# What a trace says of the page's frames: those there are as it begins, and each document that comes.
FRAMES, COMMITTED = "TracingStartedInBrowser", "FrameCommittedInBrowser"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WATCH_SHIFTS = """
window.shifted = 0
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value
}).observe({ type: "layout-shift", buffered: true })
"""


class Longest(NamedTuple):
    """The longest task of a page's main thread, in ms: as the processor counts it, and as the clock does."""

    cpu: float
    clock: float


def measure(folder: Path, chromium: str | None) -> list[Row]:
    """Return the rows of a browser, or one that says why there is none. Raises Unfit."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return [Row(measure=TASK, value=0, unit="x", context="not measured: install it with: pip install playwright")]
    if chromium is None:
        return [Row(measure=TASK, value=0, unit="x", context="not measured: install it with: apt install chromium")]
    with (
        serving(sqlite_paper(folder, COMMENTS)) as (_process, address),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        empty = min(longest_task(browser, opens_nothing)[0] for _ in range(ROUNDS))
        task, shift = sorted(longest_task(browser, opens, address) for _ in range(ROUNDS))[ROUNDS // 2]
        browser.close()
    return [
        Row(
            measure=TASK, value=task.cpu / empty.cpu, unit="x", goal=3, floor=6,
            context=f"{task.cpu:.0f} ms of CPU against {empty.cpu:.0f}, by the clock {task.clock:.0f} against"
            f" {empty.clock:.0f}, of the page's main thread; the median of {ROUNDS} rounds",
        ),
        Row(measure=SHIFT, value=shift, unit="", goal=0, floor=0.02, context="of what no click had just moved"),
    ]  # fmt: skip


def longest_task(browser: Any, act: Any, *where: str) -> tuple[Longest, float]:
    """Return the longest task of the page's main thread, and by how much the layout shifted."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(WATCH_SHIFTS)
    browser.start_tracing(page=page, categories=["toplevel", "disabled-by-default-devtools.timeline"])
    act(page, *where)
    shift = float(page.evaluate("window.shifted ?? 0"))
    trace = json.loads(browser.stop_tracing())
    page.close()
    return longest_in(trace["traceEvents"]), shift


def longest_in(events: list[dict[str, Any]]) -> Longest:
    """Return the longest task in a trace, of the main threads of the page's own renderers. Raises Unfit."""
    renderers = page_renderers(events)
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event.get("name") == "thread_name"
        and event["args"]["name"] == "CrRendererMain"
        and event["pid"] in renderers
    }
    tasks = [event for event in events if (event["pid"], event["tid"]) in mains and re.search("RunTask", event["name"])]
    if not tasks:
        raise Unfit("The browser told of no tasks.")
    cpu, clock = (max(task.get(figure, 0) / 1000 for task in tasks) for figure in ("tdur", "dur"))
    if not cpu:
        raise Unfit("The browser told no CPU time of its tasks.")
    return Longest(cpu, clock)


def page_renderers(events: list[dict[str, Any]]) -> set[int]:
    """Return the processes the page was shown by. The browser's own pages, as that of its address bar, have others."""
    told = [event["args"]["data"] for event in events if event.get("name") in {FRAMES, COMMITTED}]
    return {frame["processId"] for data in told for frame in data.get("frames", [data]) if "processId" in frame}


def opens_nothing(page: Any) -> None:
    page.goto(f"data:text/html,{EMPTY}")
    page.wait_for_timeout(500)


def opens(page: Any, address: str) -> None:
    """Go to the story and press the way to more comments until so many stand there."""
    page.goto(f"{address}/2026/bridge/")
    while (before := page.locator(".comment__body").count()) < OPENED:
        page.locator(".discussion__next").click()
        page.wait_for_function("(before) => document.querySelectorAll('.comment__body').length > before", arg=before)
