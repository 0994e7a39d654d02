from datetime import UTC, datetime, timedelta

import pytest

from commonpress.accounts.erasing import erase
from commonpress.changes.models import Change
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.supporters import Giver
from commonpress.fundraising.errors import CurrencyHasEnded, NothingLeftToRefund, SentAlready
from commonpress.fundraising.models.entry import Account, Entry
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books, meters
from tests.factories.accounts import PersonFactory
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

JULY = datetime(2021, 7, 20, tzinfo=UTC)


def received(drive, now=JUNE):
    return meters.meter(drive, now).received


def test_a_gift_moves_the_meter_and_tells_the_pages():
    drive = make_drive()
    before = set(Change.objects.values_list("pk", flat=True))

    make_gift(drive, 25_00)

    assert received(drive) == Money(25_00, "EUR")
    assert list(Change.objects.exclude(pk__in=before).values_list("key", flat=True)) == [f"drive:{drive.pk}"]


def test_cash_lies_in_the_cash_box_and_transfers_in_the_bank():
    drive = make_drive()
    make_gift(drive, source=Gift.Source.CASH)
    make_gift(drive, source=Gift.Source.BANK)

    assert [entry.lines.get(amount_minor__gt=0).account for entry in Entry.objects.order_by("id")] == [
        Account.CASH,
        Account.BANK,
    ]


def test_a_gift_sent_twice_by_the_same_form_is_one_gift():
    drive = make_drive()

    first = make_gift(drive, 25_00, once_key="the-same-form")
    again = make_gift(drive, 25_00, once_key="the-same-form")

    assert again == first
    assert received(drive) == Money(25_00, "EUR")


ADA = Giver("Ada Fenwick", "ada@example.org", may_be_named=False)
SENT = {"amount": Money(25_00, "EUR"), "source": Gift.Source.CASH, "supporter": ADA, "note": "At the fair"}


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Money(400_00, "EUR")},
        {"source": Gift.Source.BANK},
        {"note": "Another envelope"},
        {"occurred_at": JULY},
        {"is_anonymous": False},
        {"supporter": None},
        {"supporter": Giver("Ada Fenwick", "", may_be_named=False)},
        {"supporter": Giver("Bo", "ada@example.org", may_be_named=False)},
        {"supporter": Giver("Ada Fenwick", "bo@example.org", may_be_named=False)},
    ],
)
def test_another_gift_under_the_key_of_one_in_the_book_is_refused_and_not_dropped_in_silence(change):
    drive = make_drive()
    make_gift(drive, **SENT, once_key="the-same-form")

    with pytest.raises(SentAlready) as refused:
        make_gift(drive, **SENT | change, once_key="the-same-form")

    assert "for €25." in str(refused.value.message)
    assert (Gift.objects.count(), Supporter.objects.count(), received(drive)) == (1, 1, Money(25_00, "EUR"))


def test_the_same_words_later_that_day_and_another_name_for_a_known_address_are_the_same_gift():
    drive = make_drive()
    known = make_supporter(email="ADA@example.org")
    make_gift(drive, supporter=known)

    first = make_gift(drive, **SENT, once_key="the-same-form")
    again = make_gift(drive, **SENT, once_key="the-same-form", occurred_at=JUNE + timedelta(hours=3))

    assert (again, first.supporter) == (first, known)


def test_two_equal_gifts_without_a_key_are_two_gifts():
    drive = make_drive()

    make_gift(drive, 25_00)
    make_gift(drive, 25_00)

    assert received(drive) == Money(50_00, "EUR")


