from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.books import check_books, seal_books
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.ledger.seals import follow, seal, sealed_entries
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.seal import Seal, SealedEntry
from commonpress.fundraising.money import Money
from commonpress.fundraising.public_book import COLUMNS
from commonpress.notices.models import Letter
from tests.discussion.test_plans import explain
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, make_gift, promise

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def forge(statement):
    """Change the book as somebody would who holds the database and takes its guards off first."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in (
                "entry_is_not_changed",
                "line_is_not_changed",
                "entry_is_not_deleted",
                "sealedentry_is_not_deleted",
            ):
                cursor.execute(f"DROP TRIGGER fundraising_{name}")
        else:
            # What waits for the commit would keep the tables from being altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("entry", "line", "sealedentry"):
                cursor.execute(f"ALTER TABLE fundraising_{table} DISABLE TRIGGER USER")
        cursor.execute(statement)


def test_what_is_not_sealed_is_found_without_reading_the_whole_book():
    make_gift(make_drive(), 10_00)
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert seal(JUNE).entries == 1

    (plan,) = [explain(sql, params) for sql, params in asked if "FROM fundraising_entry" in sql]
    # A join PostgreSQL makes of all that is sealed and the whole book, once both are long.
    assert ("SubPlan" if connection.vendor == "postgresql" else "CORRELATED SCALAR SUBQUERY") in plan


def test_what_was_booked_is_sealed_once_and_in_order():
    drive = make_drive()
    gift = make_gift(drive, 10_00)
    refund_gift(gift, amount=Money(3_00, "EUR"), refunded_at=JUNE + timedelta(days=1))

    assert seal_books(JUNE) == 2
    make_gift(drive, 5_00)
    assert seal_books(JUNE) == 1
    assert seal_books(JUNE) == 0

    lines = [sealed.entry.line.split(",", 1)[1] for sealed in sealed_entries()]
    number = next(sealed_entries()).entry.number
    assert lines == [
        f"2021-06-10,gift,{drive.slug},2021-06,EUR,10.00,EUR,10.00,0.00,1,,",
        f"2021-06-11,refund,{drive.slug},2021-06,EUR,-3.00,EUR,-3.00,0.00,0,,{number}",
        f"2021-06-10,gift,{drive.slug},2021-06,EUR,5.00,EUR,5.00,0.00,1,,",
    ]
    assert [line.count(",") for line in lines] == [len(COLUMNS) - 2] * 3
    assert follow().entries == 3
    assert follow().broken_at is None


def test_anybody_can_work_the_head_out_from_the_lines_alone():
    make_gift(make_drive(), 10_00)
    make_gift(make_drive(is_current=False), 7_50)
    seal_books(JUNE)

    head = "0" * 64
    for sealed in sealed_entries():
        head = sha256(f"{head},{sealed.entry.line}".encode()).hexdigest()

    assert bytes(Seal.objects.first().head).hex() == head


FORGERIES = [
    "UPDATE fundraising_entry SET amount_minor = amount_minor + 1",
    "UPDATE fundraising_entry SET meter_minor = 1",
    "UPDATE fundraising_entry SET period_key = '2021-07'",
    "DELETE FROM fundraising_sealedentry WHERE position = 2",
    "DELETE FROM fundraising_sealedentry WHERE position = 3",
]


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_book_rewritten_behind_its_guards_no_longer_fits_its_seals(forgery):
    for _ in range(3):
        make_gift(make_drive(is_current=False))
    seal_books(JUNE)

    forge(forgery)

    assert follow().broken_at is not None


REWRITES = [
    "UPDATE fundraising_seal SET entries = 0",
    "DELETE FROM fundraising_seal",
    "UPDATE fundraising_sealedentry SET position = position + 1",
    "DELETE FROM fundraising_sealedentry",
]


@pytest.mark.parametrize("statement", REWRITES)
def test_the_database_itself_refuses_to_break_a_seal(statement):
    make_gift(make_drive())
    seal_books(JUNE)
    before = list(SealedEntry.objects.values())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert list(SealedEntry.objects.values()) == before
    assert Seal.objects.count() == 1


def test_a_drive_keeps_the_slug_the_readers_book_names_it_by():
    drive = make_drive()
    drive.slug = "another"

    with pytest.raises(DatabaseError), transaction.atomic():
        drive.save()


def test_books_that_are_right_bring_no_findings_and_no_letter():
    make_person("", Role.TREASURER)
    drive = make_drive(match_minor=100_00)
    gift = make_gift(drive, 15_00)
    refund_gift(gift, amount=Money(5_00, "EUR"))
    make_gift(drive, amount=Money(3_00, "USD"))
    promise(drive)
    seal_books(JUNE)

    assert check_books(JUNE).findings == []
    assert not Letter.objects.filter(kind="books_are_wrong").exists()


def test_a_meter_one_cent_off_is_found_and_everyone_who_keeps_the_books_is_told_each_night(
    caplog, run_jobs, mailoutbox
):
    treasurer = make_person("", Role.TREASURER)
    drive = make_drive(title="Lamps")
    make_gift(drive, 15_00)
    MeterTotal.objects.update(received_minor=15_01)

    for night in (JUNE, JUNE + timedelta(days=1)):
        found = check_books(night)
        run_jobs()

    assert found.findings == [
        "The meter of “Lamps” for 2021-06 in EUR shows 15.01 + 0.00 (1), the book says 15.00 + 0.00 (1)."
    ]
    assert "15.01" in caplog.text
    letters = Letter.objects.filter(kind="books_are_wrong")
    assert list(letters.values_list("to", flat=True)) == [treasurer.email] * 2
    assert "15.01" in mailoutbox[0].body
    assert "/admin/fundraising/audit/" in mailoutbox[0].body


def test_promises_that_no_pledge_stands_for_are_found():
    drive = make_drive(title="Lamps")
    promise(drive, 30_00)
    Pledge.objects.update(state=Pledge.State.EXPIRED)

    (finding,) = check_books(JUNE).findings

    assert "30.00 (1) as promised, open pledges say 0.00 (0)" in finding


def test_lines_that_were_changed_are_found_one_by_one():
    make_gift(make_drive(), 15_00)
    forge("UPDATE fundraising_line SET amount_minor = amount_minor + 1 WHERE amount_minor > 0")

    (finding,) = check_books(JUNE).findings

    assert "does not balance: its lines in EUR come to 0.01" in finding


def test_a_batch_is_sealed_by_one_of_two_jobs():
    make_gift(make_drive())

    assert seal(JUNE) is not None
    assert seal(JUNE) is None
