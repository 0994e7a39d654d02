import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from commonpress.accounts.actions.staff import add_staff, save_person
from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role
from commonpress.accounts.sign_in import AccountAdapter
from tests.factories.accounts import PASSWORD, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


@pytest.fixture
def mailed(run_jobs):
    """Return the codes in the mails since, by running the jobs that post them."""

    def codes() -> list[str]:
        mail.outbox.clear()
        run_jobs()
        return [re.search(r"^ {4}(\S+)$", message.body, re.MULTILINE)[1] for message in mail.outbox]

    return codes


def signed_in(client: Client) -> str | None:
    response = client.get("/accounts/")
    return response.context["person"].email if response.status_code == 200 else None


def test_a_reader_signs_in_with_a_code_by_mail(client, mailed):
    make_person("ada@readers.example")

    asked = client.post("/accounts/login/", {"login": "ada@readers.example"})
    (code,) = mailed()
    answer = client.post(asked["Location"], {"code": code})

    assert answer["Location"] == "/"
    assert signed_in(client) == "ada@readers.example"


def test_a_reader_signs_in_with_their_password(client, mailed):
    make_person("ada@readers.example", password=PASSWORD)

    answer = client.post("/accounts/login/", {"login": "ada@readers.example", "password": PASSWORD})

    assert answer["Location"] == "/"
    assert signed_in(client) == "ada@readers.example"
    assert mailed() == []


def test_a_wrong_password_is_told_in_a_sentence_and_the_address_stays(client):
    make_person("ada@readers.example", password=PASSWORD)

    answer = client.post("/accounts/login/", {"login": "ada@readers.example", "password": "wrong"})

    page = answer.content.decode()
    assert "Address and password do not belong together." in page
    assert 'value="ada@readers.example"' in page
    assert signed_in(client) is None


@pytest.mark.parametrize("role", [Role.EDITOR, None])
def test_who_was_invited_is_in_with_one_code(client, run_jobs, mailed, role):
    person = Person(email="edda@paper.example")
    save_person(person, roles=Group.objects.filter(name=role))
    run_jobs()

    asked = client.post("/accounts/login/", {"login": "edda@paper.example"})
    (code,) = mailed()
    client.post(asked["Location"], {"code": code})

    assert signed_in(client) == "edda@paper.example"
    assert mailed() == []
    assert EmailAddress.objects.get(user=person).verified


def test_an_address_changed_at_the_desk_is_confirmed_by_the_code_sent_there(client, mailed):
    ada = make_person("ada@readers.example")
    ada.email = "lovelace@readers.example"
    save_person(ada, roles=[])

    asked = client.post("/accounts/login/", {"login": "lovelace@readers.example"})
    (code,) = mailed()
    client.post(asked["Location"], {"code": code})

    assert signed_in(client) == "lovelace@readers.example"
    assert [(address.email, address.verified) for address in EmailAddress.objects.all()] == [
        ("lovelace@readers.example", True)
    ]


def test_a_password_does_not_confirm_an_address_changed_at_the_desk(client, mailed):
    ada = make_person("ada@readers.example", password=PASSWORD)
    ada.email = "lovelace@readers.example"
    save_person(ada, roles=[])

    client.post("/accounts/login/", {"login": "lovelace@readers.example", "password": PASSWORD})

    assert signed_in(client) is None
    assert not EmailAddress.objects.get(user=ada).verified
    assert len(mailed()) == 1


def test_three_wrong_codes_end_the_attempt(client, mailed):
    make_person("ada@readers.example")
    asked = client.post("/accounts/login/", {"login": "ada@readers.example"})
    (code,) = mailed()

    for _ in range(3):
        client.post(asked["Location"], {"code": "WRON-GONE"})
    client.post(asked["Location"], {"code": code})

    assert signed_in(client) is None


def test_a_code_works_once_and_only_in_the_browser_that_asked(client, mailed):
    make_person("ada@readers.example")
    asked = client.post("/accounts/login/", {"login": "ada@readers.example"})
    (code,) = mailed()
    stranger = Client()

    stranger.post(asked["Location"], {"code": code})

    assert signed_in(stranger) is None


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, mailed):
    make_person("ada@readers.example")
    known = client.post("/accounts/login/", {"login": "ada@readers.example"})
    assert len(mailed()) == 1
    stranger = Client()

    unknown = stranger.post("/accounts/login/", {"login": "nobody@readers.example"})

    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
    assert pages_without_address(stranger, unknown) == pages_without_address(client, known)
    assert mailed() == []


def pages_without_address(client: Client, answer) -> str:
    page = client.get(answer["Location"]).content.decode()
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    return page.replace("nobody@readers.example", "ADDRESS").replace("ada@readers.example", "ADDRESS")


