"""Pages elsewhere, at the desk and as readers see them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from html5lib import HTMLParser

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.links import count_month
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.giving_link import GivingLink
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books, meters
from commonpress.notices.models import Letter
from tests.factories.accounts import PASSWORD, make_person
from tests.factories.fundraising import JUNE, make_bank_details, make_drive, make_gift
from tests.fundraising.elsewhere import ADDRESS, COLLECTIVE_CSV, euros, make_link, received
from tests.fundraising.responses import text_of
from tests.fundraising.sending import OURS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("clock")]
WAYS, NEW = "/admin/fundraising/ways/", "/admin/fundraising/ways/links/new/"


def test_a_treasurer_adds_a_page_and_everyone_who_keeps_the_books_is_told(desk, run_jobs):
    make_person("", Role.OWNER)

    response = desk.post(NEW, {"name": "Liberapay", "address": f" {ADDRESS} ", "position": "1", "is_shown": "on"})
    run_jobs()

    assert (response["Location"], GivingLink.objects.get().address) == (WAYS, ADDRESS)
    assert Letter.objects.filter(kind="giving_link_saved").count() == 2


def test_an_open_session_alone_adds_no_page(client):
    client.force_login(make_person("", Role.TREASURER))

    response = client.post(NEW, {"name": "Mine", "address": ADDRESS, "position": "1", "is_shown": "on"})

    assert (response["Location"].partition("?")[0], GivingLink.objects.count()) == ("/accounts/again/", 0)


@pytest.mark.parametrize("address", ["http://liberapay.com/alder", "javascript:alert(1)", ""])
def test_a_wrong_address_gets_a_sentence_and_is_kept_as_typed(desk, address):
    response = desk.post(NEW, {"name": "Keep this", "address": address, "position": "1"})

    shown = text_of(response)
    assert (response.status_code, GivingLink.objects.count()) == (422, 0)
    assert ("Write an https address" in shown or not address, "Keep this" in shown) == (True, True)
    assert f'value="{address}"' in shown or not address


def test_a_treasurer_types_a_months_sum(desk):
    drive, link = make_drive(), make_link()
    page = f"/admin/fundraising/ways/links/{link.pk}/count/"
    assert 'value="2021-05"' in text_of(desk.get(page))

    typed = {"drive": drive.pk, "month": "2021-05", "amount": "1,234.50"}
    statuses = [desk.post(page, typed).status_code for _click in range(2)]

    assert (statuses, books.received_by_book(drive, "2021-05")) == ([302, 302], euros(1_234_50))
    assert "€1,234.50" in text_of(desk.get(page))
    desk.post(page, typed | {"amount": "0"})
    assert books.received_by_book(drive, "2021-05") == euros(0)


def test_who_has_a_password_is_asked_for_it_before_a_months_sum_is_corrected(client, tess):
    drive, link = make_drive(), make_link()
    count_month(link, drive, month="2021-06", amount=euros(120_00), by=tess)
    client.force_login(make_person("ann@paper.example", Role.TREASURER, password=PASSWORD))
    form = {"drive": drive.pk, "month": "2021-06", "amount": "0"}

    answer = client.post(f"/admin/fundraising/ways/links/{link.pk}/count/", form)
    before = received(drive)
    client.post(answer["Location"], {"password": PASSWORD})

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert (before, received(drive)) == (120_00, 0)


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"month": "5/2021"}, 422, "Write the month as in 2021-06."),
        ({"month": "2021-13"}, 422, "Write the month as in 2021-06."),
        ({"month": "1999-12"}, 422, "That is before the year 2000."),
        ({"month": "2021-07"}, 422, "That is still to come."),
        ({"amount": "10.999"}, 422, "EUR has 2 decimals at most."),
        ({"amount": "-5"}, 422, "Write the amount without a minus"),
        ({"amount": ""}, 422, "This field is required."),
        ({"currency": "XXX"}, 422, "No currency has this code."),
    ],
)
def test_a_sum_that_cannot_be_right_is_refused_and_kept_as_typed(desk, typed, status, sentence):
    drive, link = make_drive(), make_link()

    form = {"drive": drive.pk, "month": "2021-05", "amount": "12.34"} | typed
    response = desk.post(f"/admin/fundraising/ways/links/{link.pk}/count/", form)

    shown = text_of(response)
    assert (response.status_code, Gift.objects.count(), sentence in shown) == (status, 0, True)
    assert form["amount"] in shown


def test_a_treasurer_takes_in_an_export_twice_and_it_counts_once(desk):
    drive, link = make_drive(currency="USD"), make_link()
    page = f"/admin/fundraising/ways/links/{link.pk}/import/"
    assert 'enctype="multipart/form-data"' in text_of(desk.get(page))

    said = []
    for _time in range(2):
        file = SimpleUploadedFile("export.csv", COLLECTIVE_CSV.encode())
        said.append(text_of(desk.post(page, {"drive": drive.pk, "file": file}, follow=True)))

    assert ("2 gifts are booked." in said[0], "0 gifts are booked. 2 stood already." in said[1]) == (True, True)
    assert meters.meter(drive, JUNE).received == Money(25_25, "USD")


def test_an_export_that_cannot_be_trusted_says_what_is_wrong(desk):
    drive, link = make_drive(), make_link()
    page = f"/admin/fundraising/ways/links/{link.pk}/import/"

    said = [
        text_of(desk.post(page, {"drive": drive.pk, "file": SimpleUploadedFile("x.csv", data)}))
        for data in (
            b"date,amount,currency,id\n2021-06-03,10.999,EUR,a\n",
            b"patron_id,weekly_amount\n",
            b"date,amount,currency,id\n",
        )
    ]

    assert "The amount in row 2 is not written as in 12.50" in said[0]
    assert "This is Liberapay’s list of patrons" in said[1]
    assert "There is no gift in this file." in said[2]
    assert Gift.objects.count() == 0


def test_readers_are_led_there_in_order_last_and_told_whose_pages_these_are(client):
    make_drive()
    make_bank_details()
    make_link(name="Open Collective", address="https://www.opencollective.com/alder", position=2)
    make_link(position=1)
    make_link(name="Old", address="https://ko-fi.com/alder", is_shown=False)

    page = client.get("/give/")

    html = page.content.decode()
    HTMLParser(strict=True).parse(html)
    part = html[html.index("Elsewhere") :]
    assert re.findall(r'<a href="(https[^"]+)"\s+rel="external noopener">([^<]+)</a>', part) == [
        (ADDRESS, "Liberapay"),
        ("https://www.opencollective.com/alder", "Open Collective"),
    ]
    assert ("opencollective.com" in part, "ko-fi" in html, "The money arrives there" in part) == (True, False, True)
    assert html.index('name="amount"') < html.index("Elsewhere")


@pytest.mark.parametrize("has_drive", [True, False])
def test_with_a_page_elsewhere_alone_giving_is_not_closed(client, has_drive):
    if has_drive:
        make_drive()
    make_link()

    shown = text_of(client.get("/give/"))
    refused = client.post("/give/", {"amount": "5"}, headers=OURS)

    assert (ADDRESS in shown, "Giving is" in shown, 'name="amount"' in shown) == (True, False, False)
    assert (refused.status_code, "Other ways stand on the page" in text_of(refused)) == (409, True)


def test_with_no_way_at_all_giving_is_closed(client):
    make_drive()

    assert "Giving is not arranged yet." in text_of(client.get("/give/"))
    assert "Nothing can be given here just now." in text_of(client.post("/give/", {"amount": "5"}, headers=OURS))


def test_the_ledger_tells_apart_what_arrived_elsewhere(client, tess):
    drive = make_drive()
    make_gift(drive, 40_00)
    count_month(make_link(), drive, month="2021-06", amount=euros(12_00), by=tess)

    rows = re.findall(r"(?s)<tr>(.*?)</tr>", client.get("/ledger/").content.decode())
    shown = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]

    assert (
        "By bank transfer 1 €40.00" in shown,
        "Through other sites 1 €12.00" in shown,
        "Raised 2 €52.00" in shown,
    ) == (
        True,
        True,
        True,
    )
