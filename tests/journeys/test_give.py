"""Money on its way: entered at the desk or promised by a reader, and seen on the meter by somebody else."""

import re

from tests.journeys.papers import another_site, sign_in


def meter(page, demo):
    """Return what an anonymous reader sees: (received, promised) in whole euros."""
    page.goto(demo.address)
    spoken = page.locator(".meter__scale").get_attribute("aria-label")
    received, promised = re.fullmatch(
        r"([\d,.]+) of .*? raised for \w+ \d+(?:, ([\d,.]+) more promised)?", spoken
    ).groups()
    return tuple(float((figure or "0").replace(",", "")) for figure in (received, promised))


def test_staff_record_a_gift_and_an_anonymous_reader_sees_the_meter_move(demo, open_page):
    reader = open_page(scripts=False)
    treasurer = open_page()
    received, promised = meter(reader, demo)
    sign_in(treasurer, demo, "treasurer")

    treasurer.goto(f"{demo.address}admin/fundraising/gifts/new/")
    treasurer.get_by_label("Amount").fill("10.999")
    treasurer.get_by_label("Note for the books").fill("From the fair")
    treasurer.get_by_role("button", name="Enter it in the book").click()
    treasurer.get_by_text("EUR has 2 decimals at most.").wait_for()
    assert treasurer.get_by_label("Note for the books").input_value() == "From the fair"
    treasurer.watch.allow("422")

    treasurer.get_by_label("Amount").fill("40")
    treasurer.get_by_role("button", name="Enter it in the book").click()
    treasurer.get_by_text("€40 is in the book.").wait_for()
    assert meter(reader, demo) == (received + 40, promised)

    treasurer.get_by_role("row", name="From the fair").get_by_role("link").click()
    treasurer.get_by_label("Amount to take back").fill("15")
    treasurer.get_by_role("button", name="Take it back now").click()
    treasurer.get_by_text("€15 is taken back, and the meter restated.").wait_for()
    assert meter(reader, demo) == (received + 25, promised)
    assert reader.watch.cookies() == []


def test_a_reader_without_scripts_promises_and_the_treasurer_confirms(demo, open_page):
    reader = open_page(scripts=False, viewport={"width": 360, "height": 740})
    treasurer = open_page()
    received, promised = meter(reader, demo)

    reader.get_by_role("link", name="Give").first.click()
    reader.get_by_label("Another amount").fill("zwölf")
    reader.get_by_label("A message to us").fill("For the divers")
    reader.get_by_role("button", name="Show me the account and my reference").click()
    reader.watch.allow("422")
    assert reader.get_by_text("Write the amount in figures only").is_visible()
    assert reader.get_by_label("A message to us").input_value() == "For the divers"
    reader.get_by_label("Another amount").fill("12")
    reader.get_by_role("button", name="Show me the account and my reference").click()
    assert re.fullmatch(re.escape(demo.address) + r"give/\w{26}/", reader.url)
    reference = reader.locator("dt", has_text="Reference").locator("+ dd").inner_text()
    assert reader.locator("svg.give__qr-code").is_visible()
    assert reader.evaluate("document.documentElement.scrollWidth") == 360
    assert meter(reader, demo) == (received, promised + 12)

    sign_in(treasurer, demo, "treasurer")
    treasurer.goto(f"{demo.address}admin/fundraising/pledges/")
    treasurer.get_by_role("link", name=reference).click()
    treasurer.get_by_role("button", name="The money is here").click()
    treasurer.get_by_text("€12 is in the book.").wait_for()
    assert meter(reader, demo) == (received + 12, promised)
    assert reader.watch.cookies() == []


def test_another_site_frames_the_meter_and_its_links_open_a_tab(demo, open_page):
    reader = open_page(viewport={"width": 360, "height": 740})
    with another_site(f'<iframe src="{demo.address}embed/meter/" width="340" height="260"></iframe>') as theirs:
        reader.goto(theirs)
        frame = reader.frame_locator("iframe")
        assert "raised for" in frame.locator(".meter__scale").get_attribute("aria-label")
        assert reader.watch.cookies() == []

        with reader.context.expect_page() as tab:
            frame.get_by_role("link", name="Give").click()

        tab.value.wait_for_url(f"{demo.address}give/")
        assert tab.value.evaluate("window.opener") is None


def test_another_site_cannot_frame_the_front_or_the_form_for_gifts(demo, open_page):
    reader = open_page()
    reader.watch.allow("frame-ancestors|X-Frame-Options|chrome-error")
    with another_site("".join(f'<iframe src="{demo.address}{path}"></iframe>' for path in ("", "give/"))) as theirs:
        reader.goto(theirs)

        shown = [
            frame.locator("main").count() for frame in (reader.frame_locator(f"iframe >> nth={n}") for n in (0, 1))
        ]

    assert shown == [0, 0]
