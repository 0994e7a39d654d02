from datetime import UTC, date, datetime, timedelta

import pytest

from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Account, Entry
from commonpress.fundraising.models.fx_rate import FxRate
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from commonpress.fundraising.queries.rates import rate_between
from commonpress.fundraising.typeset import typeset
from tests.factories.fundraising import JUNE, make_drive, make_gift

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


TODAY = JUNE.date()


def make_rate(base, quote, rate, day=TODAY):
    return FxRate.objects.create(base=base, quote=quote, rate=rate, day=day)


def received(drive):
    return meters.meter(drive, JUNE).received


def lines_of(gift):
    entry = Entry.objects.get(source_key=f"gift:{gift.public_id}")
    return {line.account: line.amount_minor for line in entry.lines.all()}


def test_gifts_of_three_currencies_are_one_sum_at_the_rates_of_their_day_and_stay_it():
    drive = make_drive(currency="USD")
    make_rate("EUR", "USD", "1.10")
    make_rate("JPY", "USD", "0.007")
    for amount in (Money(10_00, "USD"), Money(10_00, "EUR"), Money(1_000, "JPY")):
        make_gift(drive, amount=amount)

    FxRate.objects.update(rate="9.99")

    assert received(drive) == Money(28_00, "USD")
    assert meters.meter(drive, JUNE).gifts == 3
    assert list(Entry.objects.order_by("pk").values_list("rate", "meter_minor")) == [
        ("", 10_00),
        ("1.1", 11_00),
        ("0.007", 7_00),
    ]


def test_a_rate_of_the_week_before_is_used_and_its_day_kept():
    drive = make_drive(currency="USD")
    make_rate("EUR", "USD", "1.10", day=TODAY - timedelta(days=6))

    make_gift(drive, amount=Money(10_00, "EUR"))

    assert Entry.objects.get().rate_on == TODAY - timedelta(days=6)
    assert received(drive) == Money(11_00, "USD")


def test_a_gift_without_a_rate_is_booked_and_shown_beside_the_sum():
    drive = make_drive(currency="USD")
    make_rate("EUR", "USD", "1.10", day=TODAY - timedelta(days=7))

    make_gift(drive, amount=Money(10_00, "EUR"))

    shown = meters.meter(drive, JUNE)
    assert (shown.received, shown.gifts) == (Money(0, "USD"), 0)
    assert "Not in the sum: 1 gift in EUR." in typeset(shown, "en").counts
    assert MeterTotal.objects.get(currency="EUR").received_minor == 10_00


def test_a_refund_of_a_gift_without_a_rate_takes_it_out_from_beside_the_sum():
    drive = make_drive(currency="USD")
    gift = make_gift(drive, amount=Money(10_00, "EUR"))
    make_rate("EUR", "USD", "1.10")

    refund_gift(gift, amount=Money(10_00, "EUR"))

    assert meters.meter(drive, JUNE).apart == ()
    assert received(drive) == Money(0, "USD")


def test_refunds_in_parts_take_out_exactly_what_a_foreign_gift_added_at_the_rate_of_then():
    drive = make_drive(currency="USD")
    make_rate("EUR", "USD", "1.1049")
    gift = make_gift(drive, amount=Money(10_01, "EUR"))
    added = received(drive)
    FxRate.objects.update(rate="2")

    for part in (3_33, 3_34, 3_34):
        refund_gift(gift, amount=Money(part, "EUR"))

    assert added == Money(11_06, "USD")
    assert received(drive) == Money(0, "USD")
    assert sum(Entry.objects.values_list("meter_minor", flat=True)) == 0


RATES = [
    ("the other way round", [("USD", "EUR", "0.8")], "1.25"),
    ("by way of the euro", [("EUR", "CHF", "0.95"), ("EUR", "USD", "1.1875")], "1.25"),
]


@pytest.mark.parametrize(("way", "rates", "expected"), RATES)
def test_a_rate_is_found(way, rates, expected):
    for rate in rates:
        make_rate(*rate)

    found = rate_between("EUR" if way == "the other way round" else "CHF", "USD", TODAY)

    assert found is not None
    assert (found.rate, found.day) == (expected, TODAY)


def test_a_rate_to_come_is_not_used():
    make_rate("EUR", "USD", "1.1", day=TODAY + timedelta(days=1))

    assert rate_between("EUR", "USD", TODAY) is None