def test_a_mailbox_cannot_be_filled(client, mailed):
    make_person("ada@readers.example")

    answers = [Client().post("/accounts/login/code/", {"email": "ada@readers.example"}) for _ in range(8)]

    assert len(mailed()) == 5
    assert [answer.status_code for answer in answers[5:]] == [429] * 3 or answers[-1].status_code == 200


def test_a_mailbox_cannot_be_filled_by_making_accounts_either(run_jobs):
    make_person("ada@readers.example")

    for number in range(12):
        Client(REMOTE_ADDR=f"203.0.113.{number}").post(
            "/accounts/signup/", {"email": "ada@readers.example", "display_name": "Eve"}
        )
    run_jobs()

    assert 0 < len(mail.outbox) <= 8


def test_guessing_a_password_ends_after_five_tries(client):
    make_person("ada@readers.example", password=PASSWORD)
    for _ in range(5):
        client.post("/accounts/login/", {"login": "ada@readers.example", "password": "wrong"})

    client.post("/accounts/login/", {"login": "ada@readers.example", "password": PASSWORD})

    assert signed_in(client) is None


@pytest.mark.parametrize("role", ["owner", "editor", "reporter", "moderator", "treasurer"])
def test_for_staff_a_password_is_followed_by_a_code(client, mailed, role):
    make_person("desk@paper.example", role, password=PASSWORD)

    asked = client.post("/accounts/login/", {"login": "desk@paper.example", "password": PASSWORD})

    assert signed_in(client) is None
    assert client.get("/admin/").status_code == 302
    (code,) = mailed()
    answer = client.post(asked["Location"], {"code": code})
    assert answer["Location"] == "/admin/"
    assert signed_in(client) == "desk@paper.example"


def test_staff_with_an_authenticator_app_need_no_mail(client, mailed):
    editor = make_person("desk@paper.example", "editor", password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(editor, secret)

    asked = client.post("/accounts/login/", {"login": "desk@paper.example", "password": PASSWORD})
    assert asked["Location"] == "/accounts/2fa/authenticate/"
    assert signed_in(client) is None
    now = next(iter(yield_hotp_counters_from_time()))
    client.post(asked["Location"], {"code": format_hotp_value(hotp_value(secret, now))})

    assert signed_in(client) == "desk@paper.example"
    assert mailed() == []


def test_a_code_by_mail_does_not_get_round_the_authenticator_app(client, mailed):
    editor = make_person("desk@paper.example", "editor")
    TOTP.activate(editor, generate_totp_secret())

    asked = client.post("/accounts/login/", {"login": "desk@paper.example"})
    (code,) = mailed()
    client.post(asked["Location"], {"code": code})

    assert signed_in(client) is None
    assert Authenticator.objects.get(user=editor).type == "totp"


def test_who_comes_to_work_here_signs_in_anew_and_by_the_rule_for_staff(client, mailed):
    ada = make_person("ada@readers.example", password=PASSWORD)
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    owner = Client()
    owner.force_login(make_person("owner@paper.example", "owner"))

    editor = Group.objects.get(name="editor").pk
    owner.post(f"/admin/users/edit/{ada.pk}/", {"email": ada.email, "groups": [editor], "is_active": "on"})

    assert signed_in(client) is None
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/login/")
    asked = client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    assert client.get("/admin/").status_code == 302
    client.post(asked["Location"], {"code": mailed()[0]})
    assert client.get("/admin/").status_code == 200


def test_another_role_signs_nobody_out(client):
    edda = make_person("edda@paper.example", "editor")
    client.force_login(edda)

    add_staff(edda.email, Role.MODERATOR)

    assert signed_in(client) == edda.email


def test_a_reader_who_comes_to_work_here_cannot_go_on_with_a_password_session(client):
    ada = make_person("ada@readers.example", password=PASSWORD)
    client.post("/accounts/login/", {"login": "ada@readers.example", "password": PASSWORD})
    ada.groups.set(Person.groups.rel.model.objects.filter(name="editor"))

    for address in ("/admin/", "/-/mail/"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "A password alone does not open the desk" in answer.content.decode()


def test_on_the_demo_the_printed_passwords_open_the_desk(client, settings, mailed):
    settings.IS_DEMO = True
    make_person("owner@demo.example", "owner", password=PASSWORD)

    answer = client.post("/accounts/login/", {"login": "owner@demo.example", "password": PASSWORD})

    assert answer["Location"] == "/admin/"
    assert "everybody who sees the terminal can read these passwords" in client.get("/admin/").content.decode()


def test_off_the_demo_a_demo_account_opens_nothing(client, settings, mailed):
    settings.IS_DEMO = True
    make_person("owner@demo.example", "owner", password=PASSWORD)
    client.post("/accounts/login/", {"login": "owner@demo.example", "password": PASSWORD})
    settings.IS_DEMO = False

    assert client.get("/admin/").status_code == 403


def test_on_the_demo_other_staff_still_need_their_code(client, settings, mailed):
    settings.IS_DEMO = True
    make_person("desk@paper.example", "editor", password=PASSWORD)

    client.post("/accounts/login/", {"login": "desk@paper.example", "password": PASSWORD})

    assert signed_in(client) is None
    assert len(mailed()) == 1


def test_signing_in_makes_a_new_session_key(client, mailed):
    make_person("ada@readers.example", password=PASSWORD)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies["session"] = before

    client.post("/accounts/login/", {"login": "ada@readers.example", "password": PASSWORD})

    assert signed_in(client) == "ada@readers.example"
    assert before != client.session.session_key


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "https://localhost/",
    ],
)
def test_signing_in_never_leads_to_another_site(client, onward):
    make_person("ada@readers.example", password=PASSWORD)

    answer = client.post("/accounts/login/", {"login": "ada@readers.example", "password": PASSWORD, "next": onward})

    assert answer["Location"] == "/"


