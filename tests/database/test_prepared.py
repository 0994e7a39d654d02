"""Queries whose words are found once find what Django's own find."""

import pytest
from django.db import connection
from django.db.models import F

from commonpress.accounts.models import Guest
from commonpress.database.prepared import Prepared, insert_once
from commonpress.discussion.models import Comment
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def values_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_row_and_what_is_selected_with_it_are_as_django_reads_them(django_assert_num_queries):
    query = Comment.objects.select_related("person", "guest")
    prepared = Prepared(lambda: query.filter(public_id=""))
    story = story_to_discuss()
    for writer in (PersonFactory(), GuestFactory()):
        comment = comment_on(story, writer=writer)
        expected = query.get(pk=comment.pk)

        with django_assert_num_queries(1):
            found = prepared.first(comment.public_id)
            assert (found.person, found.guest) == (expected.person, expected.guest)

        assert values_of(found) == values_of(expected)
        assert found == expected


def test_only_the_fields_asked_for_are_read(django_assert_num_queries):
    comment = comment_on(story_to_discuss())
    prepared = Prepared(lambda: Comment.objects.filter(pk=0).only("number", "created_at"))

    found = prepared.first(comment.pk)

    with django_assert_num_queries(0):
        assert (found.number, found.created_at) == (comment.number, comment.created_at)
    with django_assert_num_queries(1):
        assert found.body_source == "A first thought."


def test_what_is_not_there_is_not_found_and_rows_come_in_the_order_asked_for():
    first, second = GuestFactory(), GuestFactory()
    after = Prepared(lambda: Guest.objects.filter(pk__gte=0).order_by("-pk"))

    assert after.rows(first.pk) == [second, first]
    assert after.first(second.pk + 1) is None


def test_what_is_worked_out_beside_a_row_is_read_with_it():
    first, second = GuestFactory(), GuestFactory()
    query = Guest.objects.annotate(twice=F("pk") + F("pk")).order_by("pk")
    prepared = Prepared(lambda: query.filter(pk__gte=0))

    found = prepared.rows(first.pk)

    assert [(guest, guest.twice) for guest in found] == [(first, first.pk * 2), (second, second.pk * 2)]


def test_words_are_found_once():
    asked = []
    prepared = Prepared(lambda: asked.append(1) or Guest.objects.filter(pk=0))

    for guest in (GuestFactory(), GuestFactory()):
        assert prepared.first(guest.pk) == guest

    assert asked == [1]
    assert connection.vendor in prepared.plans


def test_a_row_is_not_inserted_once_by_a_field_it_has_not():
    with pytest.raises(ValueError, match="unpack"):
        insert_once(Guest(identity_hash="a" * 64), "identity_hsh")


def test_a_row_is_inserted_once_whatever_key_it_is_asked_by():
    first, same = (Guest(identity_hash="a" * 64) for _ in range(2))

    assert insert_once(first, "identity_hash")
    assert not insert_once(same, "identity_hash")

    assert (first._state.adding, same._state.adding, same.pk) == (False, True, None)
    assert list(Guest.objects.all()) == [first]
