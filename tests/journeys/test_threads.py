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
        page.wait_for_function("document.activeElement.matches('li[id]')")

    assert page.evaluate("window.sameDocument")
    assert len(set(ids(page))) == len(ids(page)) == len(shown) + 30
    deep = page.locator("article.comment", has_text=re.compile(r"Deep \d+\."))
    assert deep.count() == 230
    # Below the comment they answer, in the order of the conversation.
    assert page.locator("li", has_text="Root 59.").first.locator("article", has_text="Deep").count() == 230


def test_further_comments_come_in_place_and_the_way_to_them_goes_with_the_last(page, story):
    page.goto(story)

    page.get_by_role("link", name="More comments").click()

    page.locator(".discussion__next").wait_for(state="detached")
    roots = page.locator(".comments > li > article", has_text=re.compile(r"Root \d+\."))
    assert [int(re.search(r"\d+", text)[0]) for text in roots.locator(".comment__body").all_inner_texts()] == list(
        range(59, -1, -1)
    )


def test_a_long_thread_among_further_comments_comes_once_and_in_its_order(page, demo):
    replies_to_the_oldest = STORY.replace("59 if n % 2 else max(59, 58 + n)", "0")
    address = re.search(r"story at (\S+)", demo.shell(replies_to_the_oldest))[1]
    page.goto(demo.address.rstrip("/") + address)
    before = len(ids(page))

    page.get_by_role("link", name="More comments").dblclick()

    page.locator(".discussion__next").wait_for(state="detached")
    page.wait_for_function("document.activeElement.matches('li[id]')")
    came = ids(page)[before:]
    assert len(set(ids(page))) == len(ids(page))
    assert page.evaluate("document.activeElement.id") == came[0]
    oldest = page.locator(".comments > li", has=page.get_by_text("Root 0.", exact=True))
    replies = oldest.locator(":scope > ol > li .comment__body").all_inner_texts()
    assert len(replies) > 50
    assert replies == [f"Deep {n}." for n in range(len(replies))]


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


IS_IN_VIEW = """id => {
  const { top } = document.getElementById(id).getBoundingClientRect()
  return document.querySelector("comment-list.is-laid") && top > -20 && top < innerHeight
}"""


def test_all_of_a_long_discussion_is_laid_out_soon_and_as_without_scripts(open_page, story):
    page, plain = open_page(), open_page(scripts=False)
    plain.goto(story)
    roots = plain.locator(".comments > li")
    heights = [round(each.bounding_box()["height"]) for each in (roots.first, roots.last)]

    page.goto(story)
    page.locator("comment-list.is-laid").wait_for()

    roots = page.locator(".comments > li")
    assert [round(each.bounding_box()["height"]) for each in (roots.first, roots.last)] == heights
    assert roots.last.evaluate("item => getComputedStyle(item).contentVisibility") == "visible"


def test_who_comes_for_a_comment_far_down_sees_it(page, story):
    page.goto(story)
    last = ids(page)[-1]
    other = page.context.new_page()

    other.goto(f"{story}#{last}")

    other.wait_for_function(IS_IN_VIEW, arg=last)
    other.reload()
    other.wait_for_function(IS_IN_VIEW, arg=last)


def test_a_page_of_comments_is_printed_whole_without_its_buttons(page, story):
    page.goto(f"{story}comments/oldest/")
    page.emulate_media(media="print")

    assert page.locator(".comments > li").last.locator(".comment__body").first.is_visible()
    assert page.locator(".vote button").first.is_hidden()
