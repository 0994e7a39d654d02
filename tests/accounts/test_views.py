import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client

from commonpress.accounts import erasing, renaming
from commonpress.accounts.models import Person
from commonpress.notices.models import Letter
from commonpress.notices.tell import send_letter
from tests.factories.accounts import PASSWORD, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


@pytest.fixture
def ada(client):
    ada = make_person("ada@readers.example", display_name="Ada")
    client.force_login(ada)
    return ada


def codes() -> list[str]:
    return [re.search(r"^ {4}(\S+)$", message.body, re.MULTILINE)[1] for message in mail.outbox]


def test_a_reader_makes_an_account_with_address_and_name(client, run_jobs):
    asked = client.post("/accounts/signup/", {"email": "New@Readers.example", "display_name": " New\u202e  Reader "})
    run_jobs()
    (code,) = codes()
    client.post(asked["Location"], {"code": code})

    person = client.get("/accounts/").context["person"]
    assert (person.email, person.display_name) == ("new@readers.example", "New Reader")
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified


def test_who_joins_with_the_address_of_somebody_else_does_not_name_them(client, run_jobs):
    Client().post("/accounts/signup/", {"email": "new@readers.example", "display_name": "Newt is a fool"})
    run_jobs()
    mail.outbox.clear()

    asked = client.post("/accounts/login/code/", {"email": "new@readers.example"})
    run_jobs()
    (code,) = codes()
    client.post(asked["Location"], {"code": code})

    assert client.get("/accounts/").context["person"].display_name == ""


def test_without_the_code_the_account_does_not_open(client, run_jobs):
    client.post("/accounts/signup/", {"email": "new@readers.example", "display_name": "New"})

    assert client.get("/accounts/").status_code == 302


def test_making_an_account_twice_looks_the_same_and_tells_only_the_owner_of_the_address(client, run_jobs, ada):
    client.logout()
    fresh = client.post("/accounts/signup/", {"email": "new@readers.example", "display_name": "New"})
    client.logout()

    taken = client.post("/accounts/signup/", {"email": "ada@readers.example", "display_name": "Eve"})
    run_jobs()

    assert (taken.status_code, taken["Location"]) == (fresh.status_code, fresh["Location"])
    assert {message.to[0]: message.subject for message in mail.outbox}["ada@readers.example"] == (
        "You already have an account at Commonpress"
    )
    assert Person.objects.get(pk=ada.pk).display_name == "Ada"


def test_an_account_without_a_name_is_told_so_beside_the_field(client):
    answer = client.post("/accounts/signup/", {"email": "new@readers.example", "display_name": "\u200b "})

    assert "This field is required." in answer.content.decode()
    assert 'value="new@readers.example"' in answer.content.decode()
    assert Person.objects.count() == 0


def test_a_person_changes_the_name_readers_see(client, ada):
    client.post("/accounts/", {"display_name": "  Ada\nL. "})

    assert Person.objects.get().display_name == "Ada L."


def test_whoever_shows_names_is_asked_before_a_name_is_taken_and_told_after(client, ada, monkeypatch):
    told = []
    monkeypatch.setattr(renaming, "_rules", [lambda name, person: (name, person) != ("Olive Owner", ada)])
    monkeypatch.setattr(renaming, "_tellers", [lambda person: told.append(person.display_name)])

    refused = client.post("/accounts/", {"display_name": "Olive Owner"})
    client.post("/accounts/", {"display_name": "Ada L."})

    assert refused.status_code == 422
    assert "Somebody who works here has this name. Please choose another." in refused.content.decode()
    assert 'value="Olive Owner"' in refused.content.decode()
    assert (Person.objects.get().display_name, told) == ("Ada L.", ["Ada L."])


def test_a_name_that_is_taken_opens_no_account(client, monkeypatch):
    monkeypatch.setattr(renaming, "_rules", [lambda name, person: (name, person) != ("Olive Owner", None)])

    answer = client.post("/accounts/signup/", {"email": "new@readers.example", "display_name": "Olive Owner"})

    assert "Somebody who works here has this name. Please choose another." in answer.content.decode()
    assert Person.objects.count() == 0


