import pytest
from allauth.account.models import EmailAddress

from commonpress.accounts.actions.demo import NotTheDemo, demo_accounts
from commonpress.accounts.actions.staff import add_staff
from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role, is_editor, is_moderator
from tests.factories.accounts import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_somebody_new_comes_to_work_here():
    person = add_staff("Edda@Paper.example", Role.EDITOR, display_name="Edda")

    assert (person.email, person.display_name) == ("edda@paper.example", "Edda")
    assert is_editor(person)
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified


def test_a_reader_comes_to_work_here_and_keeps_what_they_have():
    ada = make_person("ada@readers.example", display_name="Ada")

    add_staff("ADA@readers.example", Role.EDITOR)
    person = add_staff("ada@readers.example", Role.MODERATOR)

    assert person == ada
    assert person.display_name == "Ada"
    assert (is_editor(person), is_moderator(person)) == (True, True)
    assert Person.objects.count() == 1


def test_a_password_given_for_somebody_who_is_here_takes_the_place_of_theirs():
    make_person("ada@readers.example", password="the old one, long enough")

    person = add_staff("ada@readers.example", Role.OWNER, password="the new one, long enough")
    again = add_staff("ada@readers.example", Role.EDITOR)

    assert person.check_password("the new one, long enough")
    assert again.check_password("the new one, long enough")


def test_the_demo_has_one_account_for_each_role_and_new_passwords_at_each_start(settings):
    settings.IS_DEMO = True

    first = demo_accounts()
    again = demo_accounts()

    assert [(email, role) for email, _, role in again] == [
        ("owner@demo.example", "owner"),
        ("editor@demo.example", "editor"),
        ("reporter@demo.example", "reporter"),
        ("moderator@demo.example", "moderator"),
        ("treasurer@demo.example", "treasurer"),
    ]
    assert Person.objects.count() == 5
    for (email, old, _), (_, new, role) in zip(first, again, strict=True):
        person = Person.objects.get(email=email)
        assert (person.check_password(old), person.check_password(new)) == (False, True)
        assert person.group_names == {role}


def test_accounts_with_printed_passwords_are_refused_off_the_demo():
    with pytest.raises(NotTheDemo):
        demo_accounts()

    assert Person.objects.count() == 0
