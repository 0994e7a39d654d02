import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from commonpress.accounts.models import Person, SetUpKey
from commonpress.newsroom.actions.set_up import AlreadySetUp, Beginning, set_up, set_up_address
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.publication import Publication

ANSWERS = {
    "name": " The Evening\u202e  Post ",
    "language": "de",
    "zone": "Europe/Berlin",
    "currency": "EUR",
    "owner_name": "Olive",
    "owner_email": "Olive@Post.example",
    "owner_password": "",
}


def path_of(address: str) -> str:
    return address.removeprefix("http://localhost:8000")


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_address_printed_at_start_sets_the_paper_up_and_signs_the_owner_in(client):
    path = path_of(set_up_address())
    assert client.get(path).status_code == 200

    answer = client.post(path, ANSWERS)

    paper = Publication.objects.get()
    assert (paper.name, paper.language, paper.zone, paper.currency, paper.contact_email) == (
        "The Evening Post",
        "de",
        "Europe/Berlin",
        "EUR",
        "olive@post.example",
    )
    owner = Person.objects.get()
    assert (owner.email, owner.display_name, owner.group_names) == ("olive@post.example", "Olive", {"owner"})
    assert answer["Location"] == "/-/first-steps/"
    assert client.get("/-/first-steps/").status_code == 200
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
def test_it_begins_with_a_desk_and_drafts_of_the_pages_a_paper_owes_its_readers(client):
    client.post(path_of(set_up_address()), ANSWERS | {"language": "en"})

    assert [(desk.title, desk.live) for desk in Desk.objects.all()] == [("News", True)]
    pages = PlainPage.objects.order_by("position")
    assert [(page.slug, page.live) for page in pages] == [
        ("about", False),
        ("contact", False),
        ("privacy", False),
        ("imprint", False),
    ]
    assert [Client().get(f"/{page.slug}/").status_code for page in pages] == [404] * 4
    shown = client.get("/-/first-steps/").content.decode()
    assert [title in shown for title in ("About", "Contact", "Privacy", "Imprint")] == [True] * 4


@pytest.mark.django_db
def test_a_password_is_not_sent_back_with_what_was_wrong_elsewhere(client):
    answer = client.post(
        path_of(set_up_address()), ANSWERS | {"owner_email": "olive", "owner_password": "tell-nobody-ever"}
    )

    assert answer.status_code == 422
    assert 'value="olive"' in answer.content.decode()
    assert "tell-nobody-ever" not in answer.content.decode()


@pytest.mark.django_db
def test_the_address_works_once(client):
    path = path_of(set_up_address())
    client.post(path, ANSWERS | {"language": "en"})
    stranger = Client()

    looked = stranger.get(path)
    sent = stranger.post(path, ANSWERS | {"owner_email": "eve@post.example"})

    sentence = "This paper has been set up already. Sign in to open its desk."
    assert [answer.status_code for answer in (looked, sent)] == [410, 410]
    assert [sentence in answer.content.decode() for answer in (looked, sent)] == [True, True]
    assert [person.email for person in Person.objects.all()] == ["olive@post.example"]
    assert set_up_address() is None


@pytest.mark.django_db
def test_another_start_makes_the_earlier_address_useless(client):
    earlier = path_of(set_up_address())
    later = path_of(set_up_address())

    assert (client.get(earlier).status_code, client.get(later).status_code) == (404, 200)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "0" * 32, "%00", "a" * 500])
def test_a_guessed_address_is_no_page(client, token):
    set_up_address()

    assert client.get(f"/-/set-up/{token}/").status_code == 404


@pytest.mark.django_db
def test_a_guessed_address_of_a_paper_that_is_set_up_answers_as_the_used_one(client):
    used = path_of(set_up_address())
    client.post(used, ANSWERS)
    stranger = Client()

    assert stranger.get("/-/set-up/x/").content == stranger.get(used).content


@pytest.mark.django_db
def test_only_the_hash_of_the_address_is_stored():
    token = path_of(set_up_address()).split("/")[3]

    key = SetUpKey.objects.get()
    assert len(key.key_hash) == 64
    assert token not in key.key_hash


@pytest.mark.django_db
def test_looking_at_the_page_changes_nothing(client):
    path = path_of(set_up_address())

    client.get(path)

    assert Publication.objects.count() == 0
    assert client.get(path).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " \u200b ", "Write the publication"),
        ("language", "tlh", "Select a valid choice"),
        ("zone", "Mars/Olympus", "Select a valid choice"),
        ("currency", "XXX1", "Select a valid choice"),
        ("owner_email", "olive", "Enter a valid email address"),
        ("owner_password", "short", "This password is too short"),
        ("owner_password", "olive@post.example", "too similar to the e-mail"),
    ],
)
def test_a_bad_answer_is_told_beside_its_field_and_the_rest_stays(client, field, value, sentence):
    path = path_of(set_up_address())

    answer = client.post(path, ANSWERS | {field: value})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert ('value="Olive"' in page, '<option value="de" selected>' in page or field == "language") == (True, True)
    assert Publication.objects.count() == 0


@pytest.mark.django_db
def test_first_steps_are_for_staff(client):
    client.post(path_of(set_up_address()), ANSWERS)
    stranger = Client()

    assert stranger.get("/-/first-steps/")["Location"] == "/accounts/login/?next=/-/first-steps/"
    reader = Person.objects.create_user("ada@readers.example")
    stranger.force_login(reader)
    assert stranger.get("/-/first-steps/").status_code == 403


@pytest.mark.commits
def test_of_two_browsers_that_send_the_form_together_one_sets_up():
    token = re.search(r"/-/set-up/([^/]+)/", set_up_address())[1]

    def send(number: int) -> str:
        try:
            set_up(
                token,
                Beginning(
                    name=f"Paper {number}",
                    language="en",
                    zone="UTC",
                    currency="EUR",
                    owner_name="O",
                    owner_email=f"owner{number}@post.example",
                ),
            )
        except AlreadySetUp:
            return "refused"
        finally:
            connection.close()
        return "set up"

    with ThreadPoolExecutor(4) as browsers:
        assert sorted(browsers.map(send, range(4))) == ["refused", "refused", "refused", "set up"]

    assert Person.objects.count() == 1
    assert Publication.objects.count() == 1
