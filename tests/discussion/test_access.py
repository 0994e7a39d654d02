"""Every public address of the discussion, for every kind of visitor and every state of story and comment."""

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from commonpress.accounts.rules import Role
from commonpress.discussion.actions.moderation import remove_comment
from commonpress.discussion.models import Comment, CommentState, Passage, RemovalReason
from commonpress.discussion.urls import urlpatterns
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.story import Story
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss
from tests.factories.newsroom import BylineFactory
from tests.factories.passages import TEXT, marked, story_with_text

pytestmark = pytest.mark.django_db

VISITORS = ["stranger", "reader", "writer", "moderator"]
# What GET answers to everybody, by the state of the story.
READING = {"open": 200, "closed": 200, "off": 404, "withdrawn": 410, "private": 404}
WRITING = {"open": 200, "closed": 409, "off": 404, "withdrawn": 410, "private": 404}

# What a comment's writer may do with it is refused to all others.
OWN = {"open": 403, "closed": 403, "off": 404, "withdrawn": 410, "private": 404}
WRITERS = {"edit": WRITING, "delete": dict.fromkeys(READING, 200)}


@pytest.fixture(autouse=True)
def full_buckets():
    from django.core.cache import cache

    cache.clear()


def addresses(story, comment, *, visitor="reader"):
    """Return each address of urls.py by its name, with what a GET should answer per state of the story."""
    own = 302 if visitor == "stranger" else 200
    page = story.path_here
    passage = Passage.objects.filter(thread=story.pk).first()
    passage_id = passage.public_id if passage else "aaaaaaaaaaa"
    of_passage = READING if passage else dict.fromkeys(READING, 404) | {"withdrawn": 410}
    return {
        "comment": (comment.get_absolute_url(), READING),
        "vote": (f"/-/vote/{comment.public_id}", dict.fromkeys(READING, 405)),
        "compose": (f"/-/compose/{story.pk}", WRITING),
        "reply": (f"/-/compose/{story.pk}/{comment.public_id}", WRITING),
        "follow": (f"/-/follow/{story.pk}", WRITING),
        "asked": (f"/-/follow/{story.pk}/asked", READING),
        "asked-at": (f"/-/follow/at/{comment.public_id}/asked", READING),
        "embed": (f"/embed/thread{page}", READING),
        "embed-sorted": (f"/embed/thread{page}comments/best/", READING),
        "embed-page": (
            f"/embed/thread{page}comments/best/after/1aaaaaaaa/",
            dict.fromkeys(READING, 404) | {"withdrawn": 410},
        ),
        "byline-rss": ("/by/ada/comments/feed/", dict.fromkeys(READING, 200)),
        "byline-atom": ("/by/ada/comments/feed/atom/", dict.fromkeys(READING, 200)),
        "rss": (f"{page}comments/feed/", READING),
        "atom": (f"{page}comments/feed/atom/", READING),
        "edit": (f"/-/edit/{comment.public_id}", OWN),
        "delete": (f"/-/delete/{comment.public_id}", dict.fromkeys(READING, 404)),
        "ignore": (f"/-/ignore/{comment.public_id}", dict.fromkeys(READING, 405)),
        "read-again": ("/-/my-comments/read-again/1", dict.fromkeys(READING, 405)),
        "claim": ("/-/my-comments/claim", dict.fromkeys(READING, 405)),
        "mine": ("/-/my-comments/", dict.fromkeys(READING, 200)),
        "mine-page": ("/-/my-comments/after/1aaaaaaaa/", dict.fromkeys(READING, 404)),
        "figures": (f"/-/live/{story.pk}.json", READING),
        "branch": (f"{page}comments/in/{comment.public_id}/", READING),
        "branch-page": (
            f"{page}comments/in/{comment.public_id}/after/00010001aaaaaaaa/",
            dict.fromkeys(READING, 404) | {"withdrawn": 410},
        ),
        "passages": (f"{page}comments/on/", READING),
        "passage": (f"{page}comments/on/{passage_id}/", of_passage),
        "passage-latest": (f"{page}comments/on/{passage_id}/latest/", of_passage),
        "annotation": (f"{page}comments/on/{passage_id}.json", of_passage),
        "since": (f"{page}comments/since/{comment.public_id}/", READING),
        # Of a stranger there is nothing to show: they are led to the story.
        "as-me": (f"{page}comments/as-me/", READING | {"open": own, "closed": own}),
        "as-me-page": (
            f"{page}comments/as-me/after/1aaaaaaaa/",
            dict.fromkeys(READING, 404) | {"withdrawn": 410} | ({"open": own, "closed": own} if own == 302 else {}),
        ),
        "thread": (f"{page}comments/best/", READING),
        "thread-page": (f"{page}comments/best/after/1aaaaaaaa/", dict.fromkeys(READING, 404) | {"withdrawn": 410}),
    }


