from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from commonpress.fundraising.actions.pledges import cancel_pledge
from commonpress.fundraising.ledger import booking
from commonpress.fundraising.ledger.gifts import enter_gifts, lines_in
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Account, Entry, Line
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books, meters
from tests.factories.fundraising import JUNE, make_drive, make_gift, promise

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def an_entry(gift, lines, source_key="test:1"):
    return booking.enter(
        source_key=source_key,
        kind=Entry.Kind.GIFT,
        occurred_at=JUNE,
        gift=gift,
        period_key="2021-06",
        lines=lines,
        counts=booking.Counted("EUR", 5_00, gifts=1),
    )


def test_a_gift_is_two_lines_that_sum_to_nothing():
    gift = make_gift(make_drive(), 15_00)

    entry = Entry.objects.get(gift=gift)

    assert list(entry.lines.order_by("id").values_list("account", "amount_minor", "currency")) == [
        (Account.BANK, 15_00, "EUR"),
        (Account.GIFTS, -15_00, "EUR"),
    ]
    assert (entry.source_key, entry.period_key) == (f"gift:{gift.public_id}", "2021-06")


def test_an_entry_is_of_the_moment_and_the_day_its_gift_was_to_the_microsecond():
    at = datetime(2021, 6, 5, 23, 59, 59, 999_999, tzinfo=UTC)

    entry = Entry.objects.get(gift=make_gift(make_drive(), 15_00, occurred_at=at))

    assert (entry.occurred_at, entry.period_key) == (at, "2021-06")


def test_every_column_of_an_entry_stands_in_the_book_as_it_was_booked():
    gift = make_gift(make_drive(), 15_00)
    before = Entry.objects.get()
    counts = booking.Counted("USD", 16_50, matched_minor=3_00, gifts=1, rate="1.1", rate_on=date(2021, 6, 4))

    entry = booking.enter(
        source_key="test:1",
        kind=Entry.Kind.CORRECTION,
        occurred_at=JUNE,
        gift=gift,
        period_key="2021-05",
        lines=[(Account.BANK, Money(5_00, "EUR")), (Account.GIFTS, Money(-5_00, "EUR"))],
        counts=counts,
        reverses=before,
    )

    columns = [field.attname for field in Entry._meta.concrete_fields]
    standing = Entry.objects.get(source_key="test:1")
    assert {name: getattr(standing, name) for name in columns} == {name: getattr(entry, name) for name in columns}
    # Else a column that is left out could pass for what it is by default.
    assert [name for name in columns if not getattr(standing, name)] == []


def test_an_entry_whose_lines_do_not_sum_to_nothing_is_refused():
    gift = make_gift(make_drive())

    with pytest.raises(IntegrityError), transaction.atomic():
        an_entry(gift, [(Account.BANK, Money(5_00, "EUR")), (Account.GIFTS, Money(-4_99, "EUR"))])

    assert Entry.objects.count() == 1
    assert Line.objects.count() == 2


def test_lines_that_only_cancel_out_across_currencies_are_refused():
    gift = make_gift(make_drive())

    with pytest.raises(IntegrityError), transaction.atomic():
        an_entry(gift, [(Account.BANK, Money(5_00, "EUR")), (Account.GIFTS, Money(-5_00, "USD"))])


def test_an_entry_without_lines_is_refused():
    gift = make_gift(make_drive())

    with pytest.raises(IntegrityError), transaction.atomic():
        an_entry(gift, [])


def test_the_same_source_is_entered_once_and_counted_once():
    drive = make_drive()
    gift = make_gift(drive, 10_00)
    entry = Entry.objects.get()

    again = an_entry(gift, lines_in(gift), source_key=entry.source_key)

    assert again == Entry.objects.get()
    assert Line.objects.count() == 2
    assert meters.meter(drive, JUNE).received == Money(10_00, "EUR")


def test_a_gift_that_is_booked_already_is_not_booked_with_others():
    drive = make_drive()
    gift = make_gift(drive, 10_00)

    with pytest.raises(IntegrityError), transaction.atomic():
        enter_gifts(drive, {gift.pk: gift})

    assert Entry.objects.count() == 1
    assert meters.meter(drive, JUNE).received == Money(10_00, "EUR")


