"""Comments answered before Django is asked: the same comments, the same answers, and nothing but what is plain."""

import re
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from wagtail.models import PageViewRestriction

from commonpress.accounts.http import cookie_value
from commonpress.accounts.models import Guest
from commonpress.accounts.rules import Role
from commonpress.database.sqlite import group
from commonpress.discussion import markup
from commonpress.discussion.actions.moderation import hold_comment, remove_comment
from commonpress.discussion.models import Comment, CommentState, DiscussionSettings, Hold, RemovalReason
from commonpress.discussion.views.comment_box import LONGEST_TEXT, CommentBox
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.publication import Publication
from commonpress.theme.headers import headers_for
from tests.discussion.boxes import asked_of
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import make_person
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = [
    pytest.mark.commits,
    pytest.mark.skipif(
        "postgresql" in connection.settings_dict["ENGINE"], reason="Only SQLite's writers share a commit here"
    ),
]

TEXT = "A ferry would cost less."
KEY = "once-key-of-a-form"


@pytest.fixture(autouse=True)
def afresh():
    cache.clear()
    Publication(pk=1, name="The Paper").save()
    yield
    group.close_groups(seconds=30)


@pytest.fixture
def guests_cookie() -> bytes:
    identity = Guest.new_identity()
    Guest.objects.create(identity_hash=Guest.hash_of(identity))
    return f"guest={cookie_value(identity)}".encode()


@pytest.fixture
def first():
    """A comment on a story, which has made its thread."""
    return comment_on(story_to_discuss(), "The first.", name="Grace")


@pytest.fixture
def story(first):
    return first.thread.page.specific


def form(**fields):
    filled = {
        "text": TEXT,
        "writes_as": "",
        "name": "",
        "tell": "",
        "pace": "",
        "address": "",
        "then": "post",
        "once": KEY,
    }
    return {name: value for name, value in (filled | fields).items() if value is not None}


def asked(page, cookie, *, parent=None, body=None, fields=(), **request):
    body = urlencode(form(**dict(fields))).encode() if body is None else body
    path = f"/-/compose/{page.pk}" + (f"/{parent.public_id}" if parent else "")
    return asked_of(CommentBox(headers=headers_for("/-/compose/")), path, cookie, body, **request)


def posted():
    return Comment.objects.get(body_source=TEXT)


def alike(html):
    """Return HTML without what differs between two comments that say the same."""
    return re.sub(r"[A-Za-z0-9]{11}|<time.*?</time>|[0-9]+ comments", "X", html)


@pytest.mark.parametrize("name", ["", "Ada", "A < B"])
@pytest.mark.parametrize("is_reply", [False, True])
def test_a_comment_is_posted_and_answered_as_by_django(story, first, guests_cookie, name, is_reply):
    parent = first if is_reply else None
    reader = Client(headers={"sec-fetch-site": "same-origin", "x-fragment": "1"})
    reader.cookies.load(guests_cookie.decode())
    path = f"/-/compose/{story.pk}" + (f"/{parent.public_id}" if parent else "")
    by_django = reader.post(path, form(name=name, once="another-once-key", text="Another."))

    status, _headers, html = asked(story, guests_cookie, parent=parent, fields={"name": name})

    comment, other = posted(), Comment.objects.get(body_source="Another.")
    assert (status, by_django.status_code) == (201, 201)
    assert alike(html).replace(TEXT, "Another.") == alike(by_django.content.decode())
    assert (comment.parent, comment.guest_name, comment.guest) == (parent, name, other.guest)
    for field in (
        "state",
        "held_for",
        "kind",
        "depth",
        "root_id",
        "renderer",
        "is_shown",
        "is_staff_reply",
        "is_supporter",
    ):
        assert getattr(comment, field) == getattr(other, field)
    assert_counts_agree_with_rows(story)


def test_its_answer_carries_the_headers_of_every_answer_and_is_kept_nowhere(story, guests_cookie):
    _status, headers, html = asked(story, guests_cookie)

    expected = {name.lower().encode(): value.encode() for name, value in headers_for("/-/compose/").items()}
    assert headers.items() >= expected.items()
    assert headers[b"cache-control"] == b"no-store, private"
    assert headers[b"content-length"] == str(len(html.encode())).encode()


def test_what_is_typed_is_cleaned_and_what_it_says_is_safe(story, guests_cookie):
    _status, _headers, html = asked(
        story, guests_cookie, fields={"text": "\u202e*So*\r\n\r\n\r\n<script>alert(1)</script>"}
    )

    comment = Comment.objects.latest("pk")
    assert comment.body_source == "*So*\n\n<script>alert(1)</script>"
    assert "<em>So</em>" in html
    assert "<script>" not in html


def test_a_text_with_marks_is_read_as_by_django(story, guests_cookie):
    text = "> Who said so?\n\nI *did*: see https://host.example/a_b"
    DiscussionSettings(pk=1, hold=Hold.NOTHING).save()

    asked(story, guests_cookie, fields={"text": text})

    assert Comment.objects.latest("pk").body_html == markup.render(text)


