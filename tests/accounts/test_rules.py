import pytest
from django.contrib.auth.models import AnonymousUser

from commonpress.accounts import rules
from tests.factories.accounts import GuestFactory, PersonFactory

pytestmark = pytest.mark.django_db

QUESTIONS = {
    "owner": rules.is_owner,
    "editor": rules.is_editor,
    "reporter": rules.is_reporter,
    "moderator": rules.is_moderator,
    "treasurer": rules.is_treasurer,
    "staff": rules.is_staff_here,
}


@pytest.mark.parametrize(
    ("roles", "answers"),
    [
        ([], set()),
        (["owner"], {"owner", "editor", "reporter", "moderator", "treasurer", "staff"}),
        (["editor"], {"editor", "reporter", "staff"}),
        (["reporter"], {"reporter", "staff"}),
        (["moderator"], {"moderator", "staff"}),
        (["treasurer"], {"treasurer", "staff"}),
        (["reporter", "moderator"], {"reporter", "moderator", "staff"}),
    ],
)
def test_a_role_is_what_the_table_says(roles, answers):
    person = PersonFactory(roles=roles)

    assert {name for name, question in QUESTIONS.items() if question(person)} == answers


@pytest.mark.parametrize("somebody", [None, AnonymousUser()])
def test_nobody_has_no_role(somebody):
    assert [question(somebody) for question in QUESTIONS.values()] == [False] * 6


def test_a_guest_has_no_role():
    assert [question(GuestFactory()) for question in QUESTIONS.values()] == [False] * 6


def test_an_owner_whose_account_is_closed_has_no_role():
    person = PersonFactory(roles=["owner"], is_active=False)

    assert [question(person) for question in QUESTIONS.values()] == [False] * 6


def test_all_roles_are_asked_with_one_query(django_assert_num_queries):
    person = PersonFactory(roles=["moderator"])

    with django_assert_num_queries(1):
        assert [question(person) for question in QUESTIONS.values()] == [False, False, False, True, False, True]


@pytest.mark.both_databases
def test_staff_may_open_the_desk_and_readers_may_not():
    assert all(PersonFactory(roles=[role]).has_perm("wagtailadmin.access_admin") for role in rules.Role)
    assert not PersonFactory().has_perm("wagtailadmin.access_admin")


def test_only_the_owner_may_invite_people():
    may = {role.value for role in rules.Role if PersonFactory(roles=[role]).has_perm("accounts.add_person")}

    assert may == {"owner"}
