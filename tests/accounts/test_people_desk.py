import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from wagtail.models import ModelLogEntry

from commonpress.accounts import erasing, renaming
from commonpress.accounts.models import Person
from tests.factories.accounts import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    owner = make_person("owner@paper.example", "owner", display_name="Olive")
    client.force_login(owner)
    return owner


def invite(client, email: str, *names: str) -> None:
    client.post("/admin/users/new/", {"email": email, "groups": roles(*(names or ["editor"])), "is_active": "on"})


def roles(*names: str) -> list[int]:
    return [Group.objects.get(name=name).pk for name in names]


def test_an_owner_invites_an_editor_who_can_then_sign_in_with_a_code(client, owner, run_jobs):
    client.post(
        "/admin/users/new/",
        {
            "email": "Edda@Paper.example",
            "display_name": "Edda",
            "groups": roles("editor", "moderator"),
            "is_active": "on",
        },
    )

    edda = Person.objects.get(email="edda@paper.example")
    assert (edda.display_name, edda.group_names) == ("Edda", {"editor", "moderator"})
    assert (edda.has_usable_password(), edda.is_superuser) == (False, False)
    run_jobs()
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["edda@paper.example"], "You work at Commonpress now")
    ]


def test_an_invitation_confirms_nothing_by_itself(client, owner):
    invite(client, "edda@paper.example")

    assert not EmailAddress.objects.get(email="edda@paper.example").verified


def test_an_address_in_use_is_refused_beside_the_field(client, owner):
    make_person("ada@readers.example")

    answer = client.post("/admin/users/new/", {"email": "ADA@readers.example", "is_active": "on"})

    assert "has an account already; give them a role there." in answer.content.decode()
    assert Person.objects.count() == 2


@pytest.mark.parametrize("sent", ["password1", "is_superuser", "password"])
def test_nobody_sets_anothers_password_or_makes_a_superuser(client, owner, sent):
    ada = make_person("ada@readers.example")

    client.post(f"/admin/users/edit/{ada.pk}/", {"email": ada.email, "is_active": "on", sent: "a-long-enough-password"})

    ada.refresh_from_db()
    assert (ada.has_usable_password(), ada.is_superuser) == (False, False)
    assert sent not in client.get(f"/admin/users/edit/{ada.pk}/").content.decode()


def test_a_changed_address_has_to_be_confirmed_again(client, owner):
    ada = make_person("ada@readers.example")

    client.post(f"/admin/users/edit/{ada.pk}/", {"email": "lovelace@readers.example", "is_active": "on"})

    assert Person.objects.get(pk=ada.pk).email == "lovelace@readers.example"
    assert [(address.email, address.verified) for address in EmailAddress.objects.filter(user=ada)] == [
        ("lovelace@readers.example", False)
    ]


@pytest.mark.parametrize("change", [{"groups": []}, {"is_active": ""}])
def test_the_only_owner_stays_owner(client, owner, change):
    form = {"email": owner.email, "groups": roles("owner"), "is_active": "on"} | change

    answer = client.post(f"/admin/users/edit/{owner.pk}/", {name: value for name, value in form.items() if value})

    assert "This is the only owner." in answer.content.decode()
    owner.refresh_from_db()
    assert owner.is_active
    assert Person.objects.get().group_names == {"owner"}


def test_an_account_erased_at_the_desk_is_erased_everywhere(client, owner, monkeypatch):
    erased = []
    monkeypatch.setattr(erasing, "_erasers", [lambda person: erased.append(person.email)])
    ada = make_person("ada@readers.example")

    client.post(f"/admin/users/delete/{ada.pk}/")

    assert erased == ["ada@readers.example"]
    assert [person.email for person in Person.objects.all()] == [owner.email]


def test_that_an_account_was_erased_is_recorded_with_who_and_when_and_not_of_whom(client, owner):
    ada = make_person("ada@readers.example", display_name="Ada")
    client.post(f"/admin/users/edit/{ada.pk}/", {"email": ada.email, "display_name": "Ada L.", "is_active": "on"})

    client.post(f"/admin/users/delete/{ada.pk}/")

    assert sorted(ModelLogEntry.objects.values_list("action", "user", "label", "deleted")) == [
        ("wagtail.delete", owner.pk, "", True),
        ("wagtail.edit", owner.pk, "", False),
    ]


@pytest.mark.parametrize("is_active", [True, False])
def test_who_works_here_is_not_erased_at_the_desk(client, owner, is_active):
    editor = make_person("edda@paper.example", "editor", is_active=is_active)

    answer = client.post(f"/admin/users/delete/{editor.pk}/", follow=True)

    assert "This person works here. Take their roles away first, then erase the account." in answer.content.decode()
    assert Person.objects.filter(pk=editor.pk).exists()
    assert ModelLogEntry.objects.count() == 0


def test_a_name_given_at_the_desk_is_told_to_whoever_shows_it(client, owner, monkeypatch):
    told = []
    monkeypatch.setattr(renaming, "_tellers", [lambda person: told.append(person.display_name)])
    ada = make_person("ada@readers.example", display_name="Ada")

    for name in ("Ada", "Ada L."):
        client.post(f"/admin/users/edit/{ada.pk}/", {"email": ada.email, "display_name": name, "is_active": "on"})

    assert told == ["Ada L."]


def test_the_only_owner_is_not_erased_at_the_desk(client, owner):
    client.post(f"/admin/users/delete/{owner.pk}/")

    assert Person.objects.get() == owner


def test_people_are_not_erased_in_bulk(client, owner):
    ada = make_person("ada@readers.example")

    client.post(f"/admin/bulk/accounts/person/delete/?id={ada.pk}&next=/admin/users/")

    assert Person.objects.filter(pk=ada.pk).exists()


@pytest.mark.parametrize("role", ["editor", "reporter", "moderator", "treasurer"])
def test_only_owners_see_the_people(client, role):
    client.force_login(make_person("desk@paper.example", role))
    ada = make_person("ada@readers.example")

    for address in (
        "/admin/users/",
        "/admin/users/new/",
        f"/admin/users/edit/{ada.pk}/",
        f"/admin/users/delete/{ada.pk}/",
    ):
        assert client.get(address)["Location"] == "/admin/"


def test_the_list_costs_the_same_for_one_person_and_for_three(client, owner, django_assert_max_num_queries):
    make_person("ada@readers.example", "editor")
    client.get("/admin/users/")
    with django_assert_max_num_queries(40) as one:
        client.get("/admin/users/")
    for number in range(3):
        make_person(f"b{number}@readers.example", "editor")

    with django_assert_max_num_queries(len(one)):
        assert "b2@readers.example" in client.get("/admin/users/").content.decode()
