"""A supporter without an account or scripts finds their gifts, prints a receipt, changes a promise and is erased."""

import re

from axe_playwright_python.sync_playwright import Axe

from tests.journeys.papers import sign_in
from tests.mailbox import text_of

ADDRESS = "ada@givers.example"


def test_a_supporter_sees_receipts_and_a_promise_and_is_erased(demo, open_page):
    treasurer = open_page()
    sign_in(treasurer, demo, "treasurer")
    treasurer.goto(f"{demo.address}admin/fundraising/gifts/new/")
    treasurer.get_by_label("Amount").fill("40")
    treasurer.get_by_label("Name of the supporter").fill("Ada Quill")
    treasurer.get_by_label("E-mail address").fill(ADDRESS)
    treasurer.get_by_role("button", name="Enter it in the book").click()
    treasurer.get_by_text("€40 is in the book.").wait_for()
    (thanks,) = demo.letters_to(ADDRESS, 1)

    plain = open_page(scripts=False, viewport={"width": 360, "height": 740})
    plain.goto(link_in(thanks, "give/receipt"))
    plain.get_by_text("Ada Quill").wait_for()
    plain.get_by_text("€40.00").wait_for()
    assert looks_right(plain, open_page)

    plain.goto(f"{demo.address}give/")
    plain.get_by_label("Another amount").fill("30")
    plain.get_by_label("E-mail address").fill(ADDRESS)
    plain.get_by_role("button", name="Show me the account and my reference").click()
    plain.goto(f"{demo.address}give/")
    plain.get_by_role("link", name="See your gifts").click()
    plain.get_by_label("E-mail address").fill(ADDRESS.title())
    plain.get_by_role("button", name="Send me a link").click()
    plain.get_by_role("heading", name="Look into your mail").wait_for()
    let_in = next(each for each in demo.letters_to(ADDRESS, 3) if "see your gifts" in each["Subject"])
    plain.goto(link_in(let_in, "give/mine/open"))
    assert looks_right(plain, open_page)
    plain.get_by_role("button", name="Show me my gifts").click()
    for amount in ("€40", "€30"):
        plain.get_by_text(amount, exact=True).wait_for()
    assert looks_right(plain, open_page)

    plain.get_by_role("link", name="Another amount").click()
    plain.get_by_label("The new amount, in EUR").fill("12")
    plain.get_by_role("button", name="Promise this instead").click()
    plain.get_by_text("You promise €12 now.").wait_for()

    plain.get_by_role("link", name="Have yourself erased").click()
    assert looks_right(plain, open_page)
    plain.get_by_label("Yes, erase me.").check()
    plain.get_by_role("button", name="Erase me").click()
    plain.get_by_role("heading", name="You are erased").wait_for()
    plain.goto(f"{demo.address}give/mine/")
    plain.get_by_label("E-mail address").wait_for()


def link_in(letter, path):
    return re.search(rf"http\S+/{path}/\S+", text_of(letter))[0]


def looks_right(plain, open_page):
    """Say whether the page fits a phone, and axe, which needs scripts, finds nothing serious on it."""
    page = open_page(storage_state=plain.context.storage_state())
    page.goto(plain.url)
    violations = Axe().run(page).response["violations"]
    serious = [each["id"] for each in violations if each["impact"] in {"serious", "critical"}]
    return (serious, plain.evaluate("document.documentElement.scrollWidth")) == ([], 360)
