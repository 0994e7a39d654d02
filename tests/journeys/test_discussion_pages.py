"""The discussion's own pages: legible and within the sheet at every width, and used by keyboard alone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.papers import sign_in

WIDTHS = [320, 768, 1280]
STORY = """
from commonpress.accounts.models import Guest
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.models.story import Story

text = "<p>The bridge was closed on Monday night. The council paid four million euros for it.</p>"
story = Story(title="The bridge stays closed", live=False, body=[("paragraph", text)])
year_folder(None).add_child(instance=story)
publish(story)
mara = Guest.objects.create(identity_hash=Guest.new_identity())
question = post_comment(story, writer=mara, text="Will it open *again*?", name="Mara")
for number in range(4):
    question = post_comment(story, writer=mara, text="And another thing: " + "very " * 60 + "long.", parent=question)
(words,) = found_in(texts_of(story.body), "four million euros", "")
on_words = post_comment(story, writer=mara, text="It was six.", about=words, name="Mara")
print("story at", story.path_here, story.pk, on_words.public_id, on_words.passage.public_id)
"""


class Discussed:
    """A story with questions under it, one of them about its words."""

    def __init__(self, demo) -> None:
        path, self.key, self.comment, self.passage = re.search(
            r"story at (\S+) (\d+) (\S+) (\S+)", demo.shell(STORY)
        ).groups()
        self.root = demo.address.rstrip("/")
        self.address = self.root + path


@pytest.fixture
def story(demo) -> Discussed:
    return Discussed(demo)


def post(page, story, text="It opens in May."):
    """Post as a guest, and return the addresses at which they change and delete it."""
    page.goto(story.address)
    page.get_by_label("Your comment", exact=True).fill(text)
    page.get_by_role("button", name="Post").click()
    mine = page.locator("article.comment", has_text=text)
    edit = mine.get_by_role("link", name="Edit").get_attribute("href")
    delete = mine.get_by_role("link", name="Delete").get_attribute("href")
    return story.root + edit, story.root + delete


def pages_of(story) -> list[str]:
    there = f"{story.address}comments/"
    return [
        story.address,
        *(f"{there}{kind}/" for kind in ("hot", "most-discussed", "feedback", "answers", "featured", "on")),
        f"{there}on/{story.passage}/",
        f"{story.root}/c/{story.comment}/",
        f"{story.root}/-/compose/{story.key}",
        f"{story.root}/-/compose/{story.key}/{story.comment}",
        f"{story.root}/-/follow/{story.key}",
        f"{story.root}/-/follow/{story.key}/asked",
        f"{story.root}/-/my-comments/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_a_guests_way_through_the_discussion(open_page, story, scheme):
    page = open_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    # What is refused is looked at, too.
    page.watch.allow("422")
    own = post(page, story)
    found = {}

    for address in [*pages_of(story), *own]:
        page.goto(address)
        found |= serious(page)
    page.goto(f"{story.root}/-/compose/{story.key}")
    page.get_by_role("button", name="Post").click()
    page.get_by_text("Please write something first.").wait_for()
    found |= serious(page)

    assert found == {}


@pytest.mark.parametrize("scripts", [True, False])
def test_no_page_of_the_discussion_scrolls_sideways(open_page, story, scripts):
    page = open_page(scripts=scripts)
    wide = []

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for address in pages_of(story):
            page.goto(address)
            size = page.context.new_cdp_session(page).send("Page.getLayoutMetrics")["cssContentSize"]
            if size["width"] > width:
                wide.append((width, size["width"], address))

    assert wide == []


def test_axe_finds_nothing_serious_in_what_we_add_to_the_desk(demo, open_page, story):
    page = open_page(viewport={"width": 1280, "height": 900})
    page.watch.allow("console")
    sign_in(page, demo, "moderator")
    found = {}

    page.goto(f"{story.root}/admin/discussion/")
    lists = page.eval_on_selector_all("main a[href*='/admin/discussion/']", "all => all.map((one) => one.href)")[:12]
    for address in dict.fromkeys([page.url, *lists]):
        page.goto(address)
        found |= serious(page, "main")

    assert found == {}
    assert len(lists) > 2


def test_a_guest_writes_changes_votes_and_asks_to_be_told_by_keyboard_alone(page, story):
    page.goto(story.address)
    tab_to(page, page.get_by_label("Your comment", exact=True))
    page.keyboard.type("It opens in Mai.")
    tab_to(page, page.get_by_role("button", name="Post"))
    page.keyboard.press("Enter")
    mine = page.locator("article.comment", has_text="It opens in Mai.")
    mine.get_by_role("link", name="Edit").wait_for()

    tab_to(page, mine.get_by_role("link", name="Edit"))
    page.keyboard.press("Enter")
    typed = mine.get_by_label("Your comment", exact=True)
    typed.wait_for()
    tab_to(page, typed)
    page.keyboard.press("Control+a")
    page.keyboard.type("It opens in May.")
    tab_to(page, mine.get_by_role("button", name="Save"))
    page.keyboard.press("Enter")
    page.locator("article.comment", has_text="It opens in May.").get_by_text("edited").wait_for()

    other = page.locator("article.comment", has_text="Will it open again?")
    tab_to(page, other.get_by_role("button", name="Vote up"))
    page.keyboard.press("Enter")
    other.get_by_role("button", name="Vote up", pressed=True).wait_for()
    assert other.locator("output").inner_text() == "1"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Vote up"

    note = page.locator("passage-note a")
    tab_to(page, note)
    page.keyboard.press("Enter")
    aside = page.locator("aside.aside")
    aside.get_by_text("It was six.").wait_for()
    tab_to(page, aside.get_by_label("Your comment", exact=True))
    page.keyboard.type("Five.")
    tab_to(page, aside.get_by_role("button", name="Post"))
    page.keyboard.press("Enter")
    aside.get_by_text("Five.", exact=True).wait_for()
    page.keyboard.press("Escape")
    assert page.locator("aside.aside").count() == 0
    assert note.evaluate("one => one === document.activeElement")


def serious(page, part: str | None = None) -> dict[str, list[tuple[str, str]]]:
    """Return what axe finds serious on a page, or in a part of it, by the page's address."""
    findings = Axe().run(page, context=part).response["violations"]
    worst = [finding for finding in findings if finding["impact"] in {"serious", "critical"}]
    return {page.url: [(finding["id"], finding["nodes"][0]["html"]) for finding in worst]} if worst else {}


def tab_to(page, wanted) -> None:
    """Press Tab until something has the focus; going round once is enough to find whatever can be reached."""
    wanted.wait_for()
    for _press in range(300):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by keyboard.")
