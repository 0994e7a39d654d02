"""Readers ask to be told of replies, confirm it through their mail, get one, and stop them; with scripts and without."""

import re

import pytest

from tests.mailbox import text_of

STORY = """
from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.models.story import Story

story = Story(title="The ferry runs again", live=False)
year_folder(None).add_child(instance=story)
publish(story)
print("story at", story.path_here)
"""


@pytest.fixture
def story(demo) -> str:
    """The address of a story of its own."""
    return demo.address.rstrip("/") + re.search(r"story at (\S+)", demo.shell(STORY))[1]


def comment_and_ask(page, story, address):
    page.goto(story)
    page.get_by_label("Your comment", exact=True).fill("Will it run on Sundays?")
    page.get_by_label("Tell me by mail of").select_option("replies to me")
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_role("button", name="Post").click()
    page.get_by_text("Please look into your mail.").wait_for()


def confirm(page, demo, address):
    (asking,) = demo.letters_to(address, 1)
    page.goto(re.search(r"http\S+/confirm/\S+", text_of(asking))[0])
    assert page.get_by_label("The ferry runs again").is_checked()
    page.get_by_role("button", name="Yes, write to me").click()
    assert page.get_by_text("Confirmed.").is_visible()


def answer(page, story):
    page.goto(story)
    page.locator("article.comment", has_text="Will it run on Sundays?").get_by_role("link", name="Reply").click()
    page.get_by_label("Your reply", exact=True).last.fill("It will.")
    page.get_by_role("button", name="Reply").last.click()
    page.get_by_text("It will.", exact=True).wait_for()


def stop(page, demo, address):
    told = demo.letters_to(address, 2)[1]
    assert told["Subject"] == "Reply to you: The ferry runs again"
    assert "> It will." in text_of(told)
    page.goto(re.search(r"http\S+/stop/\S+", text_of(told))[0])
    page.get_by_role("button", name="Stop them").click()
    assert page.get_by_text("Stopped.").is_visible()


def test_a_guest_follows_replies_without_scripts(plain_page, open_page, demo, story):
    comment_and_ask(plain_page, story, "plain@readers.example")
    confirm(plain_page, demo, "plain@readers.example")
    answer(open_page(scripts=False), story)
    stop(plain_page, demo, "plain@readers.example")


def test_a_guest_follows_replies_with_scripts_and_stays_on_the_page(page, open_page, demo, story):
    comment_and_ask(page, story, "scripts@readers.example")
    assert page.url == story
    assert (
        page.locator("li[id^=c-]", has_text="Will it run on Sundays?").get_by_text("look into your mail").is_visible()
    )
    confirm(page, demo, "scripts@readers.example")
    answer(open_page(), story)
    stop(page, demo, "scripts@readers.example")


def test_the_address_is_asked_for_only_of_who_wants_something(page, story):
    page.goto(story)
    page.get_by_label("Your comment", exact=True).fill("Will it run?")
    assert not page.get_by_label("Your e-mail address").is_visible()

    page.get_by_label("Tell me by mail of").select_option("all new comments")

    assert page.get_by_label("Your e-mail address").is_visible()
