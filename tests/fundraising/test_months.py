from datetime import UTC, datetime

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from commonpress.accounts.erasing import erase
from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.months import close_month, keep_sums
from commonpress.fundraising.errors import MonthIsRunning
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.month_close import MonthClose
from commonpress.fundraising.models.statement import Movement, StatementImport
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import book_months as months
from commonpress.fundraising.queries.book_months import AccountSum, DriveSum, Restated, book_month
from tests.discussion.test_plans import explain
from tests.factories.accounts import make_person, sign_in_surely
from tests.factories.fundraising import JUNE, make_drive, make_gift, promise
from tests.fundraising.invariant import assert_books_are_right
from tests.fundraising.responses import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

JULY = datetime(2021, 7, 2, tzinfo=UTC)
LATER = datetime(2021, 7, 20, tzinfo=UTC)
MONTH = book_month("2021-06", "UTC")
ADDRESS = "/admin/fundraising/months/2021-06/"


@pytest.fixture(autouse=True)
def _in_july():
    with time_machine.travel(JULY, tick=False):
        yield
        assert_books_are_right()


@pytest.fixture
def treasurer():
    return make_person("ann@paper.example", Role.TREASURER, display_name="Ann")


def euros(amount):
    return Money(amount * 100, "EUR")


def later():
    return time_machine.travel(LATER, tick=False)


def test_a_month_closed_keeps_what_every_account_held_and_moved(treasurer):
    drive = make_drive()
    make_gift(drive, 40_00, occurred_at=JUNE.replace(month=5))
    gift = make_gift(drive, 100_00)
    make_gift(drive, 7_00, source=Gift.Source.CASH)
    refund_gift(gift, amount=euros(30), refunded_at=JUNE)
    make_gift(drive, 5_00, occurred_at=JULY)

    close = close_month(MONTH, by=treasurer)

    assert months.accounts_at_close(close) == [
        AccountSum("asset:bank", "EUR", 40_00, 100_00, 30_00),
        AccountSum("asset:cash", "EUR", 0, 7_00, 0),
        AccountSum("contra:refunds", "EUR", 0, 30_00, 0),
        AccountSum("income:gifts", "EUR", -40_00, 0, 107_00),
    ]
    assert months.accounts_at_close(close)[0].closing == 110_00
    assert (close.closed_by, close.closed_at) == (treasurer, JULY)


def test_it_keeps_each_drives_goal_and_what_it_came_to(treasurer):
    monthly = make_drive(goal_minor=5_000_00)
    mid_month = make_drive(reset_day=15, is_current=False, goal_minor=None)
    roof = make_drive(kind="open", is_current=False, goal_minor=900_00)
    make_gift(monthly, 10_00)
    for day, amount in ((14, 20_00), (15, 21_00)):
        make_gift(mid_month, amount, occurred_at=JUNE.replace(day=day))
    for month, amount in ((5, 30_00), (6, 31_00)):
        make_gift(roof, amount, occurred_at=JUNE.replace(month=month))

    drives = months.drives_at_close(close_month(MONTH, by=treasurer))

    assert drives == [
        DriveSum(monthly.pk, monthly.title, "2021-06", "EUR", 5_000_00, 10_00),
        # Its month that began on 15 May has ended; the one that began on 15 June has not.
        DriveSum(mid_month.pk, mid_month.title, "2021-05", "EUR", None, 20_00),
        DriveSum(roof.pk, roof.title, "2021-06", "EUR", 900_00, 31_00),
    ]


@pytest.mark.parametrize(
    ("zone", "moment"),
    [("UTC", datetime(2021, 6, 30, 23, 59, tzinfo=UTC)), ("Pacific/Niue", datetime(2021, 7, 1, 10, 59, tzinfo=UTC))],
)
def test_a_month_that_runs_for_the_paper_or_for_a_drive_is_not_closed(treasurer, zone, moment):
    make_gift(make_drive(zone=zone))

    with time_machine.travel(moment, tick=False), pytest.raises(MonthIsRunning):
        close_month(MONTH, by=treasurer)

    assert not MonthClose.objects.exists()


