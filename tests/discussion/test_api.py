"""The discussion for programs: the same rules as its pages and forms, in JSON."""

import json

import pytest
from django.conf import settings
from django.test import Client
from wagtail.models import PageViewRestriction

from commonpress import api
from commonpress.accounts.rules import Role
from commonpress.discussion import queries
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.moderation import hold_comment, remove_comment
from commonpress.discussion.models import Comment, CommentState, RemovalReason
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.story import Story
from commonpress.prerender.publisher import make
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss
from tests.factories.passages import story_with_text

pytestmark = pytest.mark.django_db

HOST = settings.PUBLIC_URL
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def full_buckets():
    from django.core.cache import cache

    cache.clear()


def api_of(story):
    return f"/-/api{story.path_here}comments/"


def got(address, client=None):
    return (client or Client()).get(address.removeprefix(HOST))


def sent(address, body, *, client=None, **headers):
    client = client or Client(enforce_csrf_checks=True)
    return client.post(address, json.dumps(body), content_type="application/json", headers=OURS | headers)


def person_client(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


def refusal(answer):
    """Return status and sentence of a refusal, which is a problem of RFC 9457."""
    assert answer["Content-Type"] == "application/problem+json"
    assert "no-store" in answer["Cache-Control"]
    told = answer.json()
    assert told["status"] == answer.status_code
    return told["status"], told["detail"]


# Reading


def test_a_thread_is_told_in_reading_order():
    ada = PersonFactory(display_name="Ada", roles=[Role.EDITOR])
    story = story_to_discuss("Bridge closes")
    first = comment_on(story, "I *saw* it.", name="Mara")
    answer = comment_on(story, "So did I.", writer=ada, parent=first)
    second = comment_on(story, "Second.")

    told = got(f"{api_of(story)}oldest/").json()

    assert told["page"] == {
        "address": f"{HOST}{story.path_here}",
        "headline": "Bridge closes",
        "is_open": True,
        "comments": 3,
    }
    assert told["sort"] == "oldest"
    assert told["next"] is None
    assert [one["id"] for one in told["comments"]] == [first.public_id, answer.public_id, second.public_id]
    written_at = told["comments"][1].pop("written_at")
    assert written_at.startswith(f"{answer.created_at:%Y-%m-%dT%H:%M}")
    assert told["comments"][1] == {
        "id": answer.public_id,
        "address": f"{HOST}/c/{answer.public_id}/",
        "parent": first.public_id,
        "level": 1,
        "state": "published",
        "reason": None,
        "name": "Ada",
        "mark": "staff",
        "is_supporter": False,
        "is_featured": False,
        "edited_at": None,
        "quote": None,
        "html": "<p>So did I.</p>",
        "score": 0,
        "replies": 0,
        "more_replies": 0,
        "more": None,
    }
    assert told["comments"][0]["html"] == "<p>I <em>saw</em> it.</p>"
    assert got(api_of(story)).json()["sort"] == queries.DEFAULT_SORT


def test_a_comment_on_words_of_the_story_says_which():
    story = story_with_text()
    (anchor,) = found_in(texts_of(story.body), "paid 4 million euros", "")
    post_comment(story, writer=GuestFactory(), text="Is that so?", about=anchor)

    (told,) = got(api_of(story)).json()["comments"]

    assert (told["quote"], told["html"]) == ("paid 4 million euros", "<p>Is that so?</p>")


def test_what_follows_is_at_the_address_that_is_told(monkeypatch):
    monkeypatch.setattr(queries, "BUDGET", 2)
    monkeypatch.setattr(queries, "ROOTS", 2)
    monkeypatch.setattr(queries, "BRANCH", 2)
    monkeypatch.setattr(queries, "BELOW", 1)
    story = story_to_discuss()
    first = comment_on(story, "First.")
    replies = [comment_on(story, f"Reply {number}.", parent=first) for number in range(9)]
    comment_on(story, "Second.")
    comment_on(story, "Third.")

    thread = got(f"{api_of(story)}oldest/").json()
    rest = got(thread["next"]).json()
    head = thread["comments"][0]
    more = got(head["more"]).json()
    still_more = got(more["next"]).json()
    context = got(f"/-/api/c/{first.public_id}/").json()
    below = got(f"{api_of(story)}in/{first.public_id}/").json()

    assert [one["html"] for one in rest["comments"]] == ["<p>Third.</p>"]
    assert (head["replies"], head["more_replies"]) == (9, 3)
    assert [one["id"] for one in more["comments"]] == [reply.public_id for reply in replies[6:8]]
    assert [one["id"] for one in still_more["comments"]] == [replies[8].public_id]
    assert still_more["next"] is None
    assert more["below"] == first.public_id
    assert [one["id"] for one in below["comments"]] == [reply.public_id for reply in replies[:2]]
    assert [one["id"] for one in context["comments"]] == [first.public_id, replies[0].public_id]
    assert got(context["next"]).json()["comments"][0]["id"] == replies[1].public_id


def test_an_answer_is_the_same_for_everybody_and_kept():
    story = story_to_discuss()
    comment = comment_on(story)
    for address in [api_of(story), f"{api_of(story)}best/", f"/-/api/c/{comment.public_id}/", "/-/api/openapi.json"]:
        kept = make(address.encode())

        assert kept is not None, address
        assert kept.answers[b""].body == got(address, person_client(comment.person or PersonFactory())).content


@pytest.mark.parametrize("state", ["held", "removed", "erased"])
def test_what_is_not_published_is_told_to_nobody(state):
    writer = PersonFactory(display_name="Canary Name")
    story = story_to_discuss()
    comment = comment_on(story, "Canary text", writer=writer)
    answer = comment_on(story, "An answer keeps its place.", parent=comment)
    if state == "held":
        hold_comment(comment, by=moderator())
    if state == "removed":
        remove_comment(comment, by=moderator(), reason=RemovalReason.SPAM, note="Canary note")
    if state == "erased":
        Comment.objects.filter(pk=comment.pk).update(
            state=CommentState.ERASED, person=None, body_source="", body_html=""
        )
    addresses = [
        api_of(story), f"{api_of(story)}best/", f"{api_of(story)}in/{comment.public_id}/",
        f"/-/api/c/{comment.public_id}/", f"/-/api/c/{answer.public_id}/",
    ]  # fmt: skip
    for client in (Client(), person_client(writer), person_client(moderator())):
        for address in addresses:
            assert "Canary" not in got(address, client).content.decode()

    (placeholder, *_rest) = got(api_of(story)).json()["comments"]
    assert (placeholder["state"], placeholder["name"], placeholder["html"]) == (state, None, None)
    assert placeholder["reason"] == ("advertising" if state == "removed" else None)
    assert got(f"/-/api/c/{comment.public_id}/").status_code == (404 if state == "held" else 200)


def test_a_removed_comment_nobody_answered_is_gone():
    comment = comment_on(story_to_discuss(), "Canary")
    remove_comment(comment, by=moderator(), reason=RemovalReason.SPAM)

    assert refusal(got(f"/-/api/c/{comment.public_id}/")) == (410, "This comment is no longer here.")


def test_nothing_of_who_wrote_is_told_but_the_name():
    person = PersonFactory(email="canary@mail.example", display_name="Ben")
    story = story_to_discuss()
    comment_on(story, "One.", writer=person)
    guest = GuestFactory()
    comment_on(story, "Two.", writer=guest, name="Mara")

    text = got(api_of(story)).content.decode()

    assert "canary" not in text
    assert person.voter_key not in text
    assert guest.identity_hash not in text


def test_a_filter_leaves_the_answers_of_staff():
    story = story_to_discuss()
    question = comment_on(story, "Why?")
    answer = comment_on(story, "Because.", writer=PersonFactory(roles=[Role.EDITOR]), parent=question)

    told = got(f"{api_of(story)}answers/").json()

    assert (told["sort"], [one["id"] for one in told["comments"]]) == ("answers", [answer.public_id])


# Who may


ADDRESSES = {"open": 200, "closed": 200, "off": 404, "withdrawn": 410, "private": 404}
VISITORS = {
    "stranger": Client,
    "reader": lambda: person_client(PersonFactory()),
    "moderator": lambda: person_client(moderator()),
}


def addresses(story, comment):
    """Return each address of the API by its name, and what a GET answers by the state of the story."""
    base = api_of(story)
    nowhere = dict.fromkeys(ADDRESSES, 404) | {"withdrawn": 410}
    return {
        "openapi": ("/-/api/openapi.json", dict.fromkeys(ADDRESSES, 200)),
        "meter": ("/-/api/meter/", dict.fromkeys(ADDRESSES, 404)),
        "comment": (f"/-/api/c/{comment.public_id}/", ADDRESSES),
        "vote": (f"/-/api/c/{comment.public_id}/vote", dict.fromkeys(ADDRESSES, 405)),
        "thread": (base, ADDRESSES),
        "post_comment": (base, ADDRESSES),
        "branch": (f"{base}in/{comment.public_id}/", ADDRESSES),
        "branch_page": (f"{base}in/{comment.public_id}/after/00010001aaaaaaaa/", nowhere),
        "sorted_thread": (f"{base}best/", ADDRESSES),
        "thread_page": (f"{base}best/after/1aaaaaaaa/", nowhere),
    }


def put(story, state):
    if state in {"closed", "off"}:
        Story.objects.filter(pk=story.pk).update(comments_state=CommentsState(state))
    if state == "withdrawn":
        Story.objects.filter(pk=story.pk).update(live=False)
    if state == "private":
        PageViewRestriction.objects.create(page=story, restriction_type=PageViewRestriction.LOGIN)


def test_the_matrix_names_every_address():
    story = story_to_discuss()

    assert set(addresses(story, comment_on(story))) == {pattern.name for pattern in api.urls[0]}


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("state", ADDRESSES)
def test_what_reading_answers(visitor, state):
    story = story_to_discuss()
    comment = comment_on(story, "Canary")
    put(story, state)
    client = VISITORS[visitor]()

    for name, (address, expected) in addresses(story, comment).items():
        answer, head = client.get(address), client.head(address)
        assert (name, answer.status_code, head.status_code) == (name, expected[state], expected[state])
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
        assert answer["X-Frame-Options"] == "DENY"
        if expected[state] != 200:
            refusal(answer)
            assert "Canary" not in answer.content.decode()


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("state", ADDRESSES)
def test_what_writing_and_voting_do(visitor, state):
    story = story_to_discuss()
    comment = comment_on(story)
    put(story, state)
    client = VISITORS[visitor]()
    refused = {"closed": 409, "withdrawn": 410}.get(state, 404)

    posted = sent(api_of(story), {"text": "New text."}, client=client)
    voted = sent(f"/-/api/c/{comment.public_id}/vote", {"value": 1}, client=client)

    is_open = state == "open"
    assert (posted.status_code, voted.status_code) == ((201, 200) if is_open else (refused, refused))
    assert Comment.objects.count() == (2 if is_open else 1)
    comment.refresh_from_db()
    assert comment.votes_up == (1 if is_open else 0)


ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_other_sites_write_and_vote_nothing(headers):
    story = story_to_discuss()
    comment = comment_on(story)
    client = person_client(PersonFactory())

    for address, body in [(api_of(story), {"text": "New."}), (f"/-/api/c/{comment.public_id}/vote", {"value": 1})]:
        answer = client.post(address, json.dumps(body), content_type="application/json", headers=headers)
        assert refusal(answer)[0] == 403
        preflight = client.options(address, headers=headers | {"Access-Control-Request-Method": "POST"})
        assert preflight.status_code != 200
        assert "Access-Control-Allow-Headers" not in preflight
    assert Comment.objects.count() == 1
    comment.refresh_from_db()
    assert comment.votes_up == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_form_could_send_is_not_taken(kind):
    story = story_to_discuss()

    answer = Client().post(api_of(story), json.dumps({"text": "New."}), content_type=kind, headers=OURS)

    assert refusal(answer) == (415, "Please send JSON, and say so: Content-Type: application/json.")
    assert Comment.objects.count() == 0


# Writing


def test_a_program_posts_as_the_guest_its_cookie_names():
    story = story_to_discuss()
    client = Client(enforce_csrf_checks=True)

    first = sent(api_of(story), {"text": "I *saw* it.", "name": "Mara"}, client=client)
    reply = sent(api_of(story), {"text": "And again.", "parent": first.json()["comment"]["id"]}, client=client)

    assert first.status_code == 201
    comment, answer = Comment.objects.order_by("number")
    assert first["Location"] == f"{HOST}/c/{comment.public_id}/"
    assert (comment.name, comment.body_html) == ("Mara", "<p>I <em>saw</em> it.</p>")
    assert comment.guest == answer.guest
    assert answer.parent == comment
    assert reply.json()["comment"]["parent"] == comment.public_id


def test_who_writes_sees_that_their_comment_waits():
    story = story_to_discuss()

    told = sent(api_of(story), {"text": "See https://a.example"}).json()["comment"]

    assert told["state"] == "held"
    assert told["reason"] == Comment.objects.get().why_held != ""
    assert "https://a.example" in told["html"]
    assert got(api_of(story)).json()["comments"] == []


@pytest.mark.parametrize("once", ["a-word-of-mine", None])
def test_the_same_sent_twice_is_posted_once(once):
    story = story_to_discuss()
    body = {"text": "Twice.", "once": once}

    first, again = sent(api_of(story), body), sent(api_of(story), body)

    assert first.json() == again.json()
    assert Comment.objects.count() == 1


def test_two_programs_that_make_up_the_same_word_both_post():
    story, other = story_to_discuss(), story_to_discuss("Other")
    body = {"text": "See https://a.example", "once": "a-word-of-mine"}

    first = sent(api_of(story), body, client=Client(REMOTE_ADDR="192.0.2.1"))
    same = sent(api_of(story), body, client=Client(REMOTE_ADDR="192.0.2.2"))
    elsewhere = sent(api_of(other), {"text": "Else.", "once": "a-word-of-mine"}, client=Client(REMOTE_ADDR="192.0.2.3"))

    assert [answer.status_code for answer in (first, same, elsewhere)] == [201] * 3
    assert first.json()["comment"]["id"] != same.json()["comment"]["id"]
    assert Comment.objects.count() == 3


def test_a_guest_is_not_told_that_what_another_of_their_network_sent_is_theirs():
    story = story_to_discuss()
    sent(api_of(story), {"text": "A stranger's.", "once": "a-word-of-mine"})
    guest = Client()
    sent(api_of(story), {"text": "Hello."}, client=guest)

    answer = sent(api_of(story), {"text": "A guest's.", "once": "a-word-of-mine"}, client=guest)

    assert answer.status_code == 201
    assert Comment.objects.count() == 3


def test_a_repeated_request_is_known_with_the_cookie_of_the_first_and_without():
    story, client = story_to_discuss(), Client()
    body = {"text": "Twice.", "once": "a-word-of-mine"}

    answers = [sent(api_of(story), body, client=sender) for sender in (client, client, Client())]

    assert len({answer.json()["comment"]["id"] for answer in answers}) == 1
    assert Comment.objects.count() == 1


def test_two_accounts_behind_one_address_may_make_up_the_same_word():
    story, body = story_to_discuss(), {"text": "Twice.", "once": "a-word-of-mine"}
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(PersonFactory())

    answers = [sent(api_of(story), body, client=client) for client in [*clients, *clients]]

    assert [answer.status_code for answer in answers] == [201] * 4
    assert Comment.objects.count() == 2


def test_other_words_under_the_same_key_are_refused():
    story = story_to_discuss()
    sent(api_of(story), {"text": "One.", "once": "a-word-of-mine"})

    answer = sent(api_of(story), {"text": "Other.", "once": "a-word-of-mine"})

    assert refusal(answer)[0] == 409
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"text": " "}, "text", "Please write something first."),
        (
            {"text": "x" * 10_001},
            "text",
            "A comment has room for 10000 characters; this one has 10001. Please shorten it.",
        ),
        ({"text": "Hm.", "name": "n" * 41}, "name", "A name has room for 40 letters. Please shorten it."),
        ({"text": "Hm.", "name": "Mo Derator"}, "name", "Somebody who works here has this name. Please choose another, or none."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_comment_is_said_as_in_its_form(body, field, sentence):
    moderator()
    story = story_to_discuss()

    answer = sent(api_of(story), body)

    assert refusal(answer) == (422, sentence)
    assert answer.json()["errors"] == [{"field": field, "detail": sentence}]
    assert Comment.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"text"', b"{}", b'{"text": 1}', b'{"text": null}', b"[" * 100_000, b"\xff\xfe",
        b'{"text": "\\ud800"}', b'{"text": "a", "parent": 7}', b'{"text": "a", "once": {}}', b"9" * 10_000,
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_a_sentence(body):
    story = story_to_discuss()
    comment = comment_on(story)

    for address in (api_of(story), f"/-/api/c/{comment.public_id}/vote"):
        answer = Client().post(address, body, content_type="application/json", headers=OURS)
        assert refusal(answer)[0] in {400, 415, 422}
    assert Comment.objects.count() == 1


def test_a_body_that_is_too_large_is_not_read():
    story = story_to_discuss()

    answer = sent(api_of(story), {"text": "x" * (2 * 1024 * 1024 + 1)})

    assert refusal(answer)[0] in {400, 413}


@pytest.mark.parametrize("parent", ["\0", "a\0b", "x", "x" * 12, "é" * 11])
def test_what_is_no_comments_id_is_answered_by_nobody(parent):
    story = story_to_discuss()

    answer = sent(api_of(story), {"text": "Hm.", "parent": parent})

    assert refusal(answer)[0] == 404
    assert Comment.objects.count() == 0


def test_a_reply_to_what_stands_elsewhere_or_is_gone_is_refused():
    story, other = story_to_discuss("One"), story_to_discuss("Other")
    gone = comment_on(story)
    remove_comment(gone, by=moderator(), reason=RemovalReason.SPAM)

    assert refusal(sent(api_of(story), {"text": "x", "parent": comment_on(other).public_id}))[0] == 404
    assert refusal(sent(api_of(story), {"text": "x", "parent": "nobody"}))[0] == 404
    assert refusal(sent(api_of(story), {"text": "x", "parent": gone.public_id}))[0] == 409


def test_a_program_votes_changes_the_vote_and_takes_it_back():
    comment = comment_on(story_to_discuss())
    client = person_client(PersonFactory())
    address = f"/-/api/c/{comment.public_id}/vote"
    told = []
    for value in (1, 1, -1, 0):
        answer = sent(address, {"value": value}, client=client).json()
        told.append((answer["comment"]["score"], answer["my_vote"]))

    assert told == [(1, 1), (1, 1), (-1, -1), (0, 0)]


def test_a_program_is_told_that_its_vote_waits(settings):
    settings.NEWCOMERS_VOTES = 2
    comment = comment_on(story_to_discuss())

    told = [sent(f"/-/api/c/{comment.public_id}/vote", {"value": 1}).json() for _stranger in range(3)]

    assert [(one["comment"]["score"], one["is_held_back"]) for one in told] == [(1, False), (2, False), (2, True)]


def test_a_vote_on_ones_own_comment_or_of_another_size_is_refused():
    person = PersonFactory()
    comment = comment_on(story_to_discuss(), writer=person)
    address = f"/-/api/c/{comment.public_id}/vote"

    assert refusal(sent(address, {"value": 1}, client=person_client(person))) == (
        403,
        "You cannot vote on your own comment.",
    )
    assert refusal(sent(address, {"value": 5}))[0] == 422
    comment.refresh_from_db()
    assert comment.score == 0


def test_programs_have_no_more_room_than_forms(settings):
    settings.COMMENTS_PER_MINUTE = settings.VOTES_PER_MINUTE = 1
    story = story_to_discuss()
    comment = comment_on(story)
    person = PersonFactory()
    client = person_client(person)

    assert sent(api_of(story), {"text": "One."}, client=client).status_code == 201
    by_form = client.post(f"/-/compose/{story.pk}", {"text": "Two."}, headers=OURS)
    by_program = sent(api_of(story), {"text": "Three."}, client=client)
    client.post(f"/-/vote/{comment.public_id}", {"value": "1"}, headers=OURS)
    vote = sent(f"/-/api/c/{comment.public_id}/vote", {"value": -1}, client=client)

    assert by_form.status_code == 429
    assert refusal(by_program)[0] == refusal(vote)[0] == 429
    assert by_program["Retry-After"] == "60"
    assert Comment.objects.count() == 2


def test_pages_that_are_not_kept_are_turned_no_faster_than_by_readers(settings):
    settings.THREAD_PAGES_PER_MINUTE = 1
    comment = comment_on(story_to_discuss())
    address = f"/-/api/c/{comment.public_id}/"

    assert [got(address).status_code for _each in range(2)] == [200, 429]
