"""A static site of somebody else's shows a discussion and the meter with one line of HTML each."""

import re

import pytest

from tests.journeys.papers import another_site

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
SECRET = '<!DOCTYPE html><meta name="viewport" content="width=device-width"><p id="secret">Theirs alone.</p>'


@pytest.fixture
def story(demo) -> str:
    """The path of a story of its own, with one question under it."""
    return re.search(r"story at (\S+)", demo.shell(STORY))[1]


def thread_line(demo, story):
    return f'<script src="{demo.address}embed.js" data-thread="{story}" async></script>'


def frame_of(reader):
    """Return the frame once it is as tall as what it shows."""
    reader.wait_for_function("document.querySelector('iframe')?.height > 250")
    return reader.frame_locator("iframe")


def test_a_reader_writes_from_another_site_in_a_tab_of_the_paper(demo, open_page, story):
    reader = open_page()
    with another_site(SECRET + thread_line(demo, story)) as theirs:
        reader.goto(theirs)
        frame = frame_of(reader)
        frame.get_by_text("Will it run on Sundays?").wait_for()
        assert frame.get_by_role("button", name="Vote up").count() == 0
        assert reader.locator("a").count() == 0
        assert reader.watch.cookies() == []

        frame.get_by_label("Your comment").fill("It does, from **May** on.")
        with reader.context.expect_page() as opened:
            frame.get_by_role("button", name="Go on at").click()
        tab = opened.value
        assert tab.get_by_role("region", name="Preview").inner_html().count("<strong>May</strong>") == 1
        assert tab.evaluate("window.opener") is None
        assert reader.watch.cookies() == []

        tab.get_by_label("Your name, or none").fill("Tom")
        tab.get_by_role("button", name="Post").click()
        tab.get_by_text("It does, from May on.").wait_for()
        assert tab.url.startswith(f"{demo.address.rstrip('/')}{story}")

        reader.reload()
        frame_of(reader).get_by_text("It does, from May on.").wait_for()


def test_in_a_frame_without_scripts_everything_works_too(demo, plain_page, story):
    reader = plain_page
    with another_site(f'<iframe src="{demo.address}embed/thread{story}" width="340" height="900"></iframe>') as theirs:
        reader.goto(theirs)
        frame = reader.frame_locator("iframe")
        frame.get_by_role("link", name="Oldest").click()
        frame.locator("[aria-current]", has_text="Oldest").wait_for()
        frame.get_by_label("Your comment").fill("Without a script.")
        with reader.context.expect_page() as opened:
            frame.get_by_role("button", name="Go on at").click()
        opened.value.get_by_role("button", name="Post").click()

        opened.value.get_by_text("Without a script.").wait_for()


def test_neither_site_can_read_the_other_or_tell_it_anything_but_a_height(demo, open_page, story):
    reader = open_page()
    reader.watch.allow("Blocked a frame|SecurityError|Unsafe attempt to initiate navigation")
    with another_site(SECRET + thread_line(demo, story)) as theirs:
        reader.goto(theirs)
        frame_of(reader).get_by_text("Will it run on Sundays?").wait_for()
        (inside,) = reader.frames[1:]
        height = reader.evaluate("document.querySelector('iframe').height")
        read = "(window) => { try { return String(window.document.body) } catch (error) { return error.name } }"

        assert reader.evaluate("document.querySelector('iframe').contentDocument") is None
        assert reader.evaluate(f"({read})(document.querySelector('iframe').contentWindow)") == "SecurityError"
        assert inside.evaluate(f"({read})(parent)") == "SecurityError"
        refused = "() => { try { top.location = 'about:blank' } catch (error) { return error.name } }"
        assert inside.evaluate(refused) == "SecurityError"

        # Not from the frame, and from it what is no height.
        reader.evaluate("postMessage(5000, '*')")
        for word in ("'5000'", "-1", "1e9", "{height: 5000}", "1.5"):
            inside.evaluate(f"parent.postMessage({word}, '*')")
        inside.evaluate(f"parent.postMessage(321, '{theirs.rstrip('/')}')")
        reader.wait_for_function("document.querySelector('iframe').height == 321")
        assert int(height) > 250


def test_a_site_that_is_not_listed_shows_a_link_in_its_place_and_the_meter(demo, open_page, story):
    reader = open_page()
    reader.watch.allow("frame-ancestors|postMessage|chrome-error")
    lines = SECRET + thread_line(demo, story) + f'<script src="{demo.address}embed.js" data-meter async></script>'
    with another_site(lines, name="localhost") as theirs:
        reader.goto(theirs)
        link = reader.locator("a", has_text=story)
        link.wait_for()
        meter = reader.frame_locator("iframe[src$='/embed/meter/']")
        meter.locator(".meter__scale").wait_for()
        reader.wait_for_function("document.querySelector('iframe[src$=\"/embed/meter/\"]').height != 200")

        assert reader.frame_locator("iframe[src*='/embed/thread/']").locator("main").count() == 0
        assert reader.locator("a").count() == 1
        link.click()
        reader.wait_for_url(f"{demo.address.rstrip('/')}{story}")


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_a_frame_fits_and_is_as_tall_as_what_it_shows(demo, open_page, story, width):
    reader = open_page(viewport={"width": width, "height": 700}, color_scheme="dark" if width == 768 else "light")
    with another_site(SECRET + thread_line(demo, story)) as theirs:
        reader.goto(theirs)
        frame_of(reader).get_by_text("Will it run on Sundays?").wait_for()
        (inside,) = reader.frames[1:]
        reader.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
        inside.wait_for_function("document.documentElement.scrollHeight <= innerHeight")

        assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert inside.evaluate("innerHeight - document.documentElement.getBoundingClientRect().height < 2")
        for target in reader.frame_locator("iframe").locator("button, .sorts__choice, .comment__reply").all():
            assert target.bounding_box()["height"] >= 44
