"""One browser, several people: nothing of who was here before stays on a page that is still open, or come back to."""

import pytest

from tests.browser import ARGUMENTS, find_browser
from tests.journeys.papers import sign_in
from tests.journeys.test_comment import comment_of, story  # noqa: F401  the fixture

# As a browser tells a page that its tab has come to the front.
TO_THE_FRONT = "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture(scope="module")
def browser(playwright):
    """A browser that keeps the pages it leaves, as those of readers do."""
    browser = playwright.chromium.launch(
        executable_path=find_browser(), args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    browser.close()


def test_a_page_come_back_to_shows_nothing_of_who_has_signed_out(page, demo, story):  # noqa: F811
    sign_in(page, demo, "treasurer")
    page.goto(story)
    page.get_by_role("button", name="Vote up").click()
    page.locator("[aria-pressed=true]").wait_for()
    page.get_by_text("You write as").wait_for(state="attached")
    page.evaluate("addEventListener('pageshow', (event) => { window.wasKept = event.persisted })")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Your account").wait_for()
    assert page.evaluate("localStorage.visits") is None

    # Playwright waits for a page to load, and a kept one does not.
    page.evaluate("void setTimeout(() => history.back())")
    page.wait_for_url(story, wait_until="commit")

    page.get_by_role("link", name="Your account").wait_for()
    assert page.evaluate("window.wasKept") is True
    assert page.get_by_role("button", name="Sign out").count() == 0
    assert page.get_by_text("You write as").count() == 0
    assert page.locator("[aria-pressed]").count() == 0
    assert page.locator("[name=name]").count() == 1


def test_a_page_left_open_follows_who_signs_out_and_in_in_another_tab(page, demo, story):  # noqa: F811
    sign_in(page, demo, "treasurer")
    page.goto(story)
    page.get_by_text("You write as").wait_for(state="attached")
    text = page.get_by_label("Your comment", exact=True)
    text.fill("Half a thought")
    page.get_by_role("link", name="Reply").first.click()
    reply = page.get_by_label("Your reply")
    reply.fill("Half an answer")
    assert page.get_by_text("You write as").count() == 2
    other = page.context.new_page()
    other.goto(story)
    other.get_by_role("button", name="Sign out").click()
    other.get_by_role("link", name="Your account").wait_for()

    page.evaluate(TO_THE_FRONT)
    page.get_by_label("Your name, or none").nth(1).wait_for()
    assert page.get_by_text("You write as").count() == 0
    assert (text.input_value(), reply.input_value()) == ("Half a thought", "Half an answer")

    sign_in(other, demo, "reporter")
    page.evaluate(TO_THE_FRONT)
    page.get_by_text("You write as Nell Averay.").nth(1).wait_for()
    assert (text.input_value(), reply.input_value()) == ("Half a thought", "Half an answer")


def test_an_answer_that_comes_late_brings_back_nobody(page, demo, story):  # noqa: F811
    sign_in(page, demo, "treasurer")
    held = []
    page.route("**/-/me?*", lambda route: route.continue_() if held else held.append(route))
    page.goto(story, wait_until="domcontentloaded")
    page.wait_for_function("() => customElements.get('thread-me')")
    until(page, lambda: held)
    other = page.context.new_page()
    other.goto(story)
    other.get_by_role("button", name="Sign out").click()
    other.get_by_role("link", name="Your account").wait_for()

    page.evaluate(TO_THE_FRONT)
    held[0].fulfill(status=200, content_type="text/html", body=SIGNED_IN)
    page.evaluate("document.querySelector('site-me').mine.then(() => new Promise((done) => setTimeout(done)))")

    assert page.get_by_text("You write as").count() == 0
    assert page.get_by_role("button", name="Sign out").count() == 0


# What was on its way to who has signed out since.
SIGNED_IN = (
    '<div class="me"><button>Sign out</button></div>'
    '<script id="mine" type="application/json">{"writes_as": "You write as Abel Winter."}</script>'
)


def until(page, holds):
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It never came.")


def test_who_was_signed_out_elsewhere_posts_nothing_under_another_name(page, demo, story):  # noqa: F811
    page.watch.allow("409")
    sign_in(page, demo, "treasurer")
    page.goto(story)
    page.get_by_text("You write as").wait_for(state="attached")
    page.context.clear_cookies()

    page.get_by_label("Your comment", exact=True).fill("Who am I?")
    page.get_by_role("button", name="Post").click()

    page.get_by_text("You are signed in as somebody else now, or no longer.").wait_for()
    assert comment_of(page, "Who am I?").count() == 0
    page.get_by_label("Your name, or none").fill("Abel")
    page.get_by_role("button", name="Post").click()
    assert comment_of(page, "Who am I?").locator(".comment__name").inner_text() == "Abel"
