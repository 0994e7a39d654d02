"""Queries whose words are found once find what Django's own find."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection, transaction
from django.db.models import F

from commonpress.accounts.models import Guest
from commonpress.changes.models import Change
from commonpress.database.prepared import Prepared, columns_of, insert_many, insert_once, stands
from commonpress.discussion.models import Comment
from commonpress.fundraising.models.gift import Gift
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, story_to_discuss
from tests.factories.fundraising import JUNE, make_drive

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


def a_gift(drive, **fields):
    defaults = {"amount_minor": 5_00, "currency": "EUR", "source": Gift.Source.CASH, "occurred_at": JUNE}
    return Gift(drive=drive, **defaults | fields)


def insert_gifts(*gifts, by="once_key"):
    return insert_once(Gift, [columns_of(gift) for gift in gifts], by, known_by="public_id")


def test_rows_are_not_inserted_once_by_a_field_they_have_not():
    with pytest.raises(ValueError, match="unpack"):
        insert_gifts(a_gift(make_drive()), by="once_kee")


def test_rows_are_inserted_unless_one_of_the_same_key_stands_or_comes_before():
    drive = make_drive()
    first, other, without, without_too = (a_gift(drive, once_key=key) for key in ("form 1", "form 2", None, None))
    late = a_gift(drive, once_key="form 1")
    twice = a_gift(drive, once_key="form 2")

    keys = insert_gifts(first)
    assert set(keys) == {first.public_id}
    more = insert_gifts(late, other, twice, without, without_too)

    assert set(more) == {other.public_id, without.public_id, without_too.public_id}
    assert dict(Gift.objects.values_list("public_id", "pk")) == keys | more
    assert insert_once(Gift, [], "once_key", known_by="public_id") == {}


def test_a_row_that_was_inserted_knows_it_once_it_is_told():
    gift = a_gift(make_drive())
    stands(gift, insert_gifts(gift)[gift.public_id])

    gift.note = "Found in the letter box"
    gift.save()

    assert Gift.objects.get() == gift
    assert Gift.objects.get().note == "Found in the letter box"


def test_rows_inserted_together_are_in_the_database_as_they_were_made():
    drive = make_drive()
    at = datetime(2021, 6, 5, 23, 59, 59, 999_999, tzinfo=UTC)
    sent = [
        a_gift(drive, message='“Grüße”, "quoted" \\ %s {} 😀\n', note="100 %", occurred_at=at, once_key="a"),
        a_gift(drive, amount_minor=2**53 + 1, fee_minor=3, cover_minor=2, is_anonymous=False, pays_match=True),
    ]

    keys = insert_gifts(*sent)

    for row in sent:
        assert values_of(Gift.objects.get(pk=keys[row.public_id])) == values_of(row) | {"id": keys[row.public_id]}


def test_a_text_that_is_too_long_is_not_cut_off():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's columns have no length.")

    with pytest.raises(DataError), transaction.atomic():
        insert_gifts(a_gift(make_drive(), note="n" * 201))


def test_many_rows_are_inserted_in_one_way_to_the_server(django_assert_num_queries):
    at = datetime(2021, 6, 5, 12, 0, 0, 1, tzinfo=UTC)

    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 20):
        insert_many(Change, [{"key": f"“{number}” %s", "at": at} for number in range(20)])

    assert {(row.key, row.at) for row in Change.objects.all()} == {(f"“{number}” %s", at) for number in range(20)}
    insert_many(Change, [])
