"""Pages elsewhere: counted by a month's sum or by the rows of an export, never twice."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.links import count_month, import_rows
from commonpress.fundraising.actions.refunds import fail_refund, pay_out
from commonpress.fundraising.elsewhere import Row
from commonpress.fundraising.errors import (
    MonthIsBeingRefunded,
    MonthIsCountedByRows,
    MonthIsCountedBySum,
    MonthIsToCome,
)
from commonpress.fundraising.models.entry import Account, Line
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.gift_elsewhere import GiftElsewhere
from commonpress.fundraising.models.giving_link import require_https
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books
from tests.factories.fundraising import make_drive
from tests.fundraising.elsewhere import ADDRESS, euros, make_link, received

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("clock")]


@pytest.mark.parametrize(
    "address",
    [
        "http://liberapay.com/alder",
        "javascript:alert(1)",
        "JavaScript:alert(1)//https://a.example",
        "data:text/html,hello",
        "//liberapay.com/alder",
        "liberapay.com/alder",
        "https://",
        "https://paypal.com@evil.example/",
        "https://paypal.com:8443/",
        "https://pаypal.com/alder",
        "https://xn--pypal-4ve.com/alder",
        "https://pay.xn--pypal-4ve.com/",
        "https://192.0.2.1/",
        "https://[2001:db8::1]/",
        "https://localhost/",
        "https://evil.example/\nhttps://liberapay.com/",
        "https://evil.example/a b",
        "https://[/",
    ],
)
def test_only_a_plain_https_address_of_a_named_host_is_shown_to_readers(address):
    with pytest.raises(ValidationError):
        require_https(address)


@pytest.mark.parametrize("address", [ADDRESS, "https://www.paypal.me/alder?x=1", "https://opencollective.com/alder"])
def test_the_usual_pages_are_taken(address):
    require_https(address)


def test_a_months_sum_is_one_gift_in_that_month_marked_elsewhere(tess):
    drive = make_drive()

    gift = count_month(make_link(), drive, month="2021-05", amount=euros(120_00), by=tess)

    assert (gift.source, gift.note, gift.occurred_at) == (
        Gift.Source.ELSEWHERE,
        "Liberapay 2021-05",
        datetime(2021, 5, 31, 12, tzinfo=UTC),
    )
    assert books.received_by_book(drive, "2021-05") == euros(120_00)
    assert Line.objects.filter(account=Account.ELSEWHERE).get().amount_minor == 120_00


def test_the_same_sum_typed_again_changes_nothing_and_another_one_corrects_it(tess):
    drive, link = make_drive(), make_link()
    for minor in (120_00, 120_00, 135_00, 135_00):
        count_month(link, drive, month="2021-06", amount=euros(minor), by=tess)

    assert (received(drive), Gift.objects.count()) == (135_00, 2)
    assert Refund.objects.get().reason == Refund.Reason.MISTAKE
    assert GiftElsewhere.objects.get(replaced_at=None).gift.amount == euros(135_00)


def test_a_sum_corrected_back_and_forth_is_right_each_time(tess):
    drive, link = make_drive(), make_link()
    seen = []
    for minor in (120_00, None, 120_00, 5_00, 120_00, None):
        count_month(link, drive, month="2021-06", amount=minor and euros(minor), by=tess)
        seen.append(received(drive))

    assert seen == [120_00, 0, 120_00, 5_00, 120_00, 0]
    assert books.received_by_book(drive, "2021-06") == euros(0)


def test_a_sum_that_was_refunded_by_hand_is_counted_anew(tess):
    drive, link = make_drive(), make_link()
    gift = count_month(link, drive, month="2021-06", amount=euros(120_00), by=tess)
    refund_gift(gift, amount=euros(20_00))

    count_month(link, drive, month="2021-06", amount=euros(120_00), by=tess)

    assert received(drive) == 120_00


@pytest.mark.parametrize("minor", [120_00, None])
@pytest.mark.parametrize(("settle", "left"), [(fail_refund, 100_00), (pay_out, 0)])
def test_a_sum_of_which_a_refund_is_to_be_paid_out_is_counted_anew_only_when_that_is_settled(tess, minor, settle, left):
    drive, link = make_drive(), make_link()
    refund = refund_gift(
        count_month(link, drive, month="2021-06", amount=euros(100_00), by=tess),
        amount=euros(100_00),
        is_paid_out=False,
    )

    with pytest.raises(MonthIsBeingRefunded):
        count_month(link, drive, month="2021-06", amount=minor and euros(minor), by=tess)

    assert (Gift.objects.count(), GiftElsewhere.objects.get().replaced_at) == (1, None)
    settle(refund)
    assert received(drive) == left
    count_month(link, drive, month="2021-06", amount=minor and euros(minor), by=tess)
    assert received(drive) == (minor or 0)


def test_a_drive_whose_months_begin_on_the_15th_counts_it_in_the_month_named_so(tess):
    drive = make_drive(reset_day=15)

    gift = count_month(make_link(), drive, month="2021-04", amount=euros(9_00), by=tess)

    assert drive.period_at(gift.occurred_at).key == "2021-04"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "Europe/Berlin"])
def test_a_months_sum_counts_in_that_month_wherever_the_drive_is(zone, tess):
    drive = make_drive(zone=zone)

    gifts = [
        count_month(make_link(name=m, address=f"{ADDRESS}{m}"), drive, month=m, amount=euros(1_00), by=tess)
        for m in ("2021-02", "2021-05", "2021-06")
    ]

    assert [drive.period_at(gift.occurred_at).key for gift in gifts] == ["2021-02", "2021-05", "2021-06"]


def test_a_month_to_come_is_refused(tess):
    with pytest.raises(MonthIsToCome):
        count_month(make_link(), make_drive(), month="2021-07", amount=euros(1_00), by=tess)

    assert Gift.objects.count() == 0


def rows(*ids, minor=10_00, at=date(2021, 6, 3), **fields):
    return [Row(row_id, at, euros(minor), **fields) for row_id in ids]


def test_each_row_of_an_export_is_booked_once_however_often_and_overlapping_it_comes(tess):
    drive, link = make_drive(), make_link()

    first = import_rows(link, drive, rows("a", "b"), by=tess)
    second = import_rows(link, drive, rows("b", "c"), by=tess)
    elsewhere = import_rows(make_link(address=ADDRESS + "2"), drive, rows("a"), by=tess)

    assert [(done.booked, done.known) for done in (first, second, elsewhere)] == [(2, 0), (1, 1), (1, 0)]
    assert received(drive) == 40_00


def test_a_row_that_says_something_else_than_before_is_left_to_a_human(tess):
    drive, link = make_drive(), make_link()
    import_rows(link, drive, rows("a"), by=tess)

    again = import_rows(link, drive, rows("a", minor=99_00), by=tess)

    assert (again.booked, again.different, received(drive)) == (0, ["a"], 10_00)


def test_a_row_given_back_since_is_refunded_once_and_one_never_seen_not_booked(tess):
    drive, link = make_drive(), make_link()
    import_rows(link, drive, rows("a", "b"), by=tess)

    done = [import_rows(link, drive, rows("a", "new", went_back=True), by=tess) for _time in range(2)]

    assert [each.taken_back for each in done] == [1, 0]
    assert (received(drive), Refund.objects.get().reason) == (10_00, Refund.Reason.RETURNED)


@pytest.mark.parametrize("which", [4_00, 6_00])
def test_a_row_given_back_is_refunded_anew_where_an_earlier_refund_of_it_did_not_arrive(tess, which):
    drive, link = make_drive(), make_link()
    import_rows(link, drive, rows("a"), by=tess)
    refund_gift(Gift.objects.get(), amount=euros(4_00))
    import_rows(link, drive, rows("a", went_back=True), by=tess)

    fail_refund(Refund.objects.get(amount_minor=which))
    before = received(drive)
    done = [import_rows(link, drive, rows("a", went_back=True), by=tess).taken_back for _time in range(2)]

    assert (before, done, received(drive)) == (which, [1, 0], 0)


def test_a_month_is_counted_by_a_sum_or_by_rows_and_not_by_both(tess):
    drive, link = make_drive(), make_link()
    count_month(link, drive, month="2021-05", amount=euros(50_00), by=tess)
    import_rows(link, drive, rows("june"), by=tess)

    with pytest.raises(MonthIsCountedBySum, match="2021-05"):
        import_rows(link, drive, rows("new") + rows("may", at=date(2021, 5, 3)), by=tess)
    with pytest.raises(MonthIsCountedByRows):
        count_month(link, drive, month="2021-06", amount=euros(50_00), by=tess)

    assert (received(drive), Gift.objects.count()) == (10_00, 2)
    count_month(link, drive, month="2021-05", amount=None, by=tess)
    assert import_rows(link, drive, rows("may", at=date(2021, 5, 3)), by=tess).booked == 1


def test_a_row_of_a_day_to_come_books_nothing_of_its_file(tess):
    drive = make_drive()

    with pytest.raises(MonthIsToCome):
        import_rows(make_link(), drive, rows("a") + rows("b", at=date(2021, 6, 13)), by=tess)

    assert (received(drive), Gift.objects.count()) == (0, 0)


def test_another_currency_is_booked_as_it_came(tess):
    drive = make_drive()

    import_rows(make_link(), drive, [Row("a", date(2021, 6, 3), Money(500, "JPY"))], by=tess)

    assert Gift.objects.get().amount == Money(500, "JPY")
