"""Readers comment, reply and vote in a browser, with scripts and without."""

import re

import pytest

from tests.journeys.papers import sign_in

STORY = """
from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.models.story import Story
from commonpress.discussion.actions.comments import post_comment
from commonpress.accounts.models import Guest

story = Story(title="The ferry runs again", live=False)
year_folder(None).add_child(instance=story)
publish(story)
guest = Guest.objects.create(identity_hash=Guest.new_identity())
post_comment(story, writer=guest, text="Will it run on *Sundays*?", name="Mara")
print("story at", story.path_here)
"""


@pytest.fixture
def story(demo) -> str:
    """The address of a story of its own, with one question under it."""
    return demo.address.rstrip("/") + re.search(r"story at (\S+)", demo.shell(STORY))[1]


def comment_of(page, text):
    return page.locator("article.comment", has_text=text)


def test_a_reader_comments_replies_and_votes_without_scripts(plain_page, story):
    page = plain_page
    page.goto(story)
    assert page.watch.cookies() == []

    page.get_by_label("Your comment", exact=True).fill("It does, from **May** on.")
    page.get_by_label("Your name, or none").fill("Tom")
    page.get_by_role("button", name="Preview").click()
    assert page.get_by_role("region", name="Preview").inner_html().count("<strong>May</strong>") == 1
    assert page.get_by_label("Your name, or none").input_value() == "Tom"
    assert page.watch.cookies() == []

    page.get_by_role("button", name="Post").click()
    assert re.fullmatch(re.escape(story) + r"#c-\w{11}", page.url)
    assert comment_of(page, "It does, from May on.").locator(".comment__name").inner_text() == "Tom"

    question = comment_of(page, "Will it run on Sundays?")
    question.get_by_role("link", name="Reply").click()
    page.get_by_label("Your reply", exact=True).last.fill("I was told so.")
    page.get_by_role("button", name="Reply").click()
    assert page.get_by_label("Reply to Mara, level 2").get_by_text("I was told so.").is_visible()

    comment_of(page, "Will it run on Sundays?").get_by_role("button", name="Vote up").click()
    assert page.url.startswith(story)
    assert comment_of(page, "Will it run on Sundays?").locator("output").inner_text() == "1"


def test_a_wrong_form_without_scripts_says_what_is_wrong_and_keeps_the_name(plain_page, story):
    page = plain_page
    page.watch.allow("422")
    page.goto(story)

    page.get_by_label("Your name, or none").fill("Tom")
    page.get_by_role("button", name="Post").click()

    assert page.get_by_text("Please write something first.").is_visible()
    assert page.get_by_label("Your name, or none").input_value() == "Tom"


def test_with_scripts_comment_reply_and_vote_do_not_leave_the_page(page, story):
    page.goto(story)
    page.evaluate("window.sameDocument = true")

    page.get_by_label("Your comment", exact=True).fill("It does, from May on.")
    page.get_by_role("button", name="Post").click()
    page.get_by_text("It does, from May on.", exact=True).last.wait_for()
    assert page.evaluate("document.activeElement.matches('li[id^=c-]')")
    assert page.get_by_label("Your comment", exact=True).input_value() == ""
    assert page.locator(".discussion__count").all_text_contents() == ["2 comments", "2 comments"]

    question = comment_of(page, "Will it run on Sundays?").first
    question.get_by_role("link", name="Reply").click()
    reply = question.get_by_label("Your reply", exact=True).last
    reply.fill("I was told so.")
    question.get_by_role("button", name="Reply").click()
    page.get_by_label("Reply to Mara, level 2").get_by_text("I was told so.").wait_for()

    up = question.get_by_role("button", name="Vote up")
    up.click()
    page.locator("[aria-pressed=true]").wait_for()
    assert question.locator("output").first.inner_text() == "1"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Vote up"
    assert page.evaluate("window.sameDocument") is True

    page.goto(story)
    page.locator("[aria-pressed=true]").wait_for()
    page.locator("[aria-pressed=true]").click()
    page.locator("[aria-pressed=true]").wait_for(state="detached")
    assert comment_of(page, "Will it run on Sundays?").locator("output").first.inner_text() == "0"


def test_what_is_refused_with_scripts_stands_beside_the_form_with_the_text_kept(page, story):
    page.watch.allow("422")
    page.goto(story)

    page.get_by_label("Your comment", exact=True).fill(" ")
    page.get_by_label("Your name, or none").fill("Tom")
    page.get_by_role("button", name="Post").click()

    page.get_by_text("Please write something first.").wait_for()
    assert page.get_by_label("Your name, or none").input_value() == "Tom"
    assert page.evaluate("document.activeElement.name") == "text"

    page.get_by_label("Your comment", exact=True).fill("It does, from May on.")
    page.get_by_role("button", name="Post").click()
    comment_of(page, "It does, from May on.").wait_for()
    assert page.get_by_text("Please write something first.").count() == 0
    assert page.locator("[aria-invalid]").count() == 0


