"""Readers with a story open see what others do, and nothing jumps under their eyes."""

import re
from urllib.parse import urlsplit

import pytest

from tests.journeys.papers import Paper, migrated_folder, sign_in
from tests.journeys.test_comment import STORY

COMMENT = """
from commonpress.accounts.models import Guest
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.models import Comment
from commonpress.newsroom.models.story import Story
story = Story.objects.get(public_path={path!r})
parent = Comment.objects.filter(thread_id=story.pk).order_by("number")[0] if {reply} else None
guest = Guest.objects.create(identity_hash=Guest.new_identity())
print(post_comment(story, writer=guest, text={text!r}, name="Tom", parent=parent).public_id)
"""
REMOVAL = """
from commonpress.accounts.models import Person
from commonpress.accounts.rules import is_moderator
from commonpress.discussion.actions.moderation import remove_comment
from commonpress.discussion.models import Comment, RemovalReason
moderator = next(person for person in Person.objects.all() if is_moderator(person))
remove_comment(Comment.objects.get(public_id={key!r}), by=moderator, reason=RemovalReason.SPAM)
"""
MANY = """
from datetime import UTC, datetime, timedelta
from commonpress.discussion.actions.imports import Arrival, finish_import, import_comments
from commonpress.newsroom.models.story import Story
story = Story.objects.get(public_path={path!r})
at = datetime(2026, 3, 1, tzinfo=UTC)
import_comments(story, [Arrival(html=str(n), created_at=at + timedelta(minutes=n), name="Mara") for n in range(260)])
finish_import(story)
"""
STATE = """
from commonpress.accounts.models import Person
from commonpress.accounts.rules import is_moderator
from commonpress.discussion.actions.threads import set_discussion
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.story import Story
moderator = next(person for person in Person.objects.all() if is_moderator(person))
set_discussion(Story.objects.get(public_path={path!r}), CommentsState({state!r}), by=moderator)
"""
# How much moves without a reader's doing, by the browser's own account.
SHIFTS = """
window.shifts = []
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value)
}).observe({ type: "layout-shift", buffered: false })
"""


@pytest.fixture(scope="module", params=["streams", "asking"])
def paper(request, tmp_path_factory):
    """A demo paper with streams, and one whose operator has switched them off."""
    more = {"COMMONPRESS_LIVE_STREAMS": "0"} if request.param == "asking" else {}
    paper = Paper("demo", migrated_folder(tmp_path_factory.mktemp("live") / "demo"), **more)
    paper.kind = request.param
    yield paper
    paper.stop()


@pytest.fixture
def story(paper) -> str:
    return paper.address.rstrip("/") + re.search(r"story at (\S+)", paper.shell(STORY))[1]


def comment(paper, story, text, *, reply=False) -> str:
    return paper.shell(COMMENT.format(path=urlsplit(story).path, text=text, reply=reply)).splitlines()[-1]


def set_state(paper, story, state):
    paper.shell(STATE.format(path=urlsplit(story).path, state=state))


def open_story(page, paper, story):
    """Open a story and wait until it listens; where there are no streams, until it asks, which takes no time here."""
    if paper.kind == "asking":
        # What a reader waits for, twenty seconds, passes in two.
        page.add_init_script("const slow = setTimeout; window.setTimeout = (then, ms) => slow(then, ms / 10)")
    with page.expect_response(re.compile(r"/-/live/\d+")):
        page.goto(story)


def news(page):
    return page.locator(".live__news")


def test_one_comments_and_the_other_sees_it_announced_and_brings_it_in(open_page, paper, story):
    reader, writer = open_page(), open_page()
    open_story(reader, paper, story)
    open_story(writer, paper, story)

    for text in ("It does, from May on.", "So I was told."):
        writer.get_by_label("Your comment", exact=True).fill(text)
        writer.get_by_role("button", name="Post").click()
        writer.locator("article.comment", has_text=text).wait_for()
        if text.startswith("It"):
            reader.get_by_role("link", name="1 new comment").wait_for()
            assert reader.get_by_text(text).count() == 0
    reader.get_by_role("link", name="2 new comments").wait_for()
    assert reader.locator(".story__count").inner_text() == "3 comments"
    assert reader.locator("#discussion-head").text_content().strip() == "3 comments"

    news(reader).click()

    reader.locator("article.comment", has_text="So I was told.").wait_for()
    # All of them are marked, wherever they stand; only the first has the focus.
    assert reader.locator("article.comment", has=reader.locator(".comment__new")).count() == 2
    names = reader.locator(".comments > li > article .comment__body").all_inner_texts()
    assert names == ["So I was told.", "It does, from May on.", "Will it run on Sundays?"]
    assert news(reader).is_hidden()
    assert reader.url == story
    # Whoever wrote them was never told.
    assert news(writer).is_hidden()
    assert reader.watch.cookies() == []


def test_a_reply_is_brought_to_its_place_and_a_first_comment_to_an_empty_discussion(open_page, paper, story):
    page = open_page()
    open_story(page, paper, story)
    key = comment(paper, story, "It does.", reply=True)

    page.get_by_role("link", name="1 new comment").click()

    page.locator(f".comments > li > ol > #c-{key}").wait_for()
    assert page.evaluate("document.activeElement.id") == f"c-{key}"


