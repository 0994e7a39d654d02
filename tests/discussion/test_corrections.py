"""A reader says that a story is wrong; an editor takes it up, and corrects it with thanks or says why not."""

import re

import pytest

from commonpress.accounts.http import cookie_name, cookie_value
from commonpress.accounts.models import Guest
from commonpress.accounts.rules import Role
from commonpress.changes.models import Change
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.corrections import accept_request, decline_request, request_correction
from commonpress.discussion.actions.erasure import erase_commenter
from commonpress.discussion.errors import NotAnEditor, NotOnAPassage, RequestIsDecided
from commonpress.discussion.models import Comment, CorrectionRequest
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.models.correction import Correction
from commonpress.newsroom.models.story import Story
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator
from tests.factories.passages import story_with_text

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def story():
    return story_with_text()


@pytest.fixture
def comment(story):
    (anchor,) = found_in(texts_of(story.body), "paid 4 million euros")
    return post_comment(story, writer=GuestFactory(), name="Nora", text="It was 6 million.", about=anchor)


def editor():
    return PersonFactory(display_name="Ed Itor", roles=[Role.EDITOR])


def test_an_accepted_request_corrects_the_story_in_public_and_thanks_the_reader(client, story, comment):
    request_correction(comment, by=editor())

    accept_request(comment, story, text="It was 6 million euros, not 4.", credit="Nora", by=editor())

    html = client.get(story.path_here).content.decode()
    assert "It was 6 million euros, not 4." in html
    assert "With thanks to Nora." in html
    assert "Thank you; the story has been corrected." in client.get(comment.get_absolute_url()).content.decode()
    assert f"page:{story.pk}" in set(Change.objects.values_list("key", flat=True))


def test_a_correction_stays_when_the_story_is_published_again(client, story, comment):
    request_correction(comment, by=editor())
    accept_request(comment, story, text="It was 6 million euros.", credit="", by=editor())

    publish(Story.objects.get(pk=story.pk).get_latest_revision_as_object())

    html = client.get(story.path_here).content.decode()
    assert "It was 6 million euros." in html
    assert "With thanks" not in html


def test_a_declined_request_tells_its_writer_why_and_nobody_else(client, story):
    (anchor,) = found_in(texts_of(story.body), "paid 4 million euros")
    identity = Guest.new_identity()
    writer = GuestFactory(identity_hash=Guest.hash_of(identity))
    comment = post_comment(story, writer=writer, name="Nora", text="It was 6 million.", about=anchor)
    request_correction(comment, by=editor())

    decline_request(comment, note="The council confirmed it.", by=editor())

    address = comment.get_absolute_url()
    assert "The council confirmed it." not in client.get(address).content.decode()
    client.cookies[cookie_name()] = cookie_value(identity)
    assert "The council confirmed it." in client.get(address).content.decode()
    assert CorrectionRequest.objects.get().state == "declined"
    assert not Correction.objects.exists()


def test_of_two_editors_who_decide_the_second_is_told_so_and_nothing_is_corrected_twice(story, comment):
    request_correction(comment, by=editor())
    accept_request(comment, story, text="It was 6 million euros.", credit="", by=editor())

    with pytest.raises(RequestIsDecided):
        accept_request(comment, story, text="It was 7.", credit="", by=editor())
    with pytest.raises(RequestIsDecided):
        decline_request(comment, note="No.", by=editor())

    assert Correction.objects.count() == 1


def test_a_comment_becomes_one_request_however_often_it_is_asked(comment):
    request_correction(comment, by=editor())
    request_correction(comment, by=editor())

    assert CorrectionRequest.objects.count() == 1


def test_only_editors_make_requests_and_only_of_comments_on_a_passage(story, comment):
    with pytest.raises(NotAnEditor):
        request_correction(comment, by=moderator())
    with pytest.raises(NotOnAPassage):
        request_correction(comment_on(story), by=editor())

    assert not CorrectionRequest.objects.exists()


def test_an_erased_writer_is_not_thanked_by_name_any_more(story, comment):
    request_correction(comment, by=editor())
    accept_request(comment, story, text="It was 6 million euros.", credit="Nora", by=editor())

    erase_commenter(comment.guest)

    correction = Correction.objects.get()
    assert (correction.credit, correction.text) == ("", "It was 6 million euros.")


def test_a_writer_who_was_erased_while_the_editor_had_the_form_open_is_not_thanked(client, story, comment):
    comment_on(story, "Indeed.", parent=comment)
    request_correction(comment, by=editor())
    erase_commenter(comment.guest)

    client.force_login(editor())
    client.post(
        f"/admin/discussion/corrections/{comment.pk}/accept/", {"text": "It was 6 million euros.", "credit": "Nora"}
    )

    correction = Correction.objects.get()
    assert (correction.credit, correction.text) == ("", "It was 6 million euros.")


def test_a_request_whose_comment_is_gone_is_decided_no_more(story, comment):
    request_correction(comment, by=editor())
    erase_commenter(comment.guest)

    with pytest.raises(RequestIsDecided):
        accept_request(comment, story, text="It was 6 million euros.", credit="Nora", by=editor())

    assert not Correction.objects.exists()


@pytest.mark.parametrize("name", ["Nora", ""])
def test_who_is_thanked_is_offered_as_they_signed_and_nobody_who_did_not(client, comment, name):
    Comment.objects.update(guest_name=name)
    request_correction(comment, by=editor())
    client.force_login(editor())

    page = client.get(f"/admin/discussion/corrections/{comment.pk}/").content.decode()

    assert re.search(r'name="credit"\s+maxlength="120"\s+value="([^"]*)"', page)[1] == name


def test_an_editor_decides_at_the_desk(client, story, comment):
    client.force_login(editor())
    address = f"/admin/discussion/corrections/{comment.pk}/"

    client.post(f"{address}ask/")
    listed = client.get("/admin/discussion/corrections/").content.decode()
    refused = client.post(f"{address}accept/", {"text": "", "credit": "Nora"})
    client.post(f"{address}accept/", {"text": "It was 6 million euros.", "credit": "Nora"})

    assert "It was 6 million." in listed
    assert refused.status_code == 422
    assert "Please say what was wrong" in refused.content.decode()
    assert Correction.objects.get().credit == "Nora"
    assert "No request waits." in client.get("/admin/discussion/corrections/").content.decode()


@pytest.mark.parametrize("role", [None, Role.REPORTER, Role.MODERATOR])
def test_nobody_else_sees_or_decides_requests(client, comment, role):
    request_correction(comment, by=editor())
    if role is not None:
        client.force_login(PersonFactory(roles=[role]))
    address = f"/admin/discussion/corrections/{comment.pk}/"

    answers = [
        client.get("/admin/discussion/corrections/"),
        client.get(address),
        client.post(f"{address}ask/"),
        client.post(f"{address}accept/", {"text": "x", "credit": ""}),
        client.post(f"{address}decline/", {"note": "x"}),
    ]

    assert {answer.status_code for answer in answers} <= {302, 403}
    assert CorrectionRequest.objects.get().is_open
