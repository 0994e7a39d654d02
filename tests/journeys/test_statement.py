"""A month's statement, from the bank's file to the meter."""

import datetime as dt

from tests.fundraising.statements import camt, entry
from tests.journeys.papers import sign_in
from tests.journeys.test_give import meter

ACCOUNT = "IE77TIDE99999912345678"


def meter_soon(page, demo, expected):
    """Return what a reader sees, at the latest a few seconds after the commit: a kept page is new within one."""
    for _look in range(20):
        if (seen := meter(page, demo)) == expected:
            break
        page.wait_for_timeout(250)
    return seen


def test_a_statement_is_looked_at_booked_and_what_is_left_is_settled(demo, open_page):
    reader = open_page(scripts=False)
    treasurer = open_page(scripts=False)
    received, promised = meter(reader, demo)
    reader.goto(f"{demo.address}give/")
    reader.get_by_label("Another amount").fill("17")
    reader.get_by_role("button", name="Show me the account and my reference").click()
    reference = reader.locator("dt", has_text="Reference").locator("+ dd").inner_text()
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    file = camt(
        entry("17.00", text=f"for you {reference.lower()}", day=today),
        entry("9.00", text="Keep going!", day=today, name="Marie Dupont"),
        iban=ACCOUNT,
    )

    sign_in(treasurer, demo, "treasurer")
    treasurer.goto(f"{demo.address}admin/fundraising/statements/new/")
    treasurer.get_by_label("File from your bank").set_input_files(
        {"name": "june.xml", "mimeType": "application/xml", "buffer": file.encode()}
    )
    treasurer.get_by_role("button", name="Read it").click()
    treasurer.get_by_role("row", name="matched by their reference 1").wait_for()
    assert meter_soon(reader, demo, (received, promised + 17)) == (received, promised + 17)
    treasurer.get_by_role("button", name="Book it").click()
    treasurer.get_by_text("Booked. 1 movement waits for you.").wait_for()
    assert meter_soon(reader, demo, (received + 17, promised)) == (received + 17, promised)

    treasurer.get_by_role("link", name="Settle what waits for you").click()
    treasurer.get_by_role("row", name="Keep going!").get_by_role("link").click()
    drive = treasurer.locator("option", has_text="a new gift for").first.get_attribute("value")
    treasurer.get_by_label("Book it as").select_option(drive)
    treasurer.get_by_role("button", name="Book it").click()
    treasurer.get_by_text("€9 is in the book.").wait_for()
    assert meter_soon(reader, demo, (received + 26, promised)) == (received + 26, promised)