def test_a_vote_is_seen_by_the_other_without_anything_jumping(open_page, paper, story):
    reader, voter = open_page(viewport={"width": 360, "height": 740}), open_page()
    open_story(reader, paper, story)
    open_story(voter, paper, story)
    reader.locator(".comment__body").scroll_into_view_if_needed()
    reader.evaluate(SHIFTS)
    before = reader.evaluate("[scrollY, document.querySelector('.comment__body').getBoundingClientRect().top]")

    voter.get_by_role("button", name="Vote up").click()
    reader.locator("output", has_text="1").wait_for()
    comment(paper, story, "It does.")
    news(reader).wait_for()

    after = reader.evaluate("[scrollY, document.querySelector('.comment__body').getBoundingClientRect().top]")
    assert after == before
    assert reader.evaluate("window.shifts") == []
    box = news(reader).bounding_box()
    assert box["height"] >= 44
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 740


def test_a_removed_comment_is_announced_no_longer(open_page, paper, story):
    page = open_page()
    open_story(page, paper, story)
    key = comment(paper, story, "Buy here.")
    news(page).wait_for()

    paper.shell(REMOVAL.format(key=key))

    news(page).wait_for(state="hidden")
    assert page.locator(".story__count").inner_text() == "1 comment"


def test_the_meter_moves_when_staff_confirm_a_gift(open_page, paper, story):
    page = open_page()
    open_story(page, paper, story)
    meter = page.locator(".meter__scale")
    spoken, width = meter.get_attribute("aria-label"), page.locator(".meter__received").get_attribute("width")
    page.evaluate(SHIFTS)
    treasurer = open_page()
    sign_in(treasurer, paper, "treasurer")
    treasurer.goto(f"{paper.address}admin/fundraising/gifts/new/")
    treasurer.get_by_label("Amount").fill("40")
    treasurer.get_by_label("Note for the books").fill("From the fair")
    treasurer.get_by_role("button", name="Enter it in the book").click()
    treasurer.get_by_text("€40 is in the book.").wait_for()

    page.wait_for_function(
        "spoken => document.querySelector('.meter__scale').getAttribute('aria-label') !== spoken", arg=spoken
    )

    assert page.locator(".meter__received").get_attribute("width") != width
    assert page.evaluate("window.shifts") == []
    # As the page is made anew, so it was moved.
    moved = page.locator(".meter").inner_html()
    page.reload()
    assert squeezed(page.locator(".meter").inner_html()) == squeezed(moved)


def squeezed(html):
    return re.sub(r"\s+", " ", html)


def test_a_withdrawn_story_is_asked_for_no_more(open_page, paper, story):
    page = open_page()
    page.watch.allow("410|404")
    open_story(page, paper, story)
    paper.shell(
        "from commonpress.newsroom.actions.publishing import unpublish\n"
        "from commonpress.newsroom.models.story import Story\n"
        f"unpublish(Story.objects.get(public_path={urlsplit(story).path!r}))"
    )

    page.locator(".live__said", has_text="has been withdrawn by the editors").wait_for()
    assert page.locator(".live__said").locator("xpath=ancestor::*[@role='status']").count() == 1


def test_a_discussion_that_is_closed_says_so_to_who_has_it_open(open_page, paper, story):
    page = open_page()
    open_story(page, paper, story)
    set_state(paper, story, "closed")

    page.locator(".live__said", has_text="This discussion is closed. You can still read it.").wait_for()

    set_state(paper, story, "open")
    page.locator(".live__said").wait_for(state="hidden")


def test_news_that_cannot_be_fetched_leave_the_reader_on_the_page(open_page, paper, story):
    page = open_page()
    page.watch.allow("ERR_INTERNET_DISCONNECTED")
    open_story(page, paper, story)
    comment(paper, story, "It does.")
    news(page).wait_for()
    page.route(story, lambda route: route.abort("internetdisconnected"))

    news(page).click()

    page.locator(".live__said", has_text="The paper could not be reached.").wait_for()
    assert page.url == story
    page.unroute(story)
    news(page).click()
    page.locator("article.comment", has_text="It does.").wait_for()
    assert page.locator(".live__said").is_hidden()


def test_a_long_discussion_announces_only_what_came_since_it_was_opened(open_page, paper, story):
    paper.shell(MANY.format(path=urlsplit(story).path))
    comment(paper, story, "Said long ago, below the first of them.", reply=True)
    page = open_page()
    open_story(page, paper, f"{story}comments/oldest/")
    comment(paper, story, "Said since.")

    page.get_by_role("link", name="1 new comment").wait_for()
    assert page.locator("#discussion-head").text_content().strip() == "263 comments"

    # A page that does not show it leads to where it stands.
    news(page).click()
    page.wait_for_url("**/c/*/")
    page.get_by_text("Said since.").wait_for()


def test_who_comes_back_sees_what_is_new_and_who_only_reads_leaves_nothing_behind(open_page, paper, story):
    reader, stranger = open_page(), open_page()
    asked = []
    for page in (reader, stranger):
        page.on("request", lambda request: asked.append(request.url) if "/-/me" in request.url else None)
    stranger.goto(story)
    reader.goto(story)
    reader.get_by_label("Your comment", exact=True).fill("I shall come back.")
    reader.get_by_role("button", name="Post").click()
    reader.locator("article.comment", has_text="I shall come back.").wait_for()
    assert asked == []

    with reader.expect_response("**/-/me?page=*"):
        reader.reload()
    reader.wait_for_function("localStorage.visits")
    assert len(asked) == 1
    comment(paper, story, "Said while you were away.")
    again = reader.context.new_page()
    again.add_init_script("const now = Date.now; Date.now = () => now() + 3600e3")
    again.goto(story)

    again.locator(".comment__new").first.wait_for()
    marked = again.locator("article.comment", has=again.locator(".comment__new"))
    assert [("while you were away" in text, "New" in text) for text in marked.all_inner_texts()] == [(True, True)]
    stranger.reload()
    assert stranger.evaluate("localStorage.length") == 0
    assert len(asked) == 1
    assert stranger.watch.cookies() == []
