"""A guest changes, keeps and deletes what they wrote, and does not read somebody, with scripts and without."""

import re

from tests.journeys.test_comment import comment_of, story  # noqa: F401  a fixture


def test_with_scripts_a_guest_edits_in_place_and_finds_it_so_after_loading_anew(page, story):  # noqa: F811
    page.goto(story)
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Your comment", exact=True).fill("It does, form May on.")
    page.get_by_role("button", name="Post").click()
    mine = comment_of(page, "It does, form May on.")
    mine.get_by_role("link", name="Keep this comment").wait_for()

    mine.get_by_role("link", name="Edit").click()
    mine.get_by_label("Your comment", exact=True).press("Escape")
    assert mine.get_by_label("Your comment", exact=True).count() == 0
    mine.get_by_role("link", name="Edit").click()
    mine.get_by_label("Your comment", exact=True).fill("It does, from May on.")
    mine.get_by_label("Your comment", exact=True).press("Escape")
    assert mine.get_by_label("Your comment", exact=True).input_value() == "It does, from May on."
    assert mine.get_by_role("link", name="Leave it as it is").is_visible()
    page.get_by_role("button", name="Save").click()
    changed = comment_of(page, "It does, from May on.")
    changed.get_by_text("edited").wait_for()
    assert page.evaluate("window.sameDocument")

    page.reload()
    changed = comment_of(page, "It does, from May on.")
    changed.get_by_role("link", name="Edit").wait_for()
    changed.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    assert page.get_by_text("The comment is deleted.").is_visible()
    page.goto(story)
    assert comment_of(page, "It does, from May on.").count() == 0


def test_without_scripts_a_guest_finds_what_waits_and_why(plain_page, story):  # noqa: F811
    page = plain_page
    page.goto(story)
    page.get_by_label("Your comment", exact=True).fill("See https://a.example for the times.")
    page.get_by_role("button", name="Post").click()

    assert page.get_by_text("Comments with links are looked at before they appear.").is_visible()
    page.goto(story)
    page.get_by_role("link", name="Your comments").click()
    assert page.get_by_text("Comments with links are looked at before they appear.").is_visible()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Your comment", exact=True).fill("The times hang at the pier.")
    page.get_by_role("button", name="Save").click()
    assert re.search(r"/c/\w{11}/#c-\w{11}$", page.url)
    assert comment_of(page, "The times hang at the pier.").is_visible()


def test_who_ignores_a_writer_finds_them_folded_up(page, story):  # noqa: F811
    page.goto(story)
    comment_of(page, "Will it run on Sundays?").locator(".comment__time").click()
    button = page.get_by_role("button", name=re.compile(r"^Ignore \w"))
    # As it is drawn: parts of a button stand without a space between them.
    assert "\n" not in button.inner_text()
    button.click()
    page.goto(story)

    show = page.get_by_role("button", name="You ignore this writer. Show")
    show.wait_for()
    assert not page.get_by_text("Will it run on").is_visible()
    show.click()
    assert page.get_by_text("Will it run on").is_visible()