REWRITES = [
    "UPDATE fundraising_entry SET period_key = '2021-07'",
    "UPDATE fundraising_entry SET source_key = 'x'",
    "DELETE FROM fundraising_entry",
    "UPDATE fundraising_line SET amount_minor = amount_minor * 2",
    "DELETE FROM fundraising_line",
    "UPDATE fundraising_gift SET amount_minor = 1",
    "UPDATE fundraising_gift SET occurred_at = '2020-01-01 00:00:00+00:00'",
    (
        "INSERT INTO fundraising_line (entry_id, account, amount_minor, currency)"
        " SELECT id, 'asset:cash', 5, 'EUR' FROM fundraising_entry"
    ),
]


@pytest.mark.parametrize("statement", REWRITES)
def test_the_database_itself_refuses_to_rewrite_the_book(statement):
    make_gift(make_drive(), 10_00)
    before = list(Line.objects.order_by("id").values()), list(Entry.objects.values())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert (list(Line.objects.order_by("id").values()), list(Entry.objects.values())) == before


REPLACEMENTS = [
    (
        "INSERT OR REPLACE INTO fundraising_entry"
        " (id, source_key, kind, occurred_at, booked_at, period_key, drive_id, gift_id, reverses_id)"
        " SELECT id, 'forged', kind, occurred_at, booked_at, period_key, drive_id, gift_id, reverses_id"
        " FROM fundraising_entry"
    ),
    (
        "INSERT OR REPLACE INTO fundraising_line (id, entry_id, account, amount_minor, currency)"
        " SELECT id, 999, account, amount_minor, currency FROM fundraising_line"
    ),
]
TRUNCATIONS = ["TRUNCATE fundraising_line", "TRUNCATE fundraising_entry CASCADE"]


def test_the_book_cannot_be_rewritten_by_the_side_door_of_either_database():
    make_gift(make_drive(), 10_00)
    before = list(Line.objects.order_by("id").values())

    for statement in REPLACEMENTS if connection.vendor == "sqlite" else TRUNCATIONS:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    assert list(Line.objects.order_by("id").values()) == before


def test_an_entry_that_does_not_say_what_it_counts_is_refused():
    gift = make_gift(make_drive())

    with pytest.raises(IntegrityError), transaction.atomic():
        booking.enter(
            source_key="test:1",
            kind=Entry.Kind.GIFT,
            occurred_at=JUNE,
            gift=gift,
            period_key="2021-06",
            lines=[(Account.BANK, Money(5_00, "EUR")), (Account.GIFTS, Money(-5_00, "EUR"))],
            counts=booking.Counted(""),
        )


def test_a_line_that_moves_nothing_is_refused():
    gift = make_gift(make_drive())

    with pytest.raises(IntegrityError), transaction.atomic():
        an_entry(gift, [(Account.BANK, Money(0, "EUR")), (Account.GIFTS, Money(0, "EUR"))])


def test_a_gift_counts_in_the_month_it_was_received_in_however_late_it_is_entered():
    drive = make_drive(zone="Pacific/Kiritimati")

    make_gift(drive, 10_00, occurred_at=datetime(2021, 5, 31, 10, tzinfo=UTC))

    assert list(MeterTotal.objects.values_list("period_key", "received_minor", "gifts")) == [("2021-06", 10_00, 1)]


def test_gifts_keep_their_month_when_the_zone_is_changed_later():
    drive = make_drive(zone="Pacific/Kiritimati")
    make_gift(drive, 10_00, occurred_at=datetime(2021, 5, 31, 10, tzinfo=UTC))

    drive.zone = "UTC"
    drive.save()

    assert books.received_by_book(drive, "2021-06") == Money(10_00, "EUR")
    assert meters.meter(drive, JUNE).received == Money(10_00, "EUR")


def test_promises_are_shown_but_never_in_the_book():
    drive = make_drive()
    pledge = promise(drive, 30_00)

    shown = meters.meter(drive, pledge.made_at)

    assert (shown.received, shown.promised) == (Money(0, "EUR"), Money(30_00, "EUR"))
    assert Entry.objects.count() == 0


def test_a_pledge_is_let_go_in_the_currency_it_was_made_in():
    drive = make_drive(currency="EUR")
    pledge = promise(drive, 30_00)
    Drive.objects.filter(pk=drive.pk).update(currency="USD")

    cancel_pledge(pledge)

    assert list(MeterTotal.objects.values_list("currency", "promised_minor", "pledges")) == [("EUR", 0, 0)]
