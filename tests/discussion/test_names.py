"""Which names may stand beside a comment."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonpress.accounts.names import skeleton
from commonpress.accounts.rules import Role
from commonpress.discussion import rules
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.publication import Publication
from tests.factories.accounts import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "borrowed",
    [
        "olive OWNER",
        "Olive  Owner.",
        "0live 0wner",
        "Ólïve Öwner",
        "Οlivе Оwnеr",  # Greek and Cyrillic letters among them
        "𝐎𝐥𝐢𝐯𝐞 𝐎𝐰𝐧𝐞𝐫",
        "𝒪𝓁𝒾𝓋𝑒 𝒪𝓌𝓃𝑒𝓇",
        "Ｏｌｉｖｅ Ｏｗｎｅｒ",
        "Ⓞⓛⓘⓥⓔ Ⓞⓦⓝⓔⓡ",
        "ᴏʟɪᴠᴇ ᴏᴡɴᴇʀ",
        "Olive Ovvner",
        "OLIVE OWΝER",  # a Greek capital Nu
        "Olive Owner",
    ],
)
def test_a_name_that_looks_like_another_has_its_skeleton(borrowed):
    assert skeleton(borrowed) == skeleton("Olive Owner")


@pytest.mark.parametrize("other", ["Oliver Owner", "Olive Own", "Olaf Owner", "Olive", ""])
def test_a_name_that_looks_different_has_another(other):
    assert skeleton(other) != skeleton("Olive Owner")


def test_nobody_has_a_colleagues_name_whether_they_work_here_or_not():
    PersonFactory(display_name="Olive Owner", roles=[Role.OWNER, Role.MODERATOR])
    Byline.objects.create(name="Edda Editor", slug="edda", person=PersonFactory(display_name="Edda"))
    reporter = PersonFactory(display_name="0live Owner", roles=[Role.REPORTER])
    other = PersonFactory(display_name="Edda Editor", roles=[Role.REPORTER])
    credited = PersonFactory(display_name="Olive Owner")
    Byline.objects.create(name="Carl Columnist", slug="carl", person=credited)

    assert [rules.may_use_name_of(person) for person in (reporter, other, credited)] == [False] * 3
    assert rules.is_protected_name("Olive Owner")


def test_staff_and_the_credited_have_their_own():
    owner = PersonFactory(display_name="Olive Owner", roles=[Role.OWNER])
    credited = PersonFactory(display_name="Carl Columnist")
    Byline.objects.create(name="Carl Columnist", slug="carl", person=credited)

    assert rules.may_use_name_of(owner)
    assert rules.may_use_name_of(credited)


def test_a_byline_without_an_account_keeps_readers_from_its_name_and_not_who_works_here():
    Byline.objects.create(name="Ines Tallow", slug="ines")

    assert rules.may_use_name_of(PersonFactory(display_name="Ines Tallow", roles=[Role.EDITOR]))
    assert not rules.may_use_name_of(PersonFactory(display_name="Ines Tallow"))


@pytest.mark.parametrize(
    "name", ["Editor", "MODERATOR", "The Editors", "Die Redaktion", "Autorin", "Adm1n", "The Tidewaiter"]
)
def test_nobody_is_called_what_the_paper_calls_itself_and_those_who_work_for_it(name):
    Publication(pk=1, name="The Tidewaiter").save()

    assert rules.is_protected_name(name)
    assert not rules.may_use_name_of(PersonFactory(display_name=name))
    assert rules.may_use_name_of(PersonFactory(display_name=name, roles=[Role.EDITOR]))
    assert not rules.is_protected_name(f"{name} Miller")


@pytest.mark.parametrize("bylines", [1, 3])
def test_it_takes_as_many_queries_however_many_bylines_there_are(bylines):
    for number in range(bylines):
        Byline.objects.create(name=f"Author {number}", slug=f"author-{number}")

    with CaptureQueriesContext(connection) as queries:
        assert not rules.is_protected_name("Tom")

    assert len(queries) == 2
