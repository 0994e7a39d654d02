"""An author asks about words of a story in the editor; readers answer there, and comment on words they mark."""

import re

from tests.journeys.papers import sign_in

STORY = """
from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.models.byline import Byline, StoryByline
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.story import Story

text = ("<p>The bridge was closed on <b>Monday</b> night. The council paid four million euros for it.</p>"
        "<p>Nobody knows when it opens again.</p>")
story = Story(title="The bridge of NAME", live=False, desk=Desk.objects.first(), body=[("paragraph", text)])
story.story_bylines.set([StoryByline(byline=Byline.objects.first())])
year_folder(None).add_child(instance=story)
publish(story)
print("story at", story.path_here, story.pk)
"""

CHANGE = """
from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.models.story import Story

story = Story.objects.get(pk=KEY)
raw = [dict(block) for block in story.body.raw_data]
raw[0]["value"] = raw[0]["value"].replace("four", "six")
story.body = raw
publish(story)
"""

MARK = """([words, selector]) => {
  const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words)
    if (at >= 0) {
      walker.currentNode.parentElement.scrollIntoView({ block: "center" })
      getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length)
      return
    }
  }
}"""


def new_story(demo, name, day="<b>Monday</b>"):
    script = STORY.replace("NAME", name).replace("<b>Monday</b>", day)
    path, key = re.search(r"story at (\S+) (\d+)", demo.shell(script)).groups()
    return demo.address.rstrip("/") + path, key


def mark(page, words, selector=".story__body"):
    page.evaluate(MARK, [words, selector])


def note_in(page, story):
    """Load the story until it has a note: the page kept for everybody follows what is said within a second."""
    note = page.locator("passage-note a")
    for _time in range(20):
        page.goto(story)
        if note.count():
            return note
        page.wait_for_timeout(250)
    raise AssertionError("There is no note in the story.")


def test_a_reader_comments_on_words_they_mark(page, demo):
    story, _key = new_story(demo, "marks")
    page.goto(story)

    mark(page, "four million euros")
    page.get_by_role("button", name="Comment on these words").click()
    aside = page.locator("aside.aside")
    assert aside.locator(".about__words").inner_text() == "four million euros"
    aside.get_by_label("Your comment", exact=True).fill("That is too much.")
    aside.get_by_role("button", name="Post").click()
    aside.get_by_text("That is too much.").wait_for()

    note = note_in(page, story)
    assert note.inner_text() == "1"
    note.press("Space")
    page.locator("aside.aside").get_by_text("That is too much.").wait_for()
    assert note.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.locator("aside.aside").count() == 0
    assert page.evaluate("document.activeElement.closest('passage-note') !== null")
    assert page.locator("#discussion .comment__on").inner_text() == "“four million euros”"


def test_what_is_refused_beside_the_words_is_said_there(page, demo):
    story, key = new_story(demo, "changes")
    page.watch.allow("409")
    page.goto(story)
    mark(page, "four million euros")
    page.get_by_role("button", name="Comment on these words").click()
    aside = page.locator("aside.aside")
    aside.get_by_label("Your comment", exact=True).fill("That is too much.")

    demo.shell(CHANGE.replace("KEY", key))
    aside.get_by_role("button", name="Post").click()

    assert "no longer stand" in aside.get_by_role("alert").inner_text()
    assert aside.get_by_label("Your comment", exact=True).input_value() == "That is too much."


def test_a_passage_opened_in_haste_is_open_once_and_can_be_closed(page, demo):
    story, _key = new_story(demo, "haste")
    page.goto(story)
    mark(page, "four million euros")
    page.get_by_role("button", name="Comment on these words").click()
    aside = page.locator("aside.aside")
    aside.get_by_label("Your comment", exact=True).fill("That is too much.")
    aside.get_by_role("button", name="Post").click()
    aside.get_by_text("That is too much.").wait_for()
    note = note_in(page, story)

    note.evaluate("link => { for (const time of [1, 2, 3]) link.click() }")
    aside.get_by_text("That is too much.").wait_for()
    page.wait_for_load_state("networkidle")
    again = page.evaluate(
        "() => [...document.querySelectorAll('[id]')].filter((one) => document.getElementById(one.id) !== one).length"
    )
    open_count = aside.count()
    page.keyboard.press("Escape")
    after = aside.count()
    note.dblclick()
    aside.get_by_text("That is too much.").wait_for()

    assert (open_count, again, after, aside.count()) == (1, 0, 0, 1)


def test_a_reader_without_scripts_comments_on_a_sentence(plain_page, demo):
    page = plain_page
    story, _key = new_story(demo, "sentences")
    page.goto(story)

    page.get_by_role("link", name="Comment on a sentence of the story").click()
    page.get_by_label("Nobody knows when it opens again.").check()
    page.get_by_role("button", name="Comment on this sentence").click()
    page.get_by_label("Your comment", exact=True).fill("In May, I hear.")
    page.get_by_role("button", name="Post").click()

    page.locator("#discussion .comment__on a").click()
    assert page.locator(".about__words").inner_text() == "Nobody knows when it opens again."
    assert page.get_by_text("In May, I hear.").is_visible()


def test_an_author_asks_in_the_editor_and_a_reader_answers_at_the_words(open_page, demo):
    story, key = new_story(demo, "questions")
    desk = open_page(viewport={"width": 1280, "height": 1000})
    desk.watch.allow("console")
    sign_in(desk, demo, "editor")
    desk.goto(f"{demo.address}admin/pages/{key}/edit/")
    editor = desk.locator(".public-DraftEditor-content", has_text="Nobody knows").first
    editor.click()
    mark(desk, "Nobody knows", ".public-DraftEditor-content")
    desk.get_by_role("button", name="Ask readers about the marked words").first.click()
    dialog = desk.locator("dialog.ask-dialog")
    dialog.get_by_label("Your question").fill("When, do you think?")
    dialog.get_by_role("button", name="Ask", exact=True).click()
    # Draftail writes into the form's field a quarter of a second later.
    desk.wait_for_function(
        "() => [...document.forms].some((form) => [...new FormData(form).values()].some((value) => String(value).includes('When, do you think?')))"
    )
    desk.get_by_role("button", name="Publish").first.click()
    desk.get_by_text("published").first.wait_for()

    page = open_page()
    page.goto(story)
    page.get_by_role("button", name="The author asks: When, do you think?").click()
    aside = page.locator("aside.aside")
    aside.get_by_label("Your comment", exact=True).fill("In May.")
    aside.get_by_role("button", name="Post").click()
    aside.get_by_text("In May.").wait_for()


def test_a_question_does_not_take_a_link_away(open_page, demo):
    _story, key = new_story(demo, "links", day="<a href='https://example.org/'>Monday</a>")
    desk = open_page(viewport={"width": 1280, "height": 1000})
    desk.watch.allow("console")
    sign_in(desk, demo, "editor")
    desk.goto(f"{demo.address}admin/pages/{key}/edit/")
    desk.locator(".public-DraftEditor-content", has_text="Nobody knows").first.click()
    mark(desk, "Monday", ".public-DraftEditor-content")

    with desk.expect_event("dialog") as asked:
        desk.once("dialog", lambda dialog: dialog.accept())
        desk.get_by_role("button", name="Ask readers about the marked words").first.click()

    assert "There is a link" in asked.value.message
    assert desk.locator("dialog.ask-dialog").count() == 0
    assert desk.locator(
        ".public-DraftEditor-content a, .public-DraftEditor-content [role=button]", has_text="Monday"
    ).count()