def test_closing_twice_is_closing_once(treasurer):
    make_gift(make_drive())

    first = close_month(MONTH, by=treasurer)
    with later():
        again = close_month(MONTH, by=make_person("", Role.OWNER))

    assert (again, again.closed_at, again.closed_by) == (first, JULY, treasurer)


def test_a_late_gift_is_a_restatement_and_the_close_stays_as_it_was(treasurer):
    drive = make_drive(title="The roof")
    make_gift(drive, 10_00)
    close = close_month(MONTH, by=treasurer)
    before = MonthClose.objects.values().get()

    with later():
        late = make_gift(drive, 4_00, occurred_at=JUNE)
        make_gift(drive, 9_00, occurred_at=LATER)

    assert months.restatements(close) == [Restated("The roof", euros(10), euros(14))]
    assert months.moved_since(close, months.account_sums(MONTH)) == [
        AccountSum("asset:bank", "EUR", 0, 4_00, 0),
        AccountSum("income:gifts", "EUR", 0, 0, 4_00),
    ]
    assert [entry.gift for entry in months.booked_since(close)] == [late]
    assert MonthClose.objects.values().get() == before


def test_a_later_refund_restates_the_drive_and_moves_the_accounts_of_its_own_month(treasurer):
    drive = make_drive(title="The roof")
    gift = make_gift(drive, 10_00)
    close = close_month(MONTH, by=treasurer)

    with later():
        refund_gift(gift, amount=euros(3))

    assert months.restatements(close) == [Restated("The roof", euros(10), euros(7))]
    assert months.moved_since(close, months.account_sums(MONTH)) == []
    assert [entry.amount_minor for entry in months.booked_since(close)] == [-3_00]
    july = months.account_sums(book_month("2021-07", "UTC"))
    assert [(each.account, each.debits, each.credits) for each in july if each.debits or each.credits] == [
        ("asset:bank", 0, 3_00),
        ("contra:refunds", 3_00, 0),
    ]


def test_a_month_after_a_closed_one_opens_with_its_figures_and_what_came_into_earlier_ones_since(treasurer):
    drive = make_drive()
    make_gift(drive, 1_00, occurred_at=JUNE.replace(month=3))
    make_gift(drive, 10_00, occurred_at=JUNE.replace(month=5))
    make_gift(drive, 20_00)
    close_month(book_month("2021-04", "UTC"), by=treasurer)
    whole = months.account_sums(MONTH)

    with later():
        make_gift(drive, 4_00, occurred_at=JUNE.replace(month=3))
        make_gift(drive, 8_00, occurred_at=JUNE.replace(month=5))
        make_gift(drive, 2_00, occurred_at=JUNE, source=Gift.Source.CASH)
        june = months.accounts_at_close(close_month(MONTH, by=treasurer))

    assert [(each.account, each.opening, each.debits) for each in whole[:1]] == [("asset:bank", 11_00, 20_00)]
    assert june == [
        AccountSum("asset:bank", "EUR", 23_00, 20_00, 0),
        AccountSum("asset:cash", "EUR", 0, 2_00, 0),
        AccountSum("income:gifts", "EUR", -23_00, 0, 22_00),
    ]


def test_what_is_booked_while_a_month_is_added_up_is_in_its_figures(treasurer):
    drive = make_drive()
    make_gift(drive, 10_00)
    mark = months.last_bookings(1)[0].pk
    before = months.sums_before(MONTH, None, mark)
    make_gift(drive, 5_00)

    close = keep_sums(MONTH, before, None, mark, by=treasurer)

    assert [each.debits for each in months.accounts_at_close(close)] == [15_00, 0]
    assert close.highest_entry == months.last_bookings(1)[0].pk


def test_of_a_closed_past_only_what_came_since_is_read(treasurer):
    drive = make_drive()
    make_gift(drive, 10_00, occurred_at=JUNE.replace(month=5))
    close_month(book_month("2021-05", "UTC"), by=treasurer)
    asked = []

    def note(execute, sql, params, many, context):
        if "fundraising_line" in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        months.account_sums(MONTH)

    plans = [explain(*each) for each in asked]
    assert len(plans) == 3
    if connection.vendor == "sqlite":
        assert not any("SCAN" in plan for plan in plans), plans


