"""Every address of the moderators' desk, for every role and every state of a comment: who may, and what it does."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from commonpress.accounts.rules import Role
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.corrections import request_correction
from commonpress.discussion.actions.moderation import feature_comment, remove_comment
from commonpress.discussion.desk_urls import urlpatterns
from commonpress.discussion.models import Comment, CommentState, CorrectionRequest, DiscussionSettings, RemovalReason
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.newsroom.models.correction import Correction
from commonpress.newsroom.models.story import Story
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss
from tests.factories.passages import story_with_text

pytestmark = pytest.mark.django_db

ROLES = [None, "reader", *Role]
MAY = {Role.OWNER, Role.MODERATOR}
STATES = ["published", "featured", "held", "removed", "erased"]

# What each form sends, and the state a comment is in afterwards, where a moderator may send it.
FORMS = {
    "remove": ({"reason": "other"}, {"published": "removed", "featured": "removed", "held": "removed"}),
    "restore": ({"reason": "A mistake."}, {"removed": "published"}),
    "release": ({}, {"held": "published"}),
    "hold": ({}, {"published": "held", "featured": "held"}),
    "feature": ({}, {}),
    "unfeature": ({}, {}),
    "erase": ({"sure": "yes"}, dict.fromkeys(STATES, "gone")),
    "held-votes": ({"then": "count"}, {}),
    "open-or-close": ({}, {}),
    "settings": ({"hold": "all", "tell_address": ""}, {}),
}
# What editors do at the same desk (newsroom's corrections).
EDITORS_MAY = {Role.OWNER, Role.EDITOR}
EDITORS_READ = {"corrections", "correction"}
EDITORS_FORMS = {
    "ask-correction": {},
    "accept-correction": {"text": "It was five million.", "credit": ""},
    "decline-correction": {"note": "It is four."},
}
READS = {"held", "removed", "published", "comment", "settings"}


@pytest.fixture(autouse=True)
def full_buckets():
    cache.clear()


def comment_in(state, story):
    comment = comment_on(story, "Canary https://a.example" if state == "held" else "Canary")
    if state == "featured":
        feature_comment(comment, by=moderator())
    if state == "removed":
        remove_comment(comment, by=moderator(), reason=RemovalReason.OTHER)
    if state == "erased":
        comment_on(story, "An answer.", parent=comment)
        from commonpress.discussion.actions.erasure import erase_commenter

        erase_commenter(comment.guest)
    return Comment.objects.get(pk=comment.pk)


def address_of(name, comment):
    arguments = {
        "open-or-close": {"page_key": comment.thread_id, "state": "closed"},
        **{name: {} for name in ("held", "removed", "published", "settings", "corrections")},
    }.get(name, {"key": comment.pk})
    return reverse(f"discussion_desk:{name}", kwargs=arguments)


def visit(role):
    client = Client(headers={"sec-fetch-site": "same-origin"})
    if role is not None:
        client.force_login(PersonFactory(roles=[] if role == "reader" else [role]))
    return client


def is_let_in(response):
    # Who is not signed in is led to where one signs in, and who is not staff too.
    return response.status_code not in {403, 404} and "/login/" not in response.get("Location", "")


def test_the_matrix_names_every_address():
    named = set(FORMS) | READS | EDITORS_READ | set(EDITORS_FORMS)

    assert named == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_who_reads_at_the_moderators_desk(role, state):
    comment = comment_in(state, story_to_discuss())
    client = visit(role)

    for name in READS:
        response = client.get(address_of(name, comment))
        assert (name, is_let_in(response)) == (name, role in MAY)
        assert response.status_code < 500
        if role not in MAY:
            assert "Canary" not in response.content.decode()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", FORMS)
def test_who_decides_and_what_becomes_of_the_comment(role, state, name):
    story = story_to_discuss()
    comment = comment_in(state, story)
    sent, becomes = FORMS[name]

    response = visit(role).post(address_of(name, comment), sent)

    assert is_let_in(response) == (role in MAY)
    before = CommentState.PUBLISHED if state == "featured" else state
    now = Comment.objects.filter(pk=comment.pk).values_list("state", "is_featured").first() or ("gone", False)
    if role not in MAY:
        assert now == (before, state == "featured")
        assert Story.objects.get(pk=story.pk).comments_state == "open"
        assert not DiscussionSettings.objects.exists()
    elif state != "erased" or name != "erase":
        assert now[0] == becomes.get(state, before)
    if name in {"feature", "unfeature"} and role in MAY:
        assert now[1] == (name == "feature" and before == CommentState.PUBLISHED)
    assert_counts_agree_with_rows(story)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_who_reads_of_corrections(role, state):
    comment = comment_in(state, story_to_discuss())
    client = visit(role)

    for name in EDITORS_READ:
        response = client.get(address_of(name, comment))
        assert (name, is_let_in(response)) == (name, role in EDITORS_MAY)
        assert response.status_code < 500
        if role not in EDITORS_MAY:
            assert "Canary" not in response.content.decode()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", EDITORS_FORMS)
def test_who_decides_on_corrections(role, name):
    story = story_with_text()
    (words,) = found_in(texts_of(story.body), "paid 4 million euros", "")
    comment = post_comment(story, writer=GuestFactory(), text="Was it not five?", about=words)
    if name != "ask-correction":
        request_correction(comment, by=PersonFactory(roles=[Role.EDITOR]))

    response = visit(role).post(address_of(name, comment), EDITORS_FORMS[name])

    assert is_let_in(response) == (role in EDITORS_MAY)
    becomes = {"ask-correction": "open", "accept-correction": "accepted", "decline-correction": "declined"}[name]
    before = [] if name == "ask-correction" else ["open"]
    states = list(CorrectionRequest.objects.values_list("state", flat=True))
    assert states == ([becomes] if role in EDITORS_MAY else before)
    assert Correction.objects.count() == (role in EDITORS_MAY and becomes == "accepted")
