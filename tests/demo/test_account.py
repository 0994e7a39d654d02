import datetime as dt
import io

import pytest
import time_machine

from commonpress.demo.account import load_account, pdf_of
from commonpress.demo.gifts import load_drive, load_gifts
from commonpress.fundraising.models.spending import Spending
from commonpress.fundraising.queries import months, seals, wall

NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def loaded(now=NOW):
    with time_machine.travel(now, tick=False):
        drive = load_drive()
        load_gifts(drive, now, "tide")
        load_account(drive, now)
    return drive


@pytest.mark.django_db
@pytest.mark.both_databases
def test_six_months_have_gifts_and_spending_one_was_restated_and_one_sum_corrected():
    drive = loaded()

    spent = [month.spent.minor for month in months.months_of(drive, NOW)]
    assert len(spent) == 6
    assert all(minor > 0 for minor in spent)
    (restated,) = months.account_of(drive, "2026-10", NOW).restatements
    assert restated.amount.minor == 15_00
    assert Spending.objects.exclude(corrections=None).get().amount.minor == 86_00
    assert seals.latest().lines > 100


@pytest.mark.django_db
def test_a_start_in_a_later_month_publishes_that_months_spending_once():
    loaded()
    before = Spending.objects.count()

    for _start in range(2):
        loaded(dt.datetime(2026, 12, 3, 9, 0, tzinfo=dt.UTC))

    keys = list(Spending.objects.values_list("month", "category__name", "note"))
    assert len(keys) == len(set(keys)) > before


@pytest.mark.django_db
def test_names_are_on_the_wall_and_a_few_wait_for_whoever_tries_the_desk():
    loaded()

    assert len(wall.names()) >= 8
    assert {each.name for each in wall.waiting()} <= {"Stair nine", "P. Durrant"}
    assert wall.waiting() != []


def test_a_bill_is_a_pdf_whose_table_points_at_its_parts():
    pdf = io.BytesIO(pdf_of(["One", "Two (2)"])).getvalue()

    table = int(pdf.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    first = int(pdf[table:].splitlines()[3].split()[0])
    assert (pdf[table : table + 4], pdf[first : first + 7]) == (b"xref", b"1 0 obj")
