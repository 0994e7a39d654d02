"""Numbers without gaps and without doubles, whoever asks at the same moment."""

import pytest
from django.utils import timezone

from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.receipts import issue_receipt, send_receipt
from commonpress.fundraising.actions.ways_in import ask_way_in, open_with
from commonpress.fundraising.effects.receipts import receipt_corrected
from commonpress.fundraising.effects.ways_in import way_in_asked
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.way_in import WayIn
from commonpress.fundraising.money import Money
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.models import Letter
from tests.factories.fundraising import make_drive, make_gift, make_supporter
from tests.fundraising.test_races import at_once

pytestmark = [pytest.mark.commits, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _a_paper(fresh_database):
    Publication.objects.update_or_create(pk=1, defaults={"name": "The Alder"})


def test_sixteen_receipts_at_once_are_numbered_without_gaps_or_doubles():
    drive, ada = make_drive(), make_supporter()
    gifts = [make_gift(drive, supporter=ada) for _ in range(16)]

    results = at_once(*[lambda gift=gift: issue_receipt(gift) for gift in gifts])

    assert all(isinstance(result, Receipt) for result in results), results
    assert sorted(Receipt.objects.values_list("serial", flat=True)) == list(range(1, 17))


def test_one_gift_asked_for_by_sixteen_has_one_receipt_and_sixteen_letters_counted():
    gift = make_gift(make_drive(), supporter=make_supporter(email="ada@example.org"))

    results = at_once(*[lambda: send_receipt(gift)] * 16)

    assert len({result.pk for result in results}) == 1
    assert Receipt.objects.values_list("serial", "sent_times").get() == (1, 16)


def test_those_that_fail_on_the_way_leave_no_gap():
    drive, ada = make_drive(), make_supporter()
    gifts = [make_gift(drive, supporter=ada) for _ in range(8)]
    nobodys = [make_gift(drive) for _ in range(8)]

    at_once(*[lambda gift=gift: issue_receipt(gift) for pair in zip(gifts, nobodys, strict=True) for gift in pair])

    assert sorted(Receipt.objects.values_list("serial", flat=True)) == list(range(1, 9))


def test_receipts_and_corrections_at_once_share_the_series_and_lock_nobody_out():
    drive, ada = make_drive(), make_supporter(email="ada@example.org")
    gifts = [make_gift(drive, 20_00, supporter=ada) for _ in range(8)]
    for gift in gifts[:4]:
        issue_receipt(gift)

    def give_back(gift):
        return receipt_corrected(refund_gift(gift, amount=Money(5_00, "EUR")).pk)

    results = at_once(
        *[lambda gift=gift: give_back(gift) for gift in gifts[:4]],
        *[lambda gift=gift: issue_receipt(gift) for gift in gifts],
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert sorted(Receipt.objects.values_list("serial", flat=True)) == list(range(1, 13))
    assert Receipt.objects.filter(kind="correction").count() == 4


def test_a_key_pressed_by_two_at_once_lets_one_in():
    WayIn.objects.create(email="ada@example.org", mailed_at=timezone.now(), key_hash=WayIn.hash_of("the key"))

    results = at_once(*[lambda: open_with("the key")] * 2)

    assert sorted(type(result).__name__ for result in results) == ["KeyIsSpent", "str"]


def test_ten_wishes_answered_at_once_are_one_letter():
    make_gift(make_drive(), supporter=make_supporter(email="ada@example.org"))
    for _ in range(10):
        ask_way_in("ada@example.org")
    wishes = list(WayIn.objects.values_list("pk", flat=True))

    results = at_once(*[lambda pk=pk: way_in_asked(pk) for pk in wishes])

    assert results == [None] * 10
    assert Letter.objects.filter(kind="way_in").count() == 1
