"""Who may do what in the newsroom, a row per role."""

import pytest
from django.contrib.auth.models import AnonymousUser

from commonpress.newsroom import rules
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.newsroom import DraftFactory

pytestmark = pytest.mark.django_db

#        role         writes  edits others'  publishes  changes the publication
TABLE = [
    ("owner", True, True, True, True),
    ("editor", True, True, True, False),
    ("reporter", True, False, False, False),
    ("moderator", False, False, False, False),
    ("treasurer", False, False, False, False),
]


@pytest.mark.parametrize(("role", "writes", "edits", "publishes", "names"), TABLE)
def test_each_role_may_what_its_row_says(role, writes, edits, publishes, names):
    person = PersonFactory(roles=[role])
    others = DraftFactory(owner=PersonFactory(roles=["reporter"]))

    answers = (
        rules.may_write(person),
        rules.may_edit(person, others),
        rules.may_publish(person),
        rules.may_change_publication(person),
    )

    assert answers == (writes, edits, publishes, names)


def test_a_reporter_edits_their_own_and_loses_that_with_the_role():
    reporter = PersonFactory(roles=["reporter"])
    story = DraftFactory(owner=reporter)
    before = rules.may_edit(reporter, story)

    reporter.groups.clear()
    reporter = type(reporter).objects.get(pk=reporter.pk)

    assert before
    assert not rules.may_edit(reporter, story)


def test_readers_guests_and_strangers_may_nothing():
    story = DraftFactory()

    for somebody in (PersonFactory(), GuestFactory(), AnonymousUser(), None):
        assert not rules.may_write(somebody)
        assert not rules.may_edit(somebody, story)
        assert not rules.may_publish(somebody)
        assert not rules.may_change_publication(somebody)