def visit(name, writer):
    client = Client(headers={"sec-fetch-site": "same-origin"})
    person = {
        "stranger": lambda: None,
        "reader": PersonFactory,
        "writer": lambda: writer,
        "moderator": lambda: PersonFactory(roles=[Role.MODERATOR]),
    }[name]()
    if person is not None:
        client.force_login(person)
    return client


def put(story, state):
    if state in {"closed", "off"}:
        Story.objects.filter(pk=story.pk).update(comments_state=CommentsState(state))
    if state == "withdrawn":
        Story.objects.filter(pk=story.pk).update(live=False)
    if state == "private":
        PageViewRestriction.objects.create(page=story, restriction_type=PageViewRestriction.LOGIN)


def test_the_matrix_names_every_address():
    story = story_to_discuss()

    assert set(addresses(story, comment_on(story))) == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("state", READING)
def test_what_reading_answers(visitor, state):
    writer = PersonFactory()
    story = story_with_text(
        TEXT.replace("Monday", marked("Canary")), bylines=[BylineFactory(slug="ada", person=writer)]
    )
    comment = comment_on(story, "Canary", writer=writer)
    put(story, state)
    client = visit(visitor, writer)

    for name, (address, expected) in addresses(story, comment, visitor=visitor).items():
        wanted = WRITERS.get(name, expected)[state] if visitor == "writer" else expected[state]
        response = client.get(address)
        assert (name, response.status_code) == (name, wanted)
        # What one wrote stays one's own to see and to delete, whatever became of the story.
        is_their_own = visitor == "writer" and name in {"delete", "mine"}
        if wanted != 200 or (state not in {"open", "closed"} and not is_their_own):
            assert "Canary" not in response.content.decode()


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("state", READING)
def test_what_writing_and_voting_do(visitor, state):
    story, writer = story_to_discuss(), PersonFactory()
    comment = comment_on(story, writer=GuestFactory())
    put(story, state)
    client = visit(visitor, writer)
    refused = {"open": 302, "closed": 409, "withdrawn": 410}.get(state, 404)

    posted = client.post(f"/-/compose/{story.pk}", {"text": "New text."})
    voted = client.post(f"/-/vote/{comment.public_id}", {"value": "1"})

    # What was typed while the discussion was switched off is given back.
    assert (posted.status_code, voted.status_code) == (409 if state == "off" else refused, refused)
    assert ("New text." in posted.content.decode()) == (state in {"closed", "off", "withdrawn"})
    assert Comment.objects.count() == (2 if state == "open" else 1)
    comment.refresh_from_db()
    assert comment.votes_up == (1 if state == "open" else 0)


SEEN = {
    # state of the comment: who sees its text on its own page, and what others are answered
    "published": ({"stranger", "reader", "writer", "moderator"}, 200),
    "held": ({"writer", "moderator"}, 404),
    "removed": (set(), 410),
    "erased": (set(), 410),
}


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("state", SEEN)
def test_who_sees_a_comments_text(visitor, state):
    story, writer = story_to_discuss(), PersonFactory()
    comment = comment_on(story, "Canary https://a.example" if state == "held" else "Canary", writer=writer)
    if state == "removed":
        remove_comment(comment, by=moderator(), reason=RemovalReason.OTHER)
    if state == "erased":
        Comment.objects.update(state=CommentState.ERASED, person=None, body_source="", body_html="", is_shown=False)
    sees, otherwise = SEEN[state]
    client = visit(visitor, writer)

    own = client.get(comment.get_absolute_url())
    elsewhere = [client.get(story.path_here), client.get(f"{story.path_here}comments/best/")]

    assert own.status_code == (200 if visitor in sees else otherwise)
    assert ("Canary" in own.content.decode()) == (visitor in sees)
    for response in elsewhere:
        assert ("Canary" in response.content.decode()) == (state == "published")


@pytest.mark.parametrize("state", ["held", "removed"])
def test_what_is_not_published_takes_no_votes_and_no_replies(state):
    story = story_to_discuss()
    comment = comment_on(story, "See https://a.example" if state == "held" else "Said.")
    if state == "removed":
        remove_comment(comment, by=moderator(), reason=RemovalReason.OTHER)
    client = visit("reader", None)

    voted = client.post(f"/-/vote/{comment.public_id}", {"value": "1"})
    replied = client.post(f"/-/compose/{story.pk}/{comment.public_id}", {"text": "My answer"})

    assert voted.status_code in {404, 409}
    assert replied.status_code == 409
    assert "My answer" in replied.content.decode()
    assert Comment.objects.count() == 1


def test_a_reply_under_another_storys_address_leads_nowhere():
    story, other = story_to_discuss("One"), story_to_discuss("Other")
    comment = comment_on(other)

    assert Client().get(f"/-/compose/{story.pk}/{comment.public_id}").status_code == 404
    assert Client().get(f"{story.path_here}comments/in/{comment.public_id}/").status_code == 404