def test_a_name_that_is_too_long_is_refused_and_still_there(client, ada):
    answer = client.post("/accounts/", {"display_name": "x" * 61})

    assert answer.status_code == 422
    assert "x" * 61 in answer.content.decode()
    assert Person.objects.get().display_name == "Ada"


def test_a_stranger_is_led_to_sign_in(client):
    for address in ("/accounts/", "/accounts/delete/"):
        assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


def test_an_address_is_changed_with_a_code_sent_to_the_new_one(client, ada, run_jobs):
    asked = client.post("/accounts/email/", {"email": "lovelace@readers.example", "action_add": ""})
    run_jobs()
    assert [message.to for message in mail.outbox] == [["lovelace@readers.example"]]
    client.post(asked["Location"], {"code": codes()[0]})

    assert Person.objects.get().email == "lovelace@readers.example"


def test_an_address_stays_until_the_code_is_entered(client, ada, run_jobs):
    client.post("/accounts/email/", {"email": "lovelace@readers.example", "action_add": ""})

    assert Person.objects.get().email == "ada@readers.example"


def test_a_deleted_account_leaves_no_person_no_session_and_no_letter(client, ada, monkeypatch):
    erased = []
    monkeypatch.setattr(erasing, "_erasers", [lambda person: erased.append(person.email)])
    send_letter(ada.email, "accounts/password_set", {}, once="1")

    answer = client.post("/accounts/delete/", {"email": "ADA@readers.example"}, follow=True)

    assert "Your account is deleted" in answer.content.decode()
    assert erased == ["ada@readers.example"]
    assert Person.objects.count() == 0
    assert EmailAddress.objects.count() == 0
    assert Letter.objects.count() == 0
    assert not [session for session in Session.objects.all() if session.get_decoded().get("_auth_user_id")]


def test_an_account_is_not_deleted_by_a_click_or_another_address(client, ada):
    client.get("/accounts/delete/")
    answer = client.post("/accounts/delete/", {"email": "eve@readers.example"})

    assert answer.status_code == 422
    assert "This is not the address of this account." in answer.content.decode()
    assert Person.objects.get() == ada


def test_an_account_with_a_password_is_deleted_only_after_it_was_asked_again(client):
    ada = make_person("ada@readers.example", password=PASSWORD)
    client.force_login(ada)

    answer = client.post("/accounts/delete/", {"email": ada.email})

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert Person.objects.get() == ada


def test_when_one_package_cannot_erase_nothing_is_erased(client, ada, monkeypatch):
    def stuck(person):
        raise RuntimeError

    monkeypatch.setattr(erasing, "_erasers", [lambda person: person.groups.clear(), stuck])
    client.raise_request_exception = False

    assert client.post("/accounts/delete/", {"email": ada.email}).status_code == 500
    assert Person.objects.get() == ada


def test_the_only_owner_cannot_leave_the_paper_alone(client):
    owner = make_person("owner@paper.example", "owner")
    client.force_login(owner)

    answer = client.post("/accounts/delete/", {"email": owner.email})

    assert answer.status_code == 409
    assert "You are the only owner." in answer.content.decode()
    assert Person.objects.get() == owner


def test_an_owner_beside_another_may_leave(client):
    make_person("second@paper.example", "owner")
    owner = make_person("owner@paper.example", "owner")
    client.force_login(owner)

    client.post("/accounts/delete/", {"email": owner.email})

    assert [person.email for person in Person.objects.all()] == ["second@paper.example"]


def test_sessions_are_listed_and_the_others_can_be_ended():
    ada = make_person("ada@readers.example", password=PASSWORD)
    systems = ("iPhone", "Macintosh; Intel Mac OS X 14_5")
    browsers = [Client(headers={"user-agent": f"Mozilla/5.0 ({system}) Safari/604.1"}) for system in systems]
    for browser in browsers:
        browser.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    phone, laptop = browsers

    page = laptop.get("/accounts/sessions/").content.decode()
    assert ("Safari, iPhone" in page, "Safari, macOS" in page) == (True, True)
    laptop.post("/accounts/sessions/")

    assert phone.get("/accounts/").status_code == 302
    assert laptop.get("/accounts/").status_code == 200
