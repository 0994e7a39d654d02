"""A long discussion: further replies and comments come in place, or on pages of their own without scripts."""

import re

import pytest

STORY = """
from datetime import UTC, datetime, timedelta

from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.models.story import Story
from commonpress.discussion.actions.imports import Arrival, finish_import, import_comments

story = Story(title="Everybody has something to say", live=False)
year_folder(None).add_child(instance=story)
publish(story)
at = datetime(2026, 3, 1, tzinfo=UTC)
said = [Arrival(html=f"Root {n}.", name="Mara", created_at=at + timedelta(minutes=n)) for n in range(60)]
said += [Arrival(html=f"Deep {n}.", name="Tom", created_at=at + timedelta(days=1, minutes=n), parent=59 if n % 2 else max(59, 58 + n))
         for n in range(230)]
import_comments(story, said)
finish_import(story)
print("story at", story.path_here)
"""


@pytest.fixture
def story(demo) -> str:
    return demo.address.rstrip("/") + re.search(r"story at (\S+)", demo.shell(STORY))[1]


def ids(page):
    return page.eval_on_selector_all("#discussion li[id], .discussion li[id]", "all => all.map(li => li.id)")


def test_further_replies_come_in_place_by_keyboard_each_once_and_where_they_belong(page, story):
    page.goto(story)
    page.evaluate("window.sameDocument = true")
    shown = ids(page)

    while page.locator(".comments__more a").count():
        link = page.locator(".comments__more a").first
        link.focus()
        before = len(ids(page))
        page.keyboard.press("Enter")
        page.wait_for_function("before => document.querySelectorAll('.discussion li[id]').length > before", arg=before)
        assert page.evaluate("document.activeElement.matches('li[id]')")

    assert page.evaluate("window.sameDocument")
    assert len(set(ids(page))) == len(ids(page)) == len(shown) + 30
    deep = page.locator("article.comment", has_text=re.compile(r"Deep \d+\."))
    assert deep.count() == 230
    # Below the comment they answer, in the order of the conversation.
    assert page.locator("li", has_text="Root 59.").first.locator("article", has_text="Deep").count() == 230


def test_further_comments_come_in_place_and_the_way_to_them_goes_with_the_last(page, story):
    page.goto(story)

    page.get_by_role("link", name="More comments").click()

    page.get_by_text("Root 0.", exact=True).wait_for()
    assert page.locator(".discussion__next").count() == 0
    roots = page.locator(".comments > li > article", has_text=re.compile(r"Root \d+\."))
    assert [int(re.search(r"\d+", text)[0]) for text in roots.locator(".comment__body").all_inner_texts()] == list(
        range(59, -1, -1)
    )


def test_without_scripts_each_has_a_page_of_its_own(plain_page, story):
    plain_page.goto(story)

    plain_page.locator(".comments__more a").first.click()
    assert plain_page.get_by_role("heading", name="Replies").is_visible()
    assert plain_page.get_by_text("Deep 229.", exact=True).is_visible()
    plain_page.goto(story)
    plain_page.get_by_role("link", name="More comments").click()
    assert plain_page.get_by_text("Root 0.", exact=True).is_visible()
    plain_page.get_by_role("link", name="Most discussed").click()

    assert plain_page.locator(".comments > li").first.get_by_text("Root 59.").is_visible()
