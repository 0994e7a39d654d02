"""Votes answered before Django is asked: the same votes, the same answers, and nothing but what is plain."""

import asyncio

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from wagtail.models import PageViewRestriction

from commonpress.accounts.http import cookie_value
from commonpress.accounts.models import Guest
from commonpress.database.sqlite import group
from commonpress.discussion.actions.moderation import remove_comment
from commonpress.discussion.models import RemovalReason, Vote
from commonpress.discussion.views.ballot_box import BallotBox
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.publication import Publication
from commonpress.theme.headers import headers_for
from tests.discussion.boxes import SCRIPTS, asked_of
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.discussion import comment_on, moderator, story_to_discuss

pytestmark = [
    pytest.mark.commits,
    pytest.mark.skipif(
        "postgresql" in connection.settings_dict["ENGINE"], reason="Only SQLite's votes share a commit here"
    ),
]


@pytest.fixture(autouse=True)
def afresh():
    cache.clear()
    yield
    group.close_groups(seconds=30)


@pytest.fixture
def guests_cookie() -> bytes:
    identity = Guest.new_identity()
    Guest.objects.create(identity_hash=Guest.hash_of(identity))
    return f"guest={cookie_value(identity)}".encode()


@pytest.fixture
def comment():
    return comment_on(story_to_discuss())


def asked(comment, cookie, body=b"value=1", **request):
    path = request.pop("path", None) or f"/-/vote/{comment.public_id}"
    return asked_of(BallotBox(headers=headers_for("/-/vote/")), path, cookie, body, **request)


def test_a_vote_is_counted_and_answered_as_by_django(comment, guests_cookie):
    story = comment.thread.page.specific
    other = comment_on(story)
    reader = Client(headers={"sec-fetch-site": "same-origin", "x-fragment": "1"})
    reader.cookies.load(guests_cookie.decode())
    by_django = reader.post(f"/-/vote/{other.public_id}", {"value": "1"})

    status, _headers, html = asked(comment, guests_cookie)

    comment.refresh_from_db()
    assert (status, comment.ups_guest) == (200, 1)
    assert html == by_django.content.decode().replace(other.public_id, comment.public_id)
    assert_counts_agree_with_rows(story)


def test_its_answer_carries_the_headers_of_every_answer_and_is_kept_nowhere(comment, guests_cookie):
    _status, headers, html = asked(comment, guests_cookie)

    expected = {name.lower().encode(): value.encode() for name, value in headers_for("/-/vote/").items()}
    assert headers.items() >= expected.items()
    assert headers[b"cache-control"] == b"no-store, private"
    assert headers[b"content-length"] == str(len(html.encode())).encode()


def test_who_does_not_read_their_answer_holds_up_nobody(comment, guests_cookie):
    scope = {
        "path": f"/-/vote/{comment.public_id}", "method": "POST", "client": ("10.0.0.1", 5),
        "headers": [*SCRIPTS.items(), (b"cookie", guests_cookie)],
    }  # fmt: skip
    answered = []

    async def receive():
        return {"type": "http.request", "body": b"value=1"}

    async def never(_message):
        await asyncio.Event().wait()

    async def send(message):
        answered.append(message)

    async def ask():
        box = BallotBox(headers={})
        stuck = asyncio.ensure_future(box.answer(scope, receive, never))
        await asyncio.wait_for(box.answer(scope, receive, send), timeout=30)
        stuck.cancel()

    asyncio.run(ask())

    assert answered[0]["status"] == 200


def test_a_vote_is_changed_and_taken_back(comment, guests_cookie):
    asked(comment, guests_cookie)
    asked(comment, guests_cookie, b"value=-1")
    comment.refresh_from_db()
    changed = (comment.ups_guest, comment.downs_guest)
    asked(comment, guests_cookie, b"value=0")
    comment.refresh_from_db()

    assert changed == (0, 1)
    assert (comment.ups_guest, comment.downs_guest, Vote.objects.count()) == (0, 0, 0)


