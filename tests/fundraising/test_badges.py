"""A supporter's mark: for who has given from an address of theirs, if they wish."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from commonpress.accounts.models import Badge
from commonpress.fundraising.actions.badges import hide_support, review_badges, show_support
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.supporters import Giver
from commonpress.fundraising.errors import NotASupporter
from tests.factories.accounts import PersonFactory, make_person
from tests.factories.fundraising import make_drive, make_gift

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SILKE = Giver(name="Silke Storm", email="Silke@readers.example", may_be_named=False)


@pytest.fixture(autouse=True)
def full_buckets():
    cache.clear()


def give(days_ago=1, giver=SILKE):
    return make_gift(
        make_drive(is_current=False), supporter=giver, occurred_at=timezone.now() - timedelta(days=days_ago)
    )


def silke():
    return make_person("silke@readers.example", display_name="Silke")


def test_who_has_given_may_show_it_and_hide_it_again():
    person = silke()
    give()

    show_support(person)
    shown = Badge.objects.filter(person=person, kind="supporter").count()
    hide_support(person)

    assert (shown, Badge.objects.count()) == (1, 0)


def test_nobody_shows_what_they_did_not_give():
    strangers = [PersonFactory(email="silke@readers.example"), make_person("other@readers.example")]
    give()

    for person in strangers:  # one has not confirmed the address, the other has another
        with pytest.raises(NotASupporter):
            show_support(person)

    assert not Badge.objects.exists()


def test_a_gift_of_more_than_a_year_ago_is_over():
    person = silke()
    give(days_ago=366)

    with pytest.raises(NotASupporter):
        show_support(person)


def test_a_gift_given_back_takes_the_mark_along_unless_there_is_another():
    person, first, second = silke(), give(), give(days_ago=30)
    show_support(person)

    refund_gift(second, amount=second.amount)
    kept = Badge.objects.count()
    refund_gift(first, amount=first.amount)

    assert (kept, Badge.objects.count()) == (1, 0)


def test_the_nightly_round_prolongs_who_gave_again_and_ends_all_others():
    again = silke()
    once = make_person("once@readers.example")
    give(days_ago=300)
    give(days_ago=300, giver=Giver(name="", email="once@readers.example", may_be_named=False))
    show_support(again)
    show_support(once)
    give(days_ago=0)

    review_badges(timezone.now() + timedelta(days=100))

    assert list(Badge.objects.values_list("person", flat=True)) == [again.pk]


def test_the_account_offers_it_to_supporters_alone_and_says_no_amount():
    person, other = silke(), make_person("other@readers.example")
    give()
    seen = {}

    for one in (person, other):
        client = Client(headers={"sec-fetch-site": "same-origin"})
        client.force_login(one)
        seen[one] = client.get("/accounts/").content.decode()
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(person)
    client.post("/-/supporter", {"show": "yes"})
    after = client.get("/accounts/").content.decode()

    assert ["You support the paper" in page for page in seen.values()] == [True, False]
    # Without its tags: a form's token may have any digits.
    assert "25" not in strip_tags(seen[person].partition("You support the paper")[2].partition("</section>")[0])
    assert "Hide it" in after
    assert Badge.objects.count() == 1


def test_a_stranger_is_led_to_sign_in_and_a_get_changes_nothing():
    client = Client(headers={"sec-fetch-site": "same-origin"})

    assert client.post("/-/supporter", {"show": "yes"}).status_code == 302
    assert client.get("/-/supporter").status_code == 405
