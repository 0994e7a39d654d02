"""Every address of the moderators' desk, for every role and every state of a comment: who may, and what it does."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from commonpress.accounts.rules import Role
from commonpress.discussion.actions.moderation import feature_comment, remove_comment
from commonpress.discussion.desk_urls import urlpatterns
from commonpress.discussion.models import Comment, CommentState, DiscussionSettings, RemovalReason
from commonpress.newsroom.models.story import Story
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

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
        **{name: {} for name in ("held", "removed", "published", "settings")},
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
    assert set(FORMS) | READS == {pattern.name for pattern in urlpatterns}


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