def test_a_gift_in_a_currency_that_had_ended_is_refused_with_its_successor_and_nothing_is_entered():
    drive = make_drive()

    with pytest.raises(CurrencyHasEnded, match="EUR"):
        make_gift(drive, amount=Money(5_00, "HRK"), occurred_at=datetime(2023, 1, 1, 12, tzinfo=UTC))

    assert (Gift.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_gift_is_refunded_in_parts_until_nothing_is_left():
    drive = make_drive()
    gift = make_gift(drive, 15_00)
    steps = []

    for _ in range(3):
        refund_gift(gift, amount=Money(5_00, "EUR"), refunded_at=JUNE)
        meter = meters.meter(drive, JUNE)
        steps.append((meter.received, meter.gifts, books.remaining(gift)))

    assert steps == [
        (Money(10_00, "EUR"), 1, Money(10_00, "EUR")),
        (Money(5_00, "EUR"), 1, Money(5_00, "EUR")),
        (Money(0, "EUR"), 0, Money(0, "EUR")),
    ]
    assert Refund.objects.count() == 3


@pytest.mark.parametrize("minor", [15_01, 0, -5_00])
def test_more_than_is_left_or_nothing_is_never_refunded(minor):
    drive = make_drive()
    gift = make_gift(drive, 15_00)

    with pytest.raises(NothingLeftToRefund):
        refund_gift(gift, amount=Money(minor, "EUR"))

    assert received(drive) == Money(15_00, "EUR")
    assert Refund.objects.count() == 0


def test_a_refund_in_july_of_a_gift_of_june_restates_june():
    drive = make_drive()
    gift = make_gift(drive, 15_00)
    make_gift(drive, 8_00, occurred_at=JULY)

    refund = refund_gift(gift, amount=Money(5_00, "EUR"), refunded_at=JULY)

    assert (received(drive, JUNE), received(drive, JULY)) == (Money(10_00, "EUR"), Money(8_00, "EUR"))
    entry = Entry.objects.get(source_key=f"refund:{refund.public_id}")
    assert (entry.occurred_at, entry.period_key, entry.reverses.gift) == (JULY, "2021-06", gift)


def test_a_refund_sent_twice_by_the_same_form_is_one_refund():
    drive = make_drive()
    gift = make_gift(drive, 15_00)

    first = refund_gift(gift, amount=Money(5_00, "EUR"), once_key="the-same-form")
    again = refund_gift(gift, amount=Money(5_00, "EUR"), once_key="the-same-form")

    assert again == first
    assert received(drive) == Money(10_00, "EUR")


@pytest.mark.parametrize(
    "change", [{"amount": Money(6_00, "EUR")}, {"reason": Refund.Reason.MISTAKE}, {"note": "Sent back"}]
)
def test_another_refund_under_the_key_of_one_in_the_book_is_refused(change):
    gift = make_gift(make_drive(), 15_00)
    refund_gift(gift, amount=Money(5_00, "EUR"), once_key="the-same-form")

    with pytest.raises(SentAlready):
        refund_gift(gift, **{"amount": Money(5_00, "EUR")} | change, once_key="the-same-form")

    assert books.remaining(gift) == Money(10_00, "EUR")


def test_a_refund_of_another_gift_under_the_same_key_is_refused():
    drive = make_drive()
    first, second = make_gift(drive, 15_00), make_gift(drive, 15_00)
    refund_gift(first, amount=Money(5_00, "EUR"), once_key="the-same-form")

    with pytest.raises(SentAlready):
        refund_gift(second, amount=Money(5_00, "EUR"), once_key="the-same-form")

    assert books.remaining(second) == Money(15_00, "EUR")


def test_one_of_two_gifts_of_a_supporter_refunded_leaves_the_other():
    drive = make_drive()
    supporter = make_supporter()
    gift = make_gift(drive, 15_00, supporter=supporter)
    make_gift(drive, 10_00, supporter=supporter)

    refund_gift(gift, amount=Money(15_00, "EUR"))

    assert (received(drive), meters.meter(drive, JUNE).gifts) == (Money(10_00, "EUR"), 1)


def test_what_was_entered_by_mistake_is_reversed_and_entered_anew_with_nothing_edited():
    drive = make_drive()
    wrong = make_gift(drive, 51_00)

    refund_gift(wrong, amount=Money(51_00, "EUR"), reason=Refund.Reason.MISTAKE)
    make_gift(drive, 15_00)

    assert received(drive) == Money(15_00, "EUR")
    reversal = Entry.objects.get(kind=Entry.Kind.CORRECTION)
    assert set(reversal.lines.values_list("account", "amount_minor")) == {
        (Account.GIFTS, 51_00),
        (Account.BANK, -51_00),
    }


def test_erasing_a_supporter_leaves_the_book_as_it_is():
    drive = make_drive()
    supporter = make_supporter()
    gift = make_gift(drive, 15_00, supporter=supporter)

    supporter.delete()

    gift.refresh_from_db()
    assert (gift.supporter, received(drive)) == (None, Money(15_00, "EUR"))


def test_a_supporter_is_written_down_with_the_gift_or_not_at_all():
    drive = make_drive()
    giver = Giver("Ada Fenwick", "", may_be_named=True)

    with pytest.raises(CurrencyHasEnded):
        make_gift(drive, amount=Money(5_00, "CUC"), supporter=giver, occurred_at=datetime(2022, 1, 1, tzinfo=UTC))
    gift = make_gift(drive, supporter=giver, once_key="the-same-form")
    make_gift(drive, supporter=giver, once_key="the-same-form")

    assert list(Supporter.objects.all()) == [gift.supporter]
    assert (gift.supporter.name, gift.supporter.public_name) == ("Ada Fenwick", "Ada Fenwick")


def test_with_an_account_the_name_behind_its_gifts_is_erased_and_the_gifts_stay():
    drive = make_drive()
    person = PersonFactory(email="ada@example.org")
    hers = make_gift(
        drive,
        15_00,
        supporter=make_supporter(email="ADA@example.org"),
        message="In memory of my father, Ada",
        note="Booked on Monday",
    )
    others = make_gift(drive, 10_00, supporter=make_supporter(email="bo@example.org"), message="Good luck")

    erase(person)

    hers.refresh_from_db()
    others.refresh_from_db()
    gone = hers.supporter
    assert (hers.message, hers.note, others.message) == ("", "Booked on Monday", "Good luck")
    assert (gone.name, gone.public_name, gone.email, gone.erased_at is not None) == ("", "", "", True)
    assert (others.supporter.email, others.supporter.erased_at) == ("bo@example.org", None)
    assert received(drive) == Money(25_00, "EUR")
