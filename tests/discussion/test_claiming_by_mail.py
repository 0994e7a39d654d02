"""A guest gives an address, gets a code, and their comments are an account's."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from commonpress.accounts.models import Person
from commonpress.accounts.schedules import TIME_TO_CONFIRM, unfinished
from commonpress.discussion.models import Claim, Comment
from tests.factories.accounts import make_person
from tests.factories.discussion import story_to_discuss

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def full_buckets():
    cache.clear()


@pytest.fixture
def guest() -> Client:
    """A browser that has written something as a guest."""
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.post(f"/-/compose/{story_to_discuss().pk}", {"text": "A thought.", "name": "Gus"})
    return client


def code_sent(run_jobs) -> str:
    mail.outbox.clear()
    run_jobs()
    (letter,) = mail.outbox
    return re.search(r"^ {4}(\S+)$", letter.body, re.MULTILINE)[1]


def test_a_guest_joins_by_the_code_and_what_they_wrote_is_theirs(guest, run_jobs):
    asked = guest.post("/-/my-comments/claim", {"email": "Gus@readers.example"})
    done = guest.post(asked["Location"], {"code": code_sent(run_jobs)})

    person = Person.objects.get(email="gus@readers.example")
    assert done["Location"] == "/-/my-comments/"
    assert EmailAddress.objects.get(user=person).verified
    assert person.display_name == "Gus"
    assert Claim.objects.get().person == person
    assert list(Comment.objects.by(person)) == list(Comment.objects.all())
    assert "A thought." in guest.get("/-/my-comments/").content.decode()


def test_who_has_an_account_signs_in_by_it(guest, run_jobs):
    person = make_person("gus@readers.example", display_name="August")

    asked = guest.post("/-/my-comments/claim", {"email": "gus@readers.example"})
    guest.post(asked["Location"], {"code": code_sent(run_jobs)})

    assert Claim.objects.get().person == person
    assert Person.objects.count() == 1


def test_the_answer_does_not_tell_whether_an_address_is_known(run_jobs):
    make_person("known@readers.example")
    make_person("closed@readers.example", is_active=False)
    answers = []
    for email in ("known@readers.example", "closed@readers.example", "new@readers.example"):
        client = Client(headers={"sec-fetch-site": "same-origin"})
        client.post(f"/-/compose/{story_to_discuss(email).pk}", {"text": "A thought."})
        asked = client.post("/-/my-comments/claim", {"email": email})
        page = client.get(asked["Location"]).content.decode()
        answers.append((asked.status_code, asked["Location"], page.replace(email, "").count("code")))

    assert len(set(answers)) == 1


def test_an_account_whose_code_is_never_entered_is_forgotten_and_claims_nothing(guest):
    guest.post("/-/my-comments/claim", {"email": "gus@readers.example"})
    person = Person.objects.get(email="gus@readers.example")
    later = person.joined_at + TIME_TO_CONFIRM * 2

    assert list(unfinished(later)) == [person]
    assert not Claim.objects.exists()


def test_a_name_given_by_a_stranger_is_not_the_accounts_when_its_owner_signs_in(guest, run_jobs):
    victim = Client(headers={"sec-fetch-site": "same-origin"})
    guest.post("/-/my-comments/claim", {"email": "victim@readers.example"})
    run_jobs()

    asked = victim.post("/accounts/login/code/", {"email": "victim@readers.example"})
    victim.post(asked["Location"], {"code": code_sent(run_jobs)})

    person = Person.objects.get(email="victim@readers.example")
    assert EmailAddress.objects.get(user=person).verified
    assert person.display_name == ""


def test_the_owner_of_an_address_takes_their_own_name_along_though_a_stranger_asked_first(guest, run_jobs):
    stranger = Client(headers={"sec-fetch-site": "same-origin"})
    stranger.post(f"/-/compose/{story_to_discuss('Other').pk}", {"text": "A thought.", "name": "Gus is a fool"})
    stranger.post("/-/my-comments/claim", {"email": "gus@readers.example"})
    run_jobs()

    asked = guest.post("/-/my-comments/claim", {"email": "gus@readers.example"})
    guest.post(asked["Location"], {"code": code_sent(run_jobs)})

    assert Person.objects.get(email="gus@readers.example").display_name == "Gus"


def test_an_account_that_shows_no_name_is_given_none(guest, run_jobs):
    make_person("gus@readers.example", display_name="")

    asked = guest.post("/-/my-comments/claim", {"email": "gus@readers.example"})
    guest.post(asked["Location"], {"code": code_sent(run_jobs)})

    assert Person.objects.get(email="gus@readers.example").display_name == ""


def test_the_name_is_for_the_address_it_was_given_with_and_no_other(guest):
    guest.post("/-/my-comments/claim", {"email": "gus@readers.example"})
    other = make_person("other@readers.example", display_name="")

    guest.force_login(other)

    other.refresh_from_db()
    assert other.display_name == ""


def test_a_colleagues_name_is_not_taken_along(guest, run_jobs):
    make_person("gus@paper.example", "reporter", display_name="Gus")

    asked = guest.post("/-/my-comments/claim", {"email": "gus@readers.example"})
    guest.post(asked["Location"], {"code": code_sent(run_jobs)})

    assert Person.objects.get(email="gus@readers.example").display_name == ""


@pytest.mark.parametrize("email", ["", "gus", "a@b", "x" * 300 + "@readers.example"])
def test_what_is_no_address_is_said_and_what_was_typed_stays(guest, email):
    answer = guest.post("/-/my-comments/claim", {"email": email})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert f'value="{email}"' in answer.content.decode()
    assert not Person.objects.exists()


def test_a_stranger_and_a_person_have_nothing_to_claim():
    stranger, person = (Client(headers={"sec-fetch-site": "same-origin"}) for _browser in range(2))
    person.force_login(make_person("ada@readers.example"))

    answers = [one.post("/-/my-comments/claim", {"email": "new@readers.example"}) for one in (stranger, person)]

    assert [answer["Location"] for answer in answers] == ["/-/my-comments/"] * 2
    assert not Person.objects.filter(email="new@readers.example").exists()


def test_nobody_has_mail_sent_to_one_address_after_another(guest):
    answers = [guest.post("/-/my-comments/claim", {"email": f"gus{n}@readers.example"}) for n in range(8)]

    assert [answer.status_code for answer in answers] == [302] * 6 + [429] * 2


def test_after_posting_a_guest_is_told_how_to_keep_it_and_a_person_is_not(guest):
    person = Client(headers={"sec-fetch-site": "same-origin"})
    person.force_login(make_person("ada@readers.example"))
    story = story_to_discuss("Other")
    words = "claim it by e-mail"
    told = [
        words in client.post(f"/-/compose/{story.pk}", {"text": text}, headers={"X-Fragment": "1"}).content.decode()
        for client, text in ((guest, "A guest's."), (person, "A person's."))
    ]
    own_page = guest.get(Comment.objects.get(body_source="A guest's.").get_absolute_url()).content.decode()

    assert told == [True, False]
    assert words in own_page