def test_signing_in_leads_back_to_where_one_was(client):
    make_person("ada@readers.example", password=PASSWORD)

    answer = client.post(
        "/accounts/login/", {"login": "ada@readers.example", "password": PASSWORD, "next": "/2026/a-story/"}
    )

    assert answer["Location"] == "/2026/a-story/"


def test_a_closed_account_cannot_sign_in(client, mailed):
    make_person("ada@readers.example", password=PASSWORD, is_active=False)

    client.post("/accounts/login/", {"login": "ada@readers.example", "password": PASSWORD})

    assert signed_in(client) is None


DOORS = [
    "/admin/login/",
    "/admin/password_reset/",
    "/admin/password_reset/done/",
    "/admin/password_reset/confirm/MQ/set-password/",
    "/admin/password_reset/complete/",
    "/_util/login/",
    "/_util/authenticate_with_password/1/2/",
    "/django-admin/login/",
]


@pytest.mark.parametrize("door", DOORS)
def test_every_other_door_leads_to_the_one_sign_in(client, door):
    make_person("desk@paper.example", "owner", password=PASSWORD)
    typed = {"username": "desk@paper.example", "email": "desk@paper.example", "password": PASSWORD}

    assert client.get(f"{door}?next=/admin/pages/")["Location"] == "/accounts/login/?next=%2Fadmin%2Fpages%2F"
    assert client.get(f"{door}?next=//evil.example")["Location"] == "/accounts/login/"
    answer = client.post(door, typed)
    assert (answer.status_code, answer["Location"]) == (303, "/accounts/login/")
    assert signed_in(client) is None


def test_no_address_of_the_paper_signs_anybody_in_with_a_password_but_ours():
    """Go through the whole URL conf for views of the libraries that would open a session."""
    opening = [
        (path, name)
        for path, name in every_view(get_resolver())
        if re.search(r"login|log_in|password_reset|authenticate_with_password", name, re.IGNORECASE)
        and not name.startswith("allauth.")
    ]
    client = Client()

    for path, name in opening:
        address = "/" + re.sub(r"<(?:int:)?\w+>|\(\?P<\w+>[^)]*\)", "1", path).replace("^", "").replace("\\", "")
        answer = client.get(address.replace("$", ""))
        assert answer.status_code in {302, 303}, (address, name)
        assert answer["Location"].startswith("/accounts/login/"), (address, name)

    assert {"_util/login/", "admin/login/"} <= {path for path, _ in opening}


def every_view(resolver, prefix: str = ""):
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from every_view(entry, path)
        else:
            view = entry.callback
            name = getattr(view, "view_class", view)
            yield path, f"{name.__module__}.{name.__qualname__}"


def test_a_session_ends_when_signing_out(client):
    client.force_login(make_person("ada@readers.example"))

    asked = client.get("/accounts/logout/")
    assert signed_in(client) == "ada@readers.example"
    answer = client.post("/accounts/logout/")

    assert asked.status_code == 200
    assert answer["Location"] == "/"
    assert signed_in(client) is None


def test_wagtails_sign_out_leads_to_ours_and_changes_nothing_itself(client):
    client.force_login(make_person("desk@paper.example", "editor"))

    answer = client.post("/admin/logout/")

    assert (answer.status_code, answer["Location"]) == (303, "/accounts/logout/")
    assert signed_in(client) == "desk@paper.example"


def test_a_letter_that_tells_of_a_change_goes_out_however_many_codes_were_asked_for(rf, run_jobs):
    adapter = AccountAdapter(rf.get("/"))
    for _time in range(10):
        adapter.send_mail("account/email/login_code", "ada@readers.example", {"code": "ABCD-EFGH"})
        adapter.send_mail("account/email/account_already_exists", "ada@readers.example", {})
    adapter.send_mail("account/email/password_changed", "ada@readers.example", {"ip": "192.0.2.1"})

    run_jobs()

    assert len(mail.outbox) == 8 + 1
    assert "password" in mail.outbox[-1].subject