def test_the_buttons_speak_the_publications_language(comment, guests_cookie):
    Publication(pk=1, name="Die Zeitung", language="de").save()

    _status, _headers, html = asked(comment, guests_cookie)

    assert "Dagegen stimmen" in html


def test_who_waits_in_a_burst_is_told_so(comment, guests_cookie, settings):
    settings.NEWCOMERS_VOTES = 1
    for _stranger in range(2):
        identity = Guest.new_identity()
        Guest.objects.create(identity_hash=Guest.hash_of(identity))
        _status, _headers, html = asked(comment, f"guest={cookie_value(identity)}".encode())

    comment.refresh_from_db()
    assert "vote__held" in html
    assert (comment.ups_guest, comment.vote_burst.held_count) == (1, 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": None},
        {"cookie": b"guest=made-up:signature"},
        {"sec_fetch_site": b"cross-site"},
        {"sec_fetch_site": b"same-site"},
        {"sec_fetch_site": None},
        {"x_fragment": None},
        {"content_type": b"multipart/form-data; boundary=x"},
        {"content_length": None},
        {"content_length": b"900"},
        {"content_length": b"-7"},
        {"method": "GET"},
        {"body": b"value=2"},
        {"body": b"value=1&value=-1"},
        {"path": "/-/vote/unknown4444"},
        {"path": "/-/vote/short"},
        {"more": ((b"cookie", b"sessionid=x"),)},
        {"more": ((b"sec-fetch-site", b"cross-site"),)},
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_django_untouched(comment, guests_cookie, headers):
    status, _headers, unread = asked(comment, **({"cookie": guests_cookie} | headers))

    assert status is None
    assert unread == headers.get("body", b"value=1")
    assert not Vote.objects.exists()


def test_who_has_a_session_is_left_to_django(comment, guests_cookie):
    assert asked(comment, guests_cookie + b"; sessionid=abc")[0] is None


def test_a_refusal_is_left_to_django(comment, guests_cookie):
    page = comment.thread.page.specific
    page.comments_state = CommentsState.CLOSED
    page.save()

    assert asked(comment, guests_cookie)[0] is None
    assert not Vote.objects.exists()


def test_what_is_left_to_django_is_not_taken_from_the_allowance_before(comment, guests_cookie, settings):
    settings.VOTES_PER_MINUTE = 1
    page = comment.thread.page.specific
    page.comments_state = CommentsState.CLOSED
    page.save()
    asked(comment, guests_cookie)
    page.comments_state = CommentsState.OPEN
    page.save()

    assert asked(comment, guests_cookie)[0] == 200


def test_a_removed_comment_is_left_to_django(comment, guests_cookie):
    remove_comment(comment, by=moderator(), reason=RemovalReason.OTHER)

    assert asked(comment, guests_cookie)[0] is None


@pytest.mark.parametrize("state", [CommentsState.OFF, CommentsState.CLOSED])
def test_a_discussion_that_is_not_open_is_left_to_django(comment, guests_cookie, state):
    page = comment.thread.page.specific
    page.comments_state = state
    page.save()

    assert asked(comment, guests_cookie)[0] is None


def test_a_page_for_some_only_or_withdrawn_is_left_to_django(comment, guests_cookie):
    page = comment.thread.page
    above = PageViewRestriction.objects.create(page=page.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    private = asked(comment, guests_cookie)[0]
    above.delete()
    page.live = False
    page.save()

    assert (private, asked(comment, guests_cookie)[0]) == (None, None)
    assert not Vote.objects.exists()


def test_ones_own_comment_is_left_to_django(guests_cookie):
    mine = comment_on(story_to_discuss(), writer=Guest.objects.get())

    assert asked(mine, guests_cookie)[0] is None


def test_who_votes_too_often_is_left_to_django(comment, guests_cookie, settings):
    settings.VOTES_PER_MINUTE = 1

    assert asked(comment, guests_cookie)[0] == 200
    assert asked(comment, guests_cookie, b"value=0")[0] is None
    assert Vote.objects.count() == 1


def test_a_guests_votes_are_not_taken_where_limits_or_rows_are_elsewhere(comment, guests_cookie, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

    assert asked(comment, guests_cookie)[0] is None