COUNTED = [
    ("gross: all that was given", Drive.Counts.GROSS, 0, 61, 10_61),
    ("net: without what was added for the fee", Drive.Counts.NET, 0, 61, 10_00),
    ("net: a fee below its cover leaves the gift whole", Drive.Counts.NET, 59, 61, 10_00),
    ("net: a fee without a cover is taken off", Drive.Counts.NET, 59, 0, 10_02),
    ("gross: a fee changes nothing", Drive.Counts.GROSS, 59, 0, 10_61),
]


@pytest.mark.parametrize(("rule", "counts", "fee", "cover", "meter"), COUNTED)
def test_a_drive_counts_before_or_after_fees(rule, counts, fee, cover, meter):
    drive = make_drive(counts=counts)

    make_gift(drive, 10_61, fee=Money(fee, "EUR"), cover=Money(cover, "EUR"))

    assert received(drive) == Money(meter, "EUR"), rule


def test_fee_and_cover_are_lines_of_their_own_in_the_book():
    gift = make_gift(make_drive(), 10_61, fee=Money(59, "EUR"), cover=Money(61, "EUR"))

    assert lines_of(gift) == {
        Account.BANK: 10_02,
        Account.FEES: 59,
        Account.GIFTS: -10_00,
        Account.FEE_COVER: -61,
    }
    assert Entry.objects.get().amount_minor == 10_61


def test_a_gift_that_never_was_is_undone_with_its_fee_and_cover():
    gift = make_gift(make_drive(counts="net"), 10_61, fee=Money(59, "EUR"), cover=Money(61, "EUR"))

    refund_gift(gift, amount=gift.amount, reason="mistake")

    assert [sum(column) for column in zip(*Entry.objects.values_list("amount_minor", "meter_minor"), strict=True)] == [
        0,
        0,
    ]


def test_a_pool_matches_gifts_until_it_is_used_up_and_never_beyond():
    drive = make_drive(match_minor=1_000_00)
    make_gift(drive, 900_00)

    make_gift(drive, 200_00)
    make_gift(drive, 50_00)

    shown = meters.meter(drive, JUNE)
    assert (shown.received, shown.matched, shown.raised) == (
        Money(1_150_00, "EUR"),
        Money(1_000_00, "EUR"),
        Money(2_150_00, "EUR"),
    )
    assert list(Entry.objects.order_by("pk").values_list("matched_minor", flat=True)) == [900_00, 100_00, 0]


def test_a_refund_gives_the_match_back_to_the_pool():
    drive = make_drive(match_minor=100_00)
    gift = make_gift(drive, 80_00)

    refund_gift(gift, amount=Money(20_00, "EUR"))
    make_gift(drive, 90_00)

    assert meters.meter(drive, JUNE).matched == Money(100_00, "EUR")
    assert list(Entry.objects.order_by("pk").values_list("matched_minor", flat=True)) == [80_00, -20_00, 40_00]


def test_a_pool_lasts_over_all_months_of_a_drive():
    drive = make_drive(match_minor=100_00)
    make_gift(drive, 60_00, occurred_at=datetime(2021, 5, 20, 12, tzinfo=UTC))

    make_gift(drive, 60_00)

    assert meters.meter(drive, JUNE).matched == Money(40_00, "EUR")


def test_when_the_pool_itself_is_paid_it_does_not_count_again():
    drive = make_drive(match_minor=50_00)
    make_gift(drive, 50_00)

    make_gift(drive, 50_00, pays_match=True)

    shown = meters.meter(drive, JUNE)
    assert (shown.raised, shown.gifts) == (Money(100_00, "EUR"), 1)


def test_the_meter_says_who_matched_and_how_it_counts():
    drive = make_drive(match_minor=50_00, match_by="The Lamplighters", counts="net")
    make_gift(drive, 40_00)

    shown = typeset(meters.meter(drive, JUNE), "en")

    assert shown.counts == ("Counts what readers gave this month, after fees and refunds. The Lamplighters added €40.")
    assert shown.spoken == "80 of 5,000 euros raised for June 2021, 40 of it from the matching pool"
    assert (shown.received_width, shown.matched_width, shown.raised_width) == ("0.8%", "0.8%", "1.6%")


def test_rates_are_of_the_day_in_the_drives_own_zone():
    drive = make_drive(currency="USD", zone="Pacific/Kiritimati")
    make_rate("EUR", "USD", "1.5", day=date(2021, 6, 11))

    make_gift(drive, amount=Money(10_00, "EUR"), occurred_at=datetime(2021, 6, 10, 11, tzinfo=UTC))

    assert received(drive) == Money(15_00, "USD")
