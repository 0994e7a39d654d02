"""A supporter's year on one sheet, and the letters it goes out with."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from html5lib import HTMLParser

from commonpress.fundraising import papers
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.receipts import issue_receipt, send_annual_statements
from commonpress.fundraising.actions.refunds import fail_refund, pay_out
from commonpress.fundraising.effects import annual
from commonpress.fundraising.effects.annual import annual_statements
from commonpress.fundraising.errors import YearIsNotOver
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries.annual import annual_statement, years_of
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.models import Letter
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter
from tests.fundraising.responses import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _the_year_after():
    Publication.objects.update_or_create(pk=1, defaults={"name": "The Alder", "zone": "Europe/Berlin"})
    with time_machine.travel("2022-01-15T12:00Z", tick=False):
        yield


@pytest.fixture
def drive():
    return make_drive(title="The tin")


def facts(statement):
    return [(f"{each.day}", each.amount.minor, each.is_refund) for each in statement.movements]


def test_a_year_lists_gifts_and_refunds_and_sums_them_up_by_currency(drive):
    ada = make_supporter(email="ada@example.org")
    dollars = make_drive(currency="USD", is_current=False)
    gift = make_gift(drive, 25_00, supporter=ada)
    make_gift(drive, 10_00, supporter=ada, occurred_at=datetime(2021, 3, 1, tzinfo=UTC))
    make_gift(dollars, 7_00, supporter=ada)
    refund_gift(gift, amount=Money(5_00, "EUR"), refunded_at=datetime(2021, 7, 1, tzinfo=UTC))

    statement = annual_statement([ada], 2021, BERLIN)

    assert facts(statement) == [
        ("2021-03-01", 10_00, False),
        ("2021-06-10", 25_00, False),
        ("2021-06-10", 7_00, False),
        ("2021-07-01", -5_00, True),
    ]
    assert [(each.given, each.returned, each.kept) for each in statement.totals] == [
        (Money(35_00, "EUR"), Money(5_00, "EUR"), Money(30_00, "EUR")),
        (Money(7_00, "USD"), Money(0, "USD"), Money(7_00, "USD")),
    ]


def test_the_year_is_that_of_the_publications_zone(drive):
    ada = make_supporter()
    make_gift(drive, 1_00, supporter=ada, occurred_at=datetime(2020, 12, 31, 22, 59, tzinfo=UTC))
    make_gift(drive, 2_00, supporter=ada, occurred_at=datetime(2020, 12, 31, 23, 0, tzinfo=UTC))

    assert facts(annual_statement([ada], 2020, BERLIN)) == [("2020-12-31", 1_00, False)]
    assert facts(annual_statement([ada], 2021, BERLIN)) == [("2021-01-01", 2_00, False)]
    assert years_of([ada], BERLIN) == [2021, 2020]


def test_what_goes_back_in_a_later_year_stands_in_that_year(drive):
    ada = make_supporter()
    gift = make_gift(drive, 25_00, supporter=ada)
    refund_gift(gift, amount=Money(5_00, "EUR"))

    assert [total.kept.minor for total in annual_statement([ada], 2021, BERLIN).totals] == [25_00]
    assert facts(annual_statement([ada], 2022, BERLIN)) == [("2022-01-15", -5_00, True)]


def test_what_did_not_arrive_or_is_still_to_be_paid_out_went_back_in_no_year(drive):
    ada = make_supporter()
    gift = make_gift(drive, 25_00, supporter=ada)
    fail_refund(refund_gift(gift, amount=Money(5_00, "EUR")))
    refund = refund_gift(gift, amount=Money(10_00, "EUR"), is_paid_out=False)

    assert [total.returned.minor for total in annual_statement([ada], 2022, BERLIN).totals] == []
    assert years_of([ada], BERLIN) == [2021]

    pay_out(refund)

    assert facts(annual_statement([ada], 2022, BERLIN)) == [("2022-01-15", -10_00, True)]
    assert years_of([ada], BERLIN) == [2022, 2021]


def test_the_page_has_every_row_of_the_address_and_nothing_of_others(client, drive):
    ada, also_ada = make_supporter(email="ada@example.org"), make_supporter(name="", email="Ada@Example.org")
    make_gift(drive, 25_00, supporter=ada)
    make_gift(drive, 10_00, supporter=also_ada)
    make_gift(drive, 99_00, supporter=make_supporter(name="Odo", email="odo@example.org"))
    number = issue_receipt(ada.gifts.get()).number

    page = client.get(path_of(ada, 2021))

    shown = text_of(page)
    HTMLParser(strict=True).parse(page.content.decode())
    for fact in ["Your support in 2021", "Ada Fenwick", "€25.00", "€10.00", "€35.00", number, "The tin"]:
        assert fact in shown
    assert ("99" in shown, "Odo" in shown) == (False, False)
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store, private", "noindex")


def test_no_other_token_opens_a_year(client, drive):
    ada, odo = make_supporter(email="ada@example.org"), make_supporter(email="odo@example.org")
    make_gift(drive, supporter=ada)
    tokens = [papers.annual_token(ada, 2020), papers.annual_token(odo, 2021), "x"]

    addresses = [f"/give/year/2021/{ada.pk}/{token}/" for token in tokens]

    assert {client.get(address).status_code for address in addresses} == {404}
    assert client.get(f"/give/year/2021/{10**30}/x/").status_code == 404


def test_the_link_of_somebody_erased_opens_nothing(client, drive):
    ada = make_supporter(email="ada@example.org")
    make_gift(drive, supporter=ada)
    before = path_of(ada, 2021)
    ada.email = ""
    ada.save()

    assert (client.get(before).status_code, client.get(path_of(ada, 2021)).status_code) == (404, 404)


def test_everyone_who_gave_is_written_to_once_with_a_link(client, drive, run_jobs):
    ada = make_supporter(email="ada@example.org")
    make_gift(drive, supporter=ada)
    make_gift(drive, supporter=make_supporter(email="Ada@example.org"))
    make_gift(drive, supporter=make_supporter(email="odo@example.org"))
    make_gift(drive, supporter=make_supporter(email=""))
    make_gift(drive)
    make_gift(drive, supporter=make_supporter(email="new@example.org"), occurred_at=datetime(2022, 1, 2, tzinfo=UTC))
    run_jobs()
    mail.outbox.clear()

    send_annual_statements(2021)
    send_annual_statements(2021)
    run_jobs()

    assert sorted(letter.to[0] for letter in mail.outbox) == ["ada@example.org", "odo@example.org"]
    (letter,) = [letter for letter in mail.outbox if letter.to == ["ada@example.org"]]
    link = re.search(r"http://localhost:8000(/give/year/2021/\S+)", letter.body)[1]
    assert letter.attachments == []
    assert "€50.00" in text_of(client.get(link))


def test_who_got_everything_back_is_not_written_to(drive, run_jobs):
    gift = make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    refund_gift(
        gift,
        amount=gift.amount,
        reason=Refund.Reason.MISTAKE,
        refunded_at=JUNE,
    )

    send_annual_statements(2021)
    run_jobs()

    assert Letter.objects.filter(kind="annual_statement").count() == 0


def test_a_job_that_dies_in_the_middle_goes_on_where_it_was(drive, monkeypatch):
    for name in ("ada", "bo", "cy"):
        make_gift(drive, supporter=make_supporter(email=f"{name}@example.org"))
    send = annual.send_letter
    calls = []

    def dies_at_the_second(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise ConnectionError
        send(*args, **kwargs)

    monkeypatch.setattr(annual, "send_letter", dies_at_the_second)
    with pytest.raises(ConnectionError):
        annual_statements(2021)
    annual_statements(2021)
    annual_statements(2021)

    letters = Letter.objects.filter(kind="annual_statement")
    assert sorted(letters.values_list("to", flat=True)) == ["ada@example.org", "bo@example.org", "cy@example.org"]


@pytest.mark.parametrize("year", [2022, 2023, 2019])
def test_a_year_that_is_not_over_or_without_gifts_is_not_sent(drive, year):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))

    with pytest.raises(YearIsNotOver):
        send_annual_statements(year)


def test_the_same_queries_for_one_row_and_for_thirty(client, drive, django_assert_num_queries):
    ada = make_supporter(email="ada@example.org")
    make_gift(drive, supporter=ada)
    with django_assert_num_queries(4):
        annual_statement([ada], 2021, BERLIN)
    for _ in range(29):
        make_gift(drive, supporter=ada)
    with django_assert_num_queries(4):
        annual_statement([ada], 2021, BERLIN)


def path_of(row, year):
    return papers.annual_address(row, year).removeprefix("http://localhost:8000")
