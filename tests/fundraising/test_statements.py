"""Taking statements: every movement is known once, and booked once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection, transaction

from commonpress.bench.money.statement import camt_of, make_statement
from commonpress.fundraising.actions import movements
from commonpress.fundraising.actions.erasure import erase_supporter
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.movements import (
    Part,
    book_new,
    settle_movement,
    undo_movement,
)
from commonpress.fundraising.actions.pledges import cancel_pledge, confirm_pledge
from commonpress.fundraising.actions.statements import drop_statement, forget_statements, read_in, take_statement
from commonpress.fundraising.models.account_change import AccountChange
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.statement import Movement, MovementGift, StatementImport
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from commonpress.fundraising.queries import statements as queries
from commonpress.fundraising.statements.problems import StatementProblem
from tests.factories.accounts import make_person
from tests.factories.fundraising import IBAN, JUNE, make_bank_details, make_drive, make_gift, make_supporter, promise
from tests.fundraising.statements import (
    GERMAN,
    GERMAN_HEADER,
    PAYER_IBAN,
    camt,
    entry,
    german,
    mt940,
    only_queued,
    received,
    take,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("june")]


def test_a_transfer_with_a_pledges_reference_becomes_its_gift():
    drive = make_drive()
    pledge = promise(drive, 25_00, email="ada@example.org")

    take(entry(text=f"Hello {pledge.grouped_reference.lower()}"))

    pledge.refresh_from_db()
    movement = Movement.objects.get()
    assert (pledge.state, pledge.gift.amount, pledge.gift.source) == ("confirmed", Money(25_00, "EUR"), "bank")
    assert (pledge.gift.occurred_at, pledge.gift.supporter) == (JUNE, pledge.supporter)
    assert (movement.state, list(movement.gifts.all())) == ("booked", [pledge.gift])
    assert (received(drive), meters.meter(drive, JUNE).promised.minor) == (25_00, 0)


@pytest.mark.parametrize("minor", [10_00, 25_00, 40_00])
def test_less_and_more_than_promised_is_booked_as_it_came(minor):
    drive = make_drive()
    pledge = promise(drive, 25_00)

    take(entry(f"{minor // 100}.00", text=pledge.reference))

    pledge.refresh_from_db()
    assert (pledge.gift.amount_minor, received(drive)) == (minor, minor)


def test_another_currency_is_booked_as_it_came():
    drive = make_drive(currency="USD")
    pledge = promise(drive, 25_00)

    take(entry(text=pledge.reference))

    pledge.refresh_from_db()
    assert (pledge.gift.amount, Movement.objects.get().state) == (Money(25_00, "EUR"), "booked")


def test_one_transfer_for_two_pledges_is_split():
    drive = make_drive()
    one, other = promise(drive, 25_00), promise(drive, 40_00)

    take(entry("65.00", text=f"{one.reference} and {other.reference}"))

    assert sorted(Gift.objects.values_list("amount_minor", flat=True)) == [25_00, 40_00]
    assert (Movement.objects.get().gifts.count(), received(drive)) == (2, 65_00)


def test_a_sum_that_does_not_fit_two_pledges_waits_for_a_human():
    drive = make_drive()
    one, other = promise(drive, 25_00), promise(drive, 40_00)

    take(entry("60.00", text=f"{one.reference} and {other.reference}"))

    assert (only_queued().why, Gift.objects.count()) == ("several_references", 0)


def test_a_transfer_nobody_announced_waits_for_a_human():
    make_drive()

    take(entry(text="Keep going!"))

    movement = only_queued()
    assert (movement.why, movement.payer_name, movement.text) == ("no_reference", "Ada Fenwick", "Keep going!")
    assert Gift.objects.count() == 0


def test_a_pledge_that_lapsed_is_paid_all_the_same():
    drive = make_drive()
    pledge = promise(drive, 25_00)
    cancel_pledge(pledge)

    take(entry(text=pledge.reference))

    pledge.refresh_from_db()
    assert (pledge.state, received(drive)) == ("confirmed", 25_00)


def test_the_same_statement_twice_and_overlapping_ones_change_nothing():
    drive = make_drive()
    first, second = promise(drive, 25_00), promise(drive, 30_00)
    early = [entry(text=first.reference, day="2021-06-09"), entry("5.00", text="Hello"), entry("5.00", text="Hello")]
    late = [*early[1:], entry("30.00", text=second.reference, day="2021-06-11")]

    again = [take(*early), take(*early), take(*late), take(*early, *late[2:])]

    assert [statement.known_before for statement in again] == [0, 3, 2, 4]
    assert (Movement.objects.count(), Gift.objects.count(), received(drive)) == (4, 2, 55_00)


def test_the_same_transfer_from_another_kind_of_file_pays_no_pledge_twice():
    drive = make_drive()
    pledge = promise(drive, 25_00)

    take(entry(text=pledge.reference, bank_id="B1"))
    take(raw=german(f"10.06.2021;Ada Fenwick;{PAYER_IBAN};{pledge.reference};25,00;EUR"), mapping=GERMAN)
    take(raw=mt940(("C", "25,00", f"166?20SVWZ+{pledge.reference}")))

    assert (Gift.objects.count(), received(drive)) == (1, 25_00)
    assert [movement.why for movement in queries.queue()] == ["received_already"] * 2
    assert {len(queries.likes_of(movement)) for movement in queries.queue()} == {2}


@pytest.mark.parametrize("bank_ids", [("", ""), ("B1", "B2")])
def test_two_equal_transfers_of_one_day_are_two(bank_ids):
    drive = make_drive()
    pledge = promise(drive, 25_00)

    take(*[entry(text=pledge.reference, bank_id=bank_id) for bank_id in bank_ids])

    assert sorted(Movement.objects.values_list("state", "why")) == [("booked", ""), ("queued", "received_already")]
    settle_movement(only_queued(), [Part(Money(25_00, "EUR"), drive)], by=make_person())
    assert received(drive) == 50_00


def test_one_that_may_be_known_is_left_to_a_human():
    make_drive()

    take(entry("5.00", text="Hello"), entry(text="Hello"))
    take(entry(text="Hello"), entry("7.00", text="Hello"))
    take(entry(text="Hello"), entry("7.00", text="Hello"))

    assert [movement.why for movement in queries.queue().order_by("pk")] == [
        "no_reference",
        "no_reference",
        "perhaps_known",
        "no_reference",
    ]


def test_a_gift_entered_by_hand_is_not_booked_again():
    drive = make_drive()
    pledge = promise(drive, 25_00)
    gift = confirm_pledge(pledge, occurred_at=JUNE)

    take(entry(text=pledge.reference))

    movement = Movement.objects.get()
    assert (movement.state, movement.why, list(movement.gifts.all())) == ("booked", "entered", [gift])
    assert received(drive) == 25_00
    undo_movement(movement, by=make_person())
    assert (received(drive), MovementGift.objects.count()) == (25_00, 0)


def test_a_gift_entered_by_hand_and_taken_back_does_not_swallow_the_transfer():
    pledge = promise(make_drive(), 25_00)
    refund_gift(confirm_pledge(pledge, occurred_at=JUNE), amount=Money(25_00, "EUR"))

    take(entry(text=pledge.reference))

    assert only_queued().why == "received_already"


def test_what_went_out_is_put_aside_without_a_name():
    make_drive()

    take(entry(way="DBIT", text="Salary June", name="Jonas M."))

    movement = Movement.objects.get()
    assert (movement.state, movement.why, movement.payer_name, movement.text) == ("ignored", "went_out", "", "")


def test_a_file_that_is_wrong_books_nothing_and_leaves_nothing():
    pledge = promise(make_drive(), 25_00)

    with pytest.raises(StatementProblem):
        take(entry(text=pledge.reference), entry("25.001"))

    assert (StatementImport.objects.count(), Movement.objects.count(), Gift.objects.count()) == (0, 0, 0)


def test_a_statement_of_the_account_before_is_taken_and_of_anybody_elses_refused():
    pledge = promise(make_drive(), 25_00)
    raw = camt(entry(text=pledge.reference))
    BankDetails.objects.update(iban="NL02ABNA0123456789")

    with pytest.raises(StatementProblem, match="another_account"):
        take(raw=raw)
    AccountChange.objects.create(
        subject="bank", state="applied", stood={"iban": IBAN}, becomes={}, is_first=True, needs_approval=False
    )

    assert take(raw=raw).account == IBAN
    assert Gift.objects.count() == 1


NO_ACCOUNT = replace(GERMAN, account="")
NEW_IBAN = "NL02ABNA0123456789"


def change_the_account():
    BankDetails.objects.update(iban=NEW_IBAN)
    AccountChange.objects.create(
        subject="bank", state="applied", stood={"iban": IBAN}, becomes={}, is_first=False, needs_approval=False
    )


def test_a_table_that_names_no_account_is_known_again_after_the_account_changed():
    pledge = promise(make_drive(), 25_00)
    first = german(f"10.06.2021;Ada Fenwick;{PAYER_IBAN};{pledge.reference};25,00;EUR", "11.06.2021;Bo;;Hi;5,00;EUR")
    longer = first + german("12.06.2021;Cy;;Later;7,00;EUR").removeprefix(GERMAN_HEADER)
    take(raw=first, mapping=NO_ACCOUNT)
    change_the_account()

    again, more = take(raw=first, mapping=NO_ACCOUNT), take(raw=longer, mapping=NO_ACCOUNT)
    of_today = take(raw=german("12.06.2021;Di;;Of today;8,00;EUR"), mapping=NO_ACCOUNT)

    assert [(each.account, each.known_before) for each in (again, more, of_today)] == [
        (IBAN, 2),
        (IBAN, 2),
        (NEW_IBAN, 0),
    ]
    assert (Movement.objects.count(), Gift.objects.count()) == (4, 1)


def test_a_table_that_reaches_over_both_accounts_brings_nothing_twice():
    make_drive()
    early, late = "10.06.2021;Ada;;One;25,00;EUR", "12.06.2021;Bo;;Two;5,00;EUR"
    take(raw=german(early), mapping=NO_ACCOUNT)
    change_the_account()
    take(raw=german(late), mapping=NO_ACCOUNT)

    both = take(raw=german(early, late, "13.06.2021;Cy;;Three;7,00;EUR"), mapping=NO_ACCOUNT)

    assert (both.account, both.known_before, Movement.objects.count()) == (NEW_IBAN, 2, 3)


@pytest.mark.parametrize(
    ("raw", "mapping"),
    [
        (german("10.06.2021;Ada;;One;25,00;EUR"), NO_ACCOUNT),
        (german("10.06.2021;Ada;;One;25,00;EUR"), GERMAN),
        (camt(entry(text="One")), None),
        (mt940(("C", "25,00", "166?20SVWZ+One")), None),
    ],
)
def test_a_file_taken_before_the_first_account_was_set_is_known_again(raw, mapping):
    make_drive()
    BankDetails.objects.all().delete()
    take(raw=raw, mapping=mapping)
    make_bank_details()

    assert take(raw=raw, mapping=mapping).known_before == 1
    assert Movement.objects.count() == 1


def test_looking_at_a_file_changes_nothing_and_tells_what_taking_it_would_do():
    drive = make_drive()
    pledge = promise(drive, 25_00)
    take(entry("5.00", text="Known"))
    raw = camt(
        entry("5.00", text="Known"),
        entry(text=pledge.reference),
        entry(text=pledge.reference, bank_id="B2"),
        entry(way="DBIT", text="Rent"),
    )

    statement = read_in(raw.encode(), file_name="june.xml")
    plan = queries.preview(statement)

    assert (plan.count("book"), plan.count("queue"), plan.count("ignore"), plan.known) == (1, 1, 1, 1)
    assert plan.booked == [Money(25_00, "EUR")]
    assert (Gift.objects.count(), Movement.objects.count()) == (0, 1)
    drop_statement(statement)
    assert StatementImport.objects.filter(taken_at=None).count() == 0


def test_what_a_preview_says_is_what_taking_does():
    drive = make_drive()
    made = make_statement(7, movements=120)
    for one in made.promised:
        Pledge.objects.filter(pk=promise(drive, one.amount.minor).pk).update(reference=one.reference)
    raw = camt_of(made.transfers)
    with time_machine.travel(datetime(2021, 7, 1, tzinfo=UTC), tick=False):
        plan = queries.preview(read_in(raw, file_name="june.xml"))
        take(raw=raw)

        states = [movement.state for movement in Movement.objects.order_by("line")]

    foreseen = {"book": "booked", "queue": "queued", "ignore": "ignored"}
    assert states == [foreseen[one.decision.outcome] for one in plan.planned]
    assert states.count("booked") >= 100
    assert sum(gift.amount_minor for gift in Gift.objects.all()) == sum(money.minor for money in plan.booked)


def test_a_booking_that_breaks_off_goes_on_where_it_was(monkeypatch):
    drive = make_drive()
    pledges = [promise(drive, 10_00) for _each in range(4)]
    raw = camt(*[entry("10.00", text=pledge.reference) for pledge in pledges])
    take_statement(read_in(raw.encode(), file_name="x"), by=make_person())
    whole, calls = movements.close, []

    def broken(*arguments, **named):
        calls.append(arguments)
        if len(calls) == 3:
            raise ConnectionAbortedError
        whole(*arguments, **named)

    monkeypatch.setattr(movements, "close", broken)
    with pytest.raises(ConnectionAbortedError):
        book_new()
    assert (Gift.objects.count(), received(drive)) == (2, 20_00)

    assert book_new() == 0
    assert (Gift.objects.count(), received(drive)) == (4, 40_00)


def test_what_the_clock_does_not_reach_is_booked_by_the_next_turn():
    drive = make_drive()
    pledge = promise(drive, 25_00)
    raw = camt(entry(text=pledge.reference))
    take_statement(read_in(raw.encode(), file_name="x"), by=make_person())

    assert (book_new(seconds=-1), Gift.objects.count()) == (1, 0)
    assert (book_new(), received(drive)) == (0, 25_00)


def test_a_currency_that_had_ended_is_left_to_a_human_with_the_sentence():
    pledge = promise(make_drive(), 25_00)

    take(raw=camt(entry(text=pledge.reference)).replace('"EUR"', '"HRK"').replace("2021-06-10", "2021-06-10"))
    assert Movement.objects.get().state == "booked"

    with time_machine.travel(datetime(2023, 2, 1, tzinfo=UTC), tick=False):
        other = promise(make_drive(is_current=False), 25_00)
        take(raw=camt(entry(text=other.reference, day="2023-01-20")).replace('"EUR"', '"HRK"'))
    assert (only_queued().why, "HRK" in only_queued().note) == ("refused", True)


def test_nothing_stored_holds_an_account_number_of_a_supporter():
    pledge = promise(make_drive(), 25_00)
    spaced = " ".join(PAYER_IBAN[start : start + 4] for start in range(0, len(PAYER_IBAN), 4))
    raw = camt(entry(text=f"{pledge.reference} from {spaced}"), entry("7.00", text=PAYER_IBAN, name=PAYER_IBAN))

    read_in(raw.encode(), file_name="june.xml")
    kept = everything_stored()
    take(raw=raw)

    for stored in (kept, everything_stored()):
        assert "4300" in stored
        assert PAYER_IBAN not in stored
        assert spaced not in stored


def everything_stored():
    tables = [StatementImport._meta.db_table, Movement._meta.db_table, Gift._meta.db_table]
    with connection.cursor() as cursor:
        rows = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            rows += cursor.fetchall()
    return repr(rows)


def test_erasing_a_supporter_empties_what_the_bank_wrote_of_them():
    drive = make_drive()
    person = make_person()
    supporter = make_supporter(email=person.email)
    make_gift(drive, supporter=supporter)
    pledge = promise(drive, 25_00, email=person.email)
    take(entry(text=f"{pledge.reference} from Ada"))

    erase_supporter(person)

    movement = Movement.objects.get()
    assert (movement.payer_name, movement.payer_mark, movement.text) == ("", "", "")
    take(entry(text=f"{pledge.reference} from Ada"))
    assert Movement.objects.count() == 1


def test_words_are_forgotten_half_a_year_after_a_movement_is_settled():
    pledge = promise(make_drive(), 25_00)
    take(entry(text=pledge.reference), entry("7.00", text="Waits"))
    read_in(camt(entry("8.00")).encode(), file_name="left lying")

    forget_statements(datetime(2021, 6, 21, tzinfo=UTC))
    assert (Movement.objects.exclude(text="").count(), StatementImport.objects.count()) == (2, 2)
    forget_statements(datetime(2022, 1, 1, tzinfo=UTC))

    assert list(Movement.objects.exclude(text="").values_list("text", flat=True)) == ["Waits"]
    assert StatementImport.objects.filter(taken_at=None).count() == 0


@pytest.mark.parametrize("field", ["sameness", "amount_minor"])
def test_the_database_itself_refuses_a_movement_twice_or_of_nothing(field):
    take(entry(text="Hello"))
    row = Movement.objects.get()
    row.pk = None
    row.number, row.amount_minor = (0, 5) if field == "sameness" else (1, 0)

    with pytest.raises(Exception, match=r"(?i)unique|constraint"), transaction.atomic():
        row.save(force_insert=True)


def test_it_says_the_days_of_a_file():
    statement = take(entry(day="2021-06-03"), entry(day="2021-06-12"))

    assert (statement.first_on, statement.last_on, statement.account) == (date(2021, 6, 3), date(2021, 6, 12), IBAN)