def test_a_reply_is_looked_over_and_posted_in_its_place(page, story):
    page.goto(story)
    page.evaluate("window.sameDocument = true")
    question = comment_of(page, "Will it run on Sundays?").first
    question.get_by_role("link", name="Reply").click()
    question.get_by_label("Your reply", exact=True).fill("I was *told* so.")

    question.get_by_role("button", name="Preview").click()
    question.get_by_role("region", name="Preview").wait_for()
    question.get_by_role("button", name="Reply").click()

    page.get_by_label("Reply to Mara, level 2").get_by_text("I was told so.").wait_for()
    assert page.evaluate("window.sameDocument") is True
    assert page.locator("comment-form .preview").count() == 0


def test_without_a_network_nobody_is_led_away_and_what_was_said_of_it_goes_when_it_is_back(page, story):
    page.watch.allow("ERR_INTERNET_DISCONNECTED")
    page.goto(story)
    page.route("**/-/compose/**", lambda route: route.abort("internetdisconnected"))
    page.get_by_label("Your comment", exact=True).fill("It does, from May on.")
    page.get_by_role("button", name="Post").press("Enter")
    sentence = page.get_by_text("The paper could not be reached.")
    sentence.wait_for()
    assert page.evaluate("document.activeElement.value") == "post"

    page.get_by_role("link", name="Reply").click()

    page.wait_for_function("document.querySelectorAll('.field__error').length === 2")
    assert page.url == story
    page.unroute("**/-/compose/**")
    page.get_by_role("button", name="Post").click()
    comment_of(page, "It does, from May on.").wait_for()
    assert page.locator("comment-form + .field__error").count() == 0
    page.get_by_role("link", name="Reply").last.click()
    page.get_by_label("Your reply", exact=True).wait_for()
    assert sentence.count() == 0


def test_while_a_comment_is_on_its_way_nothing_is_typed_that_would_be_lost(page, story):
    page.goto(story)
    waiting = []

    def hold(route):
        waiting.append(route)

    page.route("**/-/compose/**", hold)
    text = page.get_by_label("Your comment", exact=True)
    text.fill("It does, from May on.")
    with page.expect_request("**/-/compose/**"):
        page.get_by_role("button", name="Post").click()

    assert not text.is_editable()

    waiting[0].continue_()
    comment_of(page, "It does, from May on.").wait_for()
    assert text.is_editable()


def test_who_is_signed_in_is_told_their_name_where_a_guest_is_asked_for_one(page, demo, story):
    sign_in(page, demo, "treasurer")
    page.goto(story)

    page.get_by_label("Your comment", exact=True).fill("It does, from May on.")
    page.get_by_text("You write as").wait_for()
    told = page.get_by_text("You write as").inner_text()
    assert page.get_by_label("Your name, or none").count() == 0

    page.get_by_role("button", name="Post").click()
    name = comment_of(page, "It does, from May on.").locator(".comment__name")
    name.wait_for()
    assert told == f"You write as {name.inner_text()}."


def test_a_vote_on_ones_own_comment_is_refused_beside_it(page, story):
    page.watch.allow("403")
    page.goto(story)
    page.get_by_label("Your comment", exact=True).fill("My own word.")
    page.get_by_role("button", name="Post").click()
    own = comment_of(page, "My own word.")

    own.get_by_role("button", name="Vote up").click()

    own.locator(".comment__top + [role=alert]", has_text="You cannot vote on your own comment.").wait_for()
    assert own.locator("output").inner_text() == "0"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_held_comment_waits_in_place_for_its_writer_alone(open_page, demo, story, scripts):
    page, other = open_page(scripts=scripts), open_page()
    page.goto(story)

    page.get_by_label("Your comment", exact=True).fill("The timetable: https://ferry.example/times")
    page.get_by_role("button", name="Post").click()
    page.get_by_text("Waiting for a moderator. Only you can see it.").first.wait_for()

    other.goto(story)
    other.get_by_text("Will it run").wait_for()
    assert other.get_by_text("The timetable").count() == 0
    if scripts:
        page.goto(story)
        page.get_by_text("The timetable").wait_for()


def test_the_discussion_fits_a_phone_without_sideways_scroll(open_page, story):
    page = open_page(viewport={"width": 320, "height": 640})
    page.goto(story)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for target in page.locator(".vote button, .comment__reply, .comment__time, .sorts__choice").all():
        box = target.bounding_box()
        assert box["height"] >= 44