def test_a_long_list_of_late_bookings_is_cut_and_says_how_many_more_there_are(desk, treasurer):
    drive = make_drive()
    close_month(MONTH, by=treasurer)
    with later():
        for _ in range(102):
            make_gift(drive, 1_00)
        shown = desk.get(ADDRESS)

    assert ("2 more were booked later." in text_of(shown), len(shown.context["late"])) == (True, 100)


def test_a_drive_that_had_nothing_when_the_month_closed_can_be_restated_too(treasurer):
    make_gift(make_drive())
    late = make_drive(title="The bells", is_current=False)
    close = close_month(MONTH, by=treasurer)

    with later():
        make_gift(late, 4_00)

    assert months.restatements(close) == [Restated("The bells", euros(0), euros(4))]


@pytest.mark.parametrize(
    "change", [{"month": "2021-05"}, {"highest_entry": 7}, {"accounts": []}, {"drives": []}, {"closed_at": LATER}]
)
def test_the_database_itself_refuses_to_change_the_figures_of_a_closed_month(treasurer, change):
    close_month(MONTH, by=treasurer)

    with pytest.raises(DatabaseError), transaction.atomic():
        MonthClose.objects.update(**change)


def test_the_database_itself_refuses_to_open_a_month_again(treasurer):
    close_month(MONTH, by=treasurer)

    with pytest.raises(DatabaseError), transaction.atomic():
        MonthClose.objects.all().delete()


def test_who_closed_a_month_can_be_erased(treasurer):
    make_person("", Role.OWNER)
    close = close_month(MONTH, by=treasurer)

    erase(treasurer)

    close.refresh_from_db()
    assert close.closed_by is None


@pytest.fixture
def desk(client, treasurer):
    sign_in_surely(client, treasurer)
    return client


def test_the_screen_lists_what_is_open_shows_the_sums_and_closes(desk):
    drive = make_drive(title="The roof")
    gift = make_gift(drive, 100_00)
    with time_machine.travel(JUNE, tick=False):
        promise(drive)
        refund_gift(gift, amount=euros(5), is_paid_out=False)

    before = text_of(desk.get(ADDRESS))
    desk.post(ADDRESS)
    after = text_of(desk.get(ADDRESS))
    with later():
        make_gift(drive, 4_00, occurred_at=JUNE)
        restated = text_of(desk.get(ADDRESS))
        listed = text_of(desk.get("/admin/fundraising/months/"))

    assert ("1</span> pledge open" in before, "1</span> refund to be paid out" in before) == (True, True)
    assert ("The roof" in before, "€100" in before, "Close June 2021</button>" in before) == (True, True, True)
    assert ("by Ann." in after, "Close June 2021" in after, "Restated" in after) == (True, False, False)
    assert ("Restated since it was closed" in restated, "€104" in restated) == (True, True)
    assert "restated since" in listed


def test_what_the_bank_received_in_a_month_and_nobody_placed_is_open_in_it(desk):
    statement = StatementImport.objects.create(
        file_name="june.xml", kind="camt", digest="0", first_on=JUNE, last_on=JUNE, movements_in_file=1
    )
    for day, state in ((JUNE, "queued"), (JUNE, "settled"), (JULY, "queued")):
        Movement.objects.create(
            statement=statement,
            sameness=f"{day:%m} {state}",
            booked_on=day,
            amount_minor=55_00,
            currency="EUR",
            line=1,
            state=state,
        )

    assert "1</span> movement in the bank that nobody has placed yet" in text_of(desk.get(ADDRESS))


@pytest.mark.parametrize("month", ["2021-13", "2021", "june", "2021-06-01", "0000-00"])
def test_what_is_no_month_has_no_screen(desk, month):
    assert desk.get(f"/admin/fundraising/months/{month}/").status_code == 404


def test_a_running_month_is_refused_with_a_sentence(desk):
    response = desk.post("/admin/fundraising/months/2021-07/")

    assert (response.status_code, MonthClose.objects.count()) == (409, 0)
    assert "This month is not over yet" in text_of(response)
