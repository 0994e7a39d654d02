"""Writing through the addresses readers use."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from commonpress.accounts.models import Guest
from commonpress.discussion import markup
from commonpress.discussion.models import Comment, CommentState, Thread, Vote
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story
from tests.factories.accounts import PersonFactory
from tests.factories.discussion import comment_on, mine_of, moderator, story_to_discuss

pytestmark = pytest.mark.django_db

FRAGMENT = {"x-fragment": "1"}


@pytest.fixture(autouse=True)
def full_buckets():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def reader() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


def signed_in(person) -> Client:
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(person)
    return client


def test_a_guest_comments_and_stands_at_the_comment(reader):
    story = story_to_discuss()

    response = reader.post(f"/-/compose/{story.pk}", {"text": "Well said.", "name": "Mara", "then": "post"})

    comment = Comment.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"{story.path_here}#c-{comment.public_id}")
    assert (comment.name, comment.guest) == ("Mara", Guest.objects.get())
    cookie = response.cookies["guest"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "Well said." in reader.get(story.path_here).content.decode()


def test_a_guest_needs_no_name(reader):
    story = story_to_discuss()

    reader.post(f"/-/compose/{story.pk}", {"text": "Well said."})

    assert Comment.objects.get().name == "Guest"


def test_reading_sets_no_cookie(reader):
    story = story_to_discuss()
    comment = comment_on(story)

    for address in (
        story.path_here,
        f"{story.path_here}comments/best/",
        comment.get_absolute_url(),
        f"/-/me?page={story.pk}",
    ):
        assert not reader.get(address).cookies


def test_the_public_form_carries_no_token(reader):
    html = reader.get(story_to_discuss().path_here).content.decode()

    assert "<textarea" in html
    assert "csrfmiddlewaretoken" not in html


def test_a_reply_stands_under_what_it_answers(reader):
    story = story_to_discuss()
    question = comment_on(story, "Why?", name="Mara")

    page = reader.get(f"/-/compose/{story.pk}/{question.public_id}")
    reader.post(f"/-/compose/{story.pk}/{question.public_id}", {"text": "Because."})

    assert "Why?" in page.content.decode()
    assert Comment.objects.get(body_source="Because.").parent == question


def test_a_preview_posts_nothing_and_keeps_everything(reader):
    story = story_to_discuss()

    response = reader.post(
        f"/-/compose/{story.pk}", {"text": "Well *said*.", "name": "Mara", "then": "preview", "once": "key-of-form-1"}
    )

    html = response.content.decode()
    assert response.status_code == 200
    assert "<p>Well <em>said</em>.</p>" in html
    assert "Well *said*.</textarea>" in html
    assert 'value="Mara"' in html
    assert 'value="key-of-form-1"' in html
    assert "no-store" in response.headers["Cache-Control"]
    assert Comment.objects.count() == 0
    assert not response.cookies


@pytest.mark.parametrize(
    ("posted", "sentence", "kept"),
    [
        ({"text": "", "name": "Mara"}, "Please write something first.", 'value="Mara"'),
        ({"text": " \u200b\n ", "name": "Mara"}, "Please write something first.", 'value="Mara"'),
        (
            {"text": "x" * 10_001},
            "A comment has room for 10000 characters; this one has 10001. Please shorten it.",
            "x" * 10_001,
        ),
        ({"text": "Hello", "name": "a" * 41}, "A name has room for 40 letters. Please shorten it.", "Hello</textarea>"),
        ({"text": "Hello", "name": "a\u0301" * 400}, "A name has room for 40 letters. Please shorten it.", "Hello"),
        (
            {"text": "Hello", "name": "mo DERATOR"},
            "Somebody who works here has this name. Please choose another, or none.",
            'value="mo DERATOR"',
        ),
        (
            {"text": "Hello", "name": "Mо Dеrаtоr"},  # Cyrillic о, е and а
            "Somebody who works here has this name. Please choose another, or none.",
            "Hello",
        ),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(reader, posted, sentence, kept):
    story = story_to_discuss()
    moderator()

    response = reader.post(f"/-/compose/{story.pk}", posted)

    html = response.content.decode()
    assert response.status_code == 422
    assert f'role="alert">{sentence}</p>' in html
    assert kept in html
    assert Comment.objects.count() == 0


def test_a_name_of_forty_letters_with_marks_fits(reader):
    story = story_to_discuss()

    response = reader.post(f"/-/compose/{story.pk}", {"text": "Hello", "name": "e\u0323\u0301" * 40})

    assert response.status_code == 302


def test_a_discussion_closed_while_typing_answers_409_and_keeps_the_text(reader):
    story = story_to_discuss()
    Story.objects.filter(pk=story.pk).update(comments_state=CommentsState.CLOSED)

    response = reader.post(f"/-/compose/{story.pk}", {"text": "My long thought"})

    assert response.status_code == 409
    assert "This discussion has been closed. What you wrote is still here" in response.content.decode()
    assert "My long thought" in response.content.decode()
    assert Comment.objects.count() == 0


def test_who_typed_nothing_is_told_of_no_text_that_would_be_kept(reader):
    story = story_to_discuss()
    comment = comment_on(story)
    Story.objects.filter(pk=story.pk).update(comments_state=CommentsState.CLOSED)
    closed = [reader.get(f"/-/compose/{story.pk}"), reader.post(f"/-/vote/{comment.public_id}", {"value": "1"})]
    Story.objects.filter(pk=story.pk).update(comments_state=CommentsState.OPEN)
    Comment.objects.update(state=CommentState.REMOVED)
    gone = [
        reader.get(f"/-/compose/{story.pk}/{comment.public_id}"),
        reader.post(f"/-/vote/{comment.public_id}", {"value": "1"}),
    ]

    for responses, sentence in ((closed, "This discussion is closed."), (gone, "This comment is no longer here.")):
        for response in responses:
            assert response.status_code == 409
            assert sentence in response.content.decode()
            assert "wrote" not in response.content.decode()


@pytest.mark.parametrize("fragment", [{}, FRAGMENT])
def test_who_signed_out_or_in_elsewhere_is_asked_before_they_post_under_another_name(reader, fragment):
    story = story_to_discuss()
    ada, bob = PersonFactory(display_name="Ada Reader"), PersonFactory(display_name="Bob Writer")
    form = {"text": "My long thought", "writes_as": "You write as Ada Reader."}

    refused = [client.post(f"/-/compose/{story.pk}", form, headers=fragment) for client in (reader, signed_in(bob))]

    for response, now in zip(refused, ('name="name"', "You write as Bob Writer."), strict=True):
        assert response.status_code == 409
        assert "You are signed in as somebody else now, or no longer." in response.content.decode()
        assert "My long thought" in response.content.decode()
        assert now in response.content.decode()
        assert "You write as Ada Reader." not in response.content.decode()
    assert Comment.objects.count() == 0
    assert signed_in(ada).post(f"/-/compose/{story.pk}", form).status_code == 302


def test_what_was_signed_with_another_name_is_not_posted_under_the_accounts(reader):
    story = story_to_discuss()
    ada = signed_in(PersonFactory(display_name="Ada Reader"))
    form = hidden_fields_of(reader.get(f"/-/compose/{story.pk}"))
    assert form["writes_as"] == ""

    response = ada.post(f"/-/compose/{story.pk}", form | {"text": "Between us", "name": "Fox"})

    assert (response.status_code, Comment.objects.count()) == (409, 0)
    assert "You write as Ada Reader." in response.content.decode()
    assert "Between us" in response.content.decode()


def hidden_fields_of(response):
    """Return what the compose form sends without being shown."""
    form = response.content.decode().partition('<form class="compose"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def test_an_answer_to_a_comment_removed_while_typing_answers_409_and_keeps_the_text(reader):
    story = story_to_discuss()
    question = comment_on(story)
    Comment.objects.update(state=CommentState.REMOVED)

    response = reader.post(f"/-/compose/{story.pk}/{question.public_id}", {"text": "My long thought"})

    assert response.status_code == 409
    assert "My long thought" in response.content.decode()


def test_a_reader_whose_account_is_called_like_the_staff_is_led_to_their_account_page():
    moderator()
    story = story_to_discuss()
    reader = PersonFactory(display_name="mo DERATOR")

    refused = signed_in(reader).post(f"/-/compose/{story.pk}", {"text": "Trust me."})

    page = refused.content.decode()
    assert (refused.status_code, Comment.objects.count()) == (422, 0)
    assert "Somebody who works here has the name your account shows." in page
    assert '<a href="/accounts/">your account page</a>' in page
    assert "Trust me.</textarea>" in page


def test_staff_the_credited_and_readers_of_other_names_comment_under_their_own():
    story = story_to_discuss()
    credited = PersonFactory(display_name="Edda Editor")
    Byline.objects.create(name="Edda Editor", slug="edda-editor", person=credited)

    answers = [
        signed_in(person).post(f"/-/compose/{story.pk}", {"text": "Hello."}).status_code
        for person in (moderator(), credited, PersonFactory(display_name="Mara"), PersonFactory(display_name=""))
    ]

    assert answers == [302] * 4


def test_a_held_comment_leads_its_writer_to_its_own_page(reader):
    story = story_to_discuss()

    response = reader.post(f"/-/compose/{story.pk}", {"text": "See https://a.example"})

    comment = Comment.objects.get()
    assert response.headers["Location"] == comment.get_absolute_url()
    assert "Waiting for a moderator. Only you can see it." in reader.get(response.headers["Location"]).content.decode()
    assert Client().get(response.headers["Location"]).status_code == 404
    assert "a.example" not in Client().get(story.path_here).content.decode()
    assert "a.example" in mine_of(reader, story)["held"][0]["html"]


def test_a_comment_beyond_the_first_view_leads_to_its_own_page(reader):
    story = story_to_discuss()
    question = comment_on(story)
    Thread.objects.update(published_count=500)

    response = reader.post(f"/-/compose/{story.pk}/{question.public_id}", {"text": "Deep."})

    assert response.headers["Location"] == Comment.objects.get(body_source="Deep.").get_absolute_url()


def test_with_javascript_the_new_comment_comes_as_a_fragment(reader):
    story = story_to_discuss()

    response = reader.post(f"/-/compose/{story.pk}", {"text": "Well said."}, headers=FRAGMENT)

    html = response.content.decode()
    assert response.status_code == 201
    assert f'<li id="c-{Comment.objects.get().public_id}">' in html
    assert "<html" not in html


def test_with_javascript_the_number_of_comments_comes_along_unless_the_comment_is_held(reader):
    story = story_to_discuss()
    comment_on(story)
    address = f"/-/compose/{story.pk}"

    posted = reader.post(address, {"text": "Well said."}, headers=FRAGMENT)
    held = reader.post(address, {"text": "See https://a.example"}, headers=FRAGMENT)

    assert '<a class="discussion__count" href="#discussion">2 comments</a>' in posted.content.decode()
    assert "discussion__count" not in held.content.decode()


def test_who_is_signed_in_is_told_the_name_they_write_under_and_offered_no_other(reader):
    story = story_to_discuss()
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(PersonFactory(display_name="Ada Reader"))

    kept = client.get(story.path_here).content.decode()
    own = client.get(f"/-/compose/{story.pk}").content.decode()
    mine = mine_of(client, story)

    assert "If you are signed in, your account’s name is shown instead." in kept
    assert mine["writes_as"] == "You write as Ada Reader."
    assert "You write as Ada Reader." in own
    assert 'name="name"' not in own


def test_with_javascript_a_wrong_form_comes_back_as_a_fragment(reader):
    story = story_to_discuss()

    response = reader.post(f"/-/compose/{story.pk}", {"text": ""}, headers=FRAGMENT)

    assert response.status_code == 422
    assert "Please write something first." in response.content.decode()
    assert "<html" not in response.content.decode()


def test_more_than_six_comments_a_minute_are_refused_with_the_text_kept(reader):
    story = story_to_discuss()
    for number in range(6):
        assert reader.post(f"/-/compose/{story.pk}", {"text": f"Number {number}"}).status_code == 302

    # The first was a stranger's.
    reader.post(f"/-/compose/{story.pk}", {"text": "My seventh"})
    refused = reader.post(f"/-/compose/{story.pk}", {"text": "My eighth"})

    assert refused.status_code == 429
    assert "My eighth" in refused.content.decode()


@time_machine.travel(datetime(2026, 5, 3, 10, 20, tzinfo=UTC), tick=False)
def test_more_comments_a_minute_than_an_address_may_send_are_refused_with_everything_kept(settings):
    settings.COMMENTS_PER_MINUTE = 1
    story = story_to_discuss()

    def post_from(place):
        form = {"text": f"From {place}", "name": "Tom"}
        stranger = Client(headers={"sec-fetch-site": "same-origin"})
        return stranger.post(f"/-/compose/{story.pk}", form, REMOTE_ADDR=place)

    # A household is handed a whole /64.
    answers = [post_from(f"2001:db8:1:1::{number}") for number in range(1, 8)]
    refused = answers[6].content.decode()

    assert [answer.status_code for answer in answers] == [302] * 6 + [429]
    assert "That was a lot at once. Please wait a minute and try again; what you wrote is still here." in refused
    assert "From 2001:db8:1:1::7" in refused
    assert 'value="Tom"' in refused
    assert post_from("2001:db8:1:2::1").status_code == 302


@time_machine.travel(datetime(2026, 5, 3, 10, 20, tzinfo=UTC), tick=False)
def test_more_than_twenty_looks_a_minute_are_refused_with_the_text_kept(reader):
    story = story_to_discuss()
    comment_on(story)
    reader.post(f"/-/compose/{story.pk}", {"text": "Now I have a cookie."})
    form = {"text": "My long thought", "then": "preview"}

    looks = [reader.post(f"/-/compose/{story.pk}", form) for _look in range(21)]

    assert {look.status_code for look in looks[:20]} == {200}
    assert looks[20].status_code == 429
    assert "My long thought" in looks[20].content.decode()


@pytest.mark.parametrize("then", ["preview", "post"])
def test_a_text_is_rendered_once_for_each_request(reader, then, monkeypatch):
    story = story_to_discuss()
    rendered = []
    render = markup.render
    monkeypatch.setattr(markup, "render", lambda text: rendered.append(text) or render(text))

    reader.post(f"/-/compose/{story.pk}", {"text": "Well *said*.", "then": then})

    assert rendered == ["Well *said*."]


def test_a_post_from_another_site_does_nothing(reader):
    story = story_to_discuss()
    comment = comment_on(story)
    foreign = Client(
        enforce_csrf_checks=True, headers={"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    )

    posted = foreign.post(f"/-/compose/{story.pk}", {"text": "Forged."})
    voted = foreign.post(f"/-/vote/{comment.public_id}", {"value": "1"})

    assert (posted.status_code, voted.status_code) == (403, 403)
    assert (Comment.objects.count(), Vote.objects.count()) == (1, 0)


def test_a_browser_that_names_no_page_gets_its_text_back_with_a_token():
    story = story_to_discuss()
    silent = Client(enforce_csrf_checks=True)

    response = silent.post(f"/-/compose/{story.pk}", {"text": "My thought"})

    html = response.content.decode()
    assert "My thought" in html
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[1]
    sent = silent.post(f"/-/compose/{story.pk}", {"text": "My thought", "csrfmiddlewaretoken": token})
    assert sent.status_code == 302
    assert Comment.objects.get().body_source == "My thought"


def test_a_persons_comment_shows_their_display_name_and_never_their_address():
    story = story_to_discuss()
    signed_in(PersonFactory(email="canary@mail.example", display_name="")).post(
        f"/-/compose/{story.pk}", {"text": "Said.", "name": "Somebody else"}
    )

    html = Client().get(story.path_here).content.decode()

    assert "<bdi>Reader</bdi>" in html
    assert "canary" not in html
    assert "Somebody else" not in html


def test_hostile_names_and_texts_are_inert_on_every_page(reader):
    story = story_to_discuss()
    name = '"><img src=x onerror=1>'
    reader.post(f"/-/compose/{story.pk}", {"text": "<script>alert(1)</script>", "name": name})
    comment = Comment.objects.get()
    comment_on(story, "Reply", parent=comment)

    pages = [story.path_here, comment.get_absolute_url(), f"/-/compose/{story.pk}/{comment.public_id}"]

    for address in pages:
        html = reader.get(address).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_the_house_rules_stand_beside_the_form(reader):
    Publication(name="The Courier", house_rules="Be brief & kind.").save()

    assert "Be brief &amp; kind." in reader.get(story_to_discuss().path_here).content.decode()
