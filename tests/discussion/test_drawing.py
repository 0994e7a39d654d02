"""A comment that was drawn before is not drawn again, and never shown as it was before it changed."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from commonpress.discussion import drawing, queries
from commonpress.discussion.actions.moderation import hold_comment, remove_comment
from commonpress.discussion.actions.votes import DOWN, vote
from commonpress.discussion.drawing import Place, Words, comments_html, list_html, own_html, place_of, posted_html
from commonpress.discussion.models import Comment, CommentState, RemovalReason
from commonpress.discussion.models.comment import HeldFor
from commonpress.discussion.queries import Sort
from commonpress.discussion.reading import Entry
from commonpress.discussion.said import Said
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WORDS = Words(
    page_key=7,
    is_open=True,
    is_embedded=False,
    public_id="Wxyzabcdefg",
    depth=5,
    state="published",
    kind="comment",
    persons_name=None,
    others_name="Ben",
    is_author_reply=False,
    is_staff_reply=False,
    is_supporter=False,
    written_at="2026-06-15 10:00:00",
    edited_at=None,
    score=3,
    parent="Aabcdefghij",
    parents_persons_name=None,
    parents_others_name="Ada",
    reason="",
    is_legible=True,
)
GONE = {"state": "removed", "is_legible": False}
OTHER = {
    "page_key": {"page_key": 8},
    "is_open": {"is_open": False},
    "is_embedded": {"is_embedded": True},
    "public_id": {"public_id": "Wother"},
    "depth": {"depth": 6},
    "state": {"state": "erased", "is_legible": False},
    "kind": {"kind": "pingback"},
    "persons_name": {"persons_name": "Person"},
    "others_name": {"others_name": "Bea"},
    "is_author_reply": {"is_author_reply": True},
    "is_staff_reply": {"is_staff_reply": True},
    "is_supporter": {"is_supporter": True},
    "written_at": {"written_at": "2026-06-15 10:01:00+00:00"},
    "edited_at": {"edited_at": "2026-06-15 10:05:00+00:00"},
    "score": {"score": -3},
    "parent": {"parent": "Aother"},
    "parents_persons_name": {"parents_persons_name": "Anna"},
    "parents_others_name": {"parents_others_name": "Amy"},
    "reason": GONE | {"reason": "Abuse"},
    "is_legible": {"is_legible": False},
    "is_featured": {"is_featured": True},
    "is_apart": {"is_apart": True},
    "quote": {"quote": "four million"},
    "quote_address": {"quote": "four million", "quote_address": "/2026/bridge/comments/on/a/"},
    "quote_is": {"quote": "four million", "quote_is": "changed"},
    "my_vote": {"my_vote": 1},
    "is_mine": {"is_mine": True, "state": "held"},
    "may_edit": {"may_edit": True, "may_delete": True},
    "may_delete": {"may_delete": True},
    "is_marked": {"is_marked": True},
    "is_folded": {"is_folded": True},
}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    drawing._remembered.cache_clear()


@pytest.mark.parametrize("name", Words._fields)
def test_each_word_of_a_comment_is_drawn_anew(name):
    zone = timezone.get_current_timezone()
    words = WORDS._replace(**{key: value for key, value in OTHER[name].items() if key != name})
    first = drawing._remembered(tuple(words), "en", zone)

    other = drawing._remembered(tuple(words._replace(**OTHER[name])), "en", zone)

    assert other != first


def test_it_is_drawn_for_each_language_and_zone():
    place = Place(7, "/2026/bridge/", is_open=True)
    entry = Entry(level=0, comment=Said.of(comment_on(story_to_discuss(), "A thought.", name="Ben")))
    drawn = set()
    for language, zone in [("en", "UTC"), ("de", "UTC"), ("de", "Asia/Tokyo")]:
        with translation.override(language), timezone.override(ZoneInfo(zone)):
            drawn.add(comments_html([entry], place))

    assert len(drawn) == 3


def test_a_comment_drawn_for_its_writer_is_not_remembered():
    story = story_to_discuss()
    entry = Entry(level=0, comment=Said.of(comment_on(story, "A thought.")))
    everybodys = comments_html([entry], place_of(story))
    held_before = drawing._remembered.cache_info().currsize

    for name, value in [("my_vote", 1), ("is_mine", True), ("is_marked", True), ("is_for_moderator", True)]:
        mine = Entry(level=0, comment=entry.comment)
        setattr(mine, name, value)
        comments_html([mine], place_of(story))

    assert drawing._remembered.cache_info().currsize == held_before
    assert comments_html([entry], place_of(story)) == everybodys


@pytest.mark.parametrize("name", ["", "Ada", 'A < B & "C"'])
@pytest.mark.parametrize("state", [CommentState.PUBLISHED, CommentState.HELD])
@pytest.mark.parametrize("is_reply", [False, True])
def test_what_was_just_posted_is_drawn_as_any_of_ones_own(name, state, is_reply):
    story = story_to_discuss()
    parent = comment_on(story, "Asked.", name="Grace") if is_reply else None
    for text in ("The first.", "The second, of the same minute."):
        comment = comment_on(story, text, name=name, parent=parent)
        comment.state, comment.held_for = state, HeldFor.FIRST if state == CommentState.HELD else ""

        assert posted_html(comment, place_of(story)) == own_html(comment, story)


def test_a_comment_whose_votes_alone_have_changed_is_not_drawn_again(monkeypatch):
    story = story_to_discuss()
    comment = comment_on(story)
    before = drawn_now(story)
    monkeypatch.setattr(drawing, "_drawn", lambda _words: pytest.fail("drawn again"))

    vote(comment, page=story, voter=PersonFactory(), value=DOWN)

    assert drawn_now(story) == before.replace(">0</output>", ">−1</output>")
    assert ">0</output>" in before


@pytest.mark.parametrize(("votes", "shown"), [(0, False), (2, True)])
@pytest.mark.parametrize("place", [Place(7, "/", is_open=False), Place(7, "/", is_open=True, is_embedded=True)])
def test_where_nobody_votes_a_score_is_shown_if_there_is_one(votes, shown, place):
    comment = Said.of(comment_on(story_to_discuss()))._replace(sum_of_votes=votes)

    html = comments_html([Entry(level=0, comment=comment)], place)

    assert ("vote__score" in html) == shown
    assert (">2<" in html) == shown


@pytest.mark.parametrize(("is_open", "is_embedded", "forms"), [(True, False, 1), (False, False, 0), (True, True, 0)])
def test_all_comments_of_a_list_are_voted_on_by_one_form(is_open, is_embedded, forms):
    story = story_to_discuss()
    said = [comment_on(story, str(number)) for number in range(3)]
    entries = [Entry(level=0, comment=Said.of(comment)) for comment in said]

    html = list_html(entries, Place(story.pk, "/", is_open=is_open, is_embedded=is_embedded))

    assert html.count("<form") == html.count("</form>") == forms
    ways = [f"/-/vote/{comment.public_id}" for comment in said for _button in "+−"]
    assert re.findall(r'<button formaction="([^"]+)" name="value"', html) == (ways if forms else [])


def test_two_hundred_comments_seen_before_are_not_drawn_again(monkeypatch):
    story = story_to_discuss()
    for number in range(5):
        comment_on(story, str(number))
    drawn_now(story)
    drawn = []
    draw = drawing._drawn
    monkeypatch.setattr(drawing, "_drawn", lambda words: drawn.append(Words(*words).public_id) or draw(words))

    new = comment_on(story, "One more.")
    drawn_now(story)

    assert drawn == [new.public_id]


def drawn_now(story):
    story = type(story).objects.get(pk=story.pk)
    return comments_html(queries.view_of(story.pk, Sort.OLDEST).entries, place_of(story))


def rename_its_person(comment):
    comment.person.display_name = "Somebody else"
    comment.person.save()


def set_(**fields):
    return lambda comment: Comment.objects.filter(pk=comment.pk).update(**fields)


def close(comment):
    type(comment.thread.page.specific).objects.filter(pk=comment.thread_id).update(comments_state="closed")


@pytest.mark.parametrize(
    "change",
    [
        set_(body_html="<p>Edited.</p>"),
        set_(ups=3),
        set_(downs_guest=1),
        set_(ups_imported=2),
        set_(is_author_reply=True),
        set_(is_staff_reply=True),
        set_(is_supporter=True),
        set_(kind="pingback"),
        set_(edited_at=datetime(2026, 1, 1, tzinfo=UTC)),
        set_(created_at=datetime(2020, 1, 1, tzinfo=UTC)),
        rename_its_person,
        close,
        lambda comment: hold_comment(comment, by=moderator()),
        lambda comment: remove_comment(comment, by=moderator(), reason=RemovalReason.ABUSE),
    ],
)
def test_whatever_changes_about_a_comment_is_seen(change):
    story = story_to_discuss()
    comment = comment_on(story, "A thought.", writer=PersonFactory(display_name="Ben"))
    comment_on(story, "An answer.", parent=comment)
    before = drawn_now(story)

    change(comment)
    after = drawn_now(story)
    drawing._remembered.cache_clear()

    assert after != before
    assert after == drawn_now(story)