def test_it_speaks_the_publications_language_and_knows_its_zone(story, guests_cookie):
    Publication(pk=1, name="Die Zeitung", language="de", zone="Asia/Tokyo").save()

    _status, _headers, html = asked(story, guests_cookie)

    at = posted().created_at.astimezone(Publication.load().tzinfo)
    assert "Antworten" in html
    assert f"{at:%H:%M}" in html


@pytest.mark.parametrize(
    ("hold", "text", "state"),
    [
        (Hold.NOTHING, "See https://host.example", CommentState.PUBLISHED),
        (Hold.LINKS, "See https://host.example", CommentState.HELD),
        (Hold.LINKS, TEXT, CommentState.PUBLISHED),
        (Hold.FIRST, TEXT, CommentState.HELD),
        (Hold.ALL, TEXT, CommentState.HELD),
    ],
)
def test_it_waits_for_a_moderator_as_the_settings_say(story, guests_cookie, hold, text, state):
    DiscussionSettings(pk=1, hold=hold).save()

    _status, _headers, html = asked(story, guests_cookie, fields={"text": text})

    assert Comment.objects.latest("pk").state == state
    assert ("comment__held" in html) == (state == CommentState.HELD)
    assert ("discussion__count" in html) == (state == CommentState.PUBLISHED)
    assert_counts_agree_with_rows(story)


@pytest.mark.parametrize(
    "request_",
    [
        {"cookie": None},
        {"cookie": b"guest=made-up:signature"},
        {"sec_fetch_site": b"cross-site"},
        {"x_fragment": None},
        {"content_type": b"multipart/form-data; boundary=x"},
        {"content_length": None},
        {"content_length": b"90000"},
        {"content_length": b"500"},
        {"method": "GET"},
        {"query": b"on=1&quote=x"},
        {"more": ((b"cookie", b"sessionid=x"),)},
        {"fields": {"text": ""}},
        {"fields": {"text": " \n "}},
        {"fields": {"text": "\0"}},
        {"fields": {"text": "x" * (LONGEST_TEXT + 1)}},
        {"fields": {"text": None}},
        {"fields": {"once": None}},
        {"fields": {"once": "short"}},
        {"fields": {"then": "preview"}},
        {"fields": {"tell": "all", "address": "ada@host.example"}},
        {"fields": {"passage": "abc"}},
        {"fields": {"writes_as": "You write as Ada."}},
        {"fields": {"name": "x" * 41}},
        {"fields": {"name": "The Paper"}},
        {"fields": {"name": "Ivy Editor"}},
        {"fields": {"name": "p\u0430ul"}},
        {"body": f"text=a&text=b&once={KEY}".encode()},
        {"body": b"text=\xff&once=" + KEY.encode()},
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_django_untouched(story, guests_cookie, request_):
    make_person("", Role.EDITOR, display_name="Ivy Editor")
    status, _headers, unread = asked(story, **({"cookie": guests_cookie} | request_))

    assert status is None
    assert unread == request_.get("body", urlencode(form(**request_.get("fields", {}))).encode())
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("state", [CommentsState.CLOSED, CommentsState.OFF])
def test_a_discussion_that_is_not_open_is_left_to_django(story, guests_cookie, state):
    story.comments_state = state
    story.save()

    assert asked(story, guests_cookie)[0] is None


def test_a_page_for_some_only_withdrawn_or_unknown_is_left_to_django(story, guests_cookie):
    above = PageViewRestriction.objects.create(page=story.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    private = asked(story, guests_cookie)[0]
    above.delete()
    story.live = False
    story.save()
    withdrawn = asked(story, guests_cookie)[0]
    story.pk = 987654321

    assert (private, withdrawn, asked(story, guests_cookie)[0]) == (None, None, None)
    assert Comment.objects.count() == 1


def test_the_first_comment_of_a_discussion_is_left_to_django(guests_cookie):
    assert asked(story_to_discuss(), guests_cookie)[0] is None


def test_what_cannot_be_answered_is_left_to_django(story, first, guests_cookie):
    elsewhere = comment_on(story_to_discuss())
    hold_comment(comment_on(story), by=moderator())
    held = Comment.objects.get(state=CommentState.HELD)
    removed = comment_on(story)
    remove_comment(removed, by=moderator(), reason=RemovalReason.OTHER)

    assert [asked(story, guests_cookie, parent=each)[0] for each in (elsewhere, held, removed)] == [None] * 3


def test_what_was_sent_twice_is_posted_once(story, guests_cookie):
    assert asked(story, guests_cookie)[0] == 201
    assert asked(story, guests_cookie)[0] is None
    assert posted()


def test_who_posts_too_often_is_left_to_django_and_nothing_is_taken_for_what_django_looks_at(
    story, guests_cookie, settings
):
    settings.COMMENTS_PER_MINUTE = 1
    for _try in range(3):
        assert asked(story, guests_cookie, fields={"text": ""})[0] is None

    assert asked(story, guests_cookie)[0] == 201
    assert asked(story, guests_cookie, fields={"once": "the-key-of-another", "text": "More."})[0] is None
