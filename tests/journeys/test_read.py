"""A reader comes to the front, reads a story and what belongs to it, and looks around."""

import re

import pytest


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reader_reads_from_the_front_to_the_archive(demo, open_page, scripts):
    page = open_page(scripts=scripts, viewport={"width": 360, "height": 800})
    page.goto(demo.address)
    # 1,360 at first; other journeys give to the same demo.
    assert page.locator(".meter__amount").text_content().startswith("€1,")
    headline = page.locator(".teaser--lead .teaser__head").inner_text()

    page.get_by_role("link", name=headline).first.click()
    assert page.get_by_role("heading", level=1).inner_text() == headline
    assert re.fullmatch(r"/\d{4}/[\w-]+/", page.url.removeprefix(demo.address.rstrip("/")))
    assert page.locator(".story__dek").inner_text()
    assert (
        page.locator("figure.figure--lead img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    )
    assert page.locator("figure.figure--lead figcaption").inner_text()
    assert page.locator(".story__before").get_by_role("link", name="Give").is_visible()
    assert page.locator(".story__end").get_by_role("link", name="Give").is_visible()

    page.locator(".story__count a").click()
    assert page.url.endswith("#discussion")
    first = page.locator("article.comment").first.inner_text()
    page.get_by_role("link", name="Oldest").click()
    assert "/comments/oldest/" in page.url
    assert page.locator("article.comment").first.inner_text() != first

    page.go_back()
    page.locator(".kicker a").click()
    desk = page.get_by_role("heading", level=1).inner_text()
    assert page.get_by_role("link", name=headline).first.is_visible()
    assert page.get_by_role("navigation").get_by_role("link", name=desk).first.get_attribute("aria-current")

    page.get_by_role("link", name="Search").first.click()
    page.get_by_role("searchbox").fill("bridge")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name=headline).first.wait_for()
    assert "/search/?q=bridge" in page.url
    assert page.watch.cookies() == []
