"""The page of one pledge: where to send it, what banking apps read there, and taking it back."""

import re

import pytest
import zxingcpp
from html5lib import HTMLParser

from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.queries import meters
from commonpress.fundraising.references import grouped, suited
from commonpress.notices.models import Letter
from tests.factories.fundraising import make_bank_details, make_drive, promise
from tests.fundraising.qr_pictures import picture_of, picture_of_swiss
from tests.fundraising.responses import text_of
from tests.fundraising.sending import OURS, send
from tests.fundraising.test_swiss import SWISS_IBAN

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("a_paper_that_asks")]


def test_every_pledge_says_the_same_of_letters_whether_one_goes_or_not(client, run_jobs):
    pages = []
    for email in ["ada@example.org", "ada@example.org", "odo@example.org", ""]:
        page = text_of(client.get(send(client, amount="5", message=f"{len(pages)}", email=email)["Location"]))
        pages.append(re.search(r"<p> If you wrote an e-mail address.*?</p>", page)[0])
        run_jobs()

    assert list(Letter.objects.order_by("to").values_list("to", flat=True)) == ["ada@example.org", "odo@example.org"]
    assert len(set(pages)) == 1
    assert "If none arrives, nothing is missing: everything you need is on this page." in pages[0]


def test_where_accounts_have_no_iban_the_instructions_stand_there_and_no_code(client):
    make_bank_details(iban="", instructions="First Bank, routing 021000021, account 12345")
    response = send(client, amount="5")

    shown = text_of(client.get(response["Location"]))

    assert "routing 021000021" in shown
    assert "qrline" not in shown


def test_a_pledge_is_taken_back_in_two_steps(client):
    pledge = promise(meters.current_drive(), 30_00)
    address = f"/give/{pledge.public_id}/cancel/{pledge.cancel_token}/"

    looked = client.get(address)
    pledge.refresh_from_db()
    assert (looked.status_code, pledge.state) == (200, "open")

    taken_back = client.post(address, headers=OURS)
    pledge.refresh_from_db()
    assert (taken_back["Location"], pledge.state) == (f"/give/{pledge.public_id}/", "cancelled")
    assert "taken back" in text_of(client.get(taken_back["Location"]))


def test_a_giver_without_an_address_takes_it_back_from_the_page_of_the_pledge(client):
    page = client.get(send(client, amount="30")["Location"])

    cancel = re.search(r'href="(/give/[^"]+/cancel/[^"]+)"', page.content.decode())[1]
    taken_back = client.post(cancel, headers=OURS)

    assert Pledge.objects.get().state == "cancelled"
    assert "/cancel/" not in text_of(client.get(taken_back["Location"]))


def test_a_wrong_link_takes_nothing_back(client):
    pledge = promise(meters.current_drive(), 30_00)
    other = promise(meters.current_drive(), 30_00)

    response = client.post(f"/give/{pledge.public_id}/cancel/{other.cancel_token}/", headers=OURS)

    pledge.refresh_from_db()
    assert (response.status_code, pledge.state) == (404, "open")


@pytest.mark.parametrize("address", ["/give/nothing/", "/give/01ARZ3NDEKTSV4RRFFQ69G5FAV/", "/give/a/cancel/b/"])
def test_an_address_nobody_was_given_is_not_found(client, address):
    assert client.get(address).status_code == 404


SWISS = {"iban": SWISS_IBAN, "postcode": "2501", "town": "Biel", "country": "CH"}


@pytest.mark.parametrize(
    ("bank", "currency", "codes"),
    [
        ({}, "EUR", ["BCD"]),
        ({}, "USD", []),
        (SWISS, "CHF", ["SPC"]),
        (SWISS, "EUR", ["SPC", "BCD"]),
        (SWISS, "USD", []),
        ({"iban": SWISS_IBAN}, "CHF", []),
        (SWISS | {"holder": "Readers\u2019 Society"}, "CHF", ["SPC"]),
        (SWISS | {"holder": "Газета"}, "CHF", []),
        ({"iban": "FI2112345600000785"}, "EUR", ["BCD"]),
    ],
)
def test_a_pledge_shows_the_codes_that_apps_there_can_read(client, bank, currency, codes):
    meters.current_drive().delete()
    make_drive(currency=currency)
    make_bank_details(**bank)
    page = client.get(send(client, amount="5")["Location"]).content.decode()

    read = [
        zxingcpp.read_barcodes((picture_of_swiss if "--swiss" in drawing else picture_of)(drawing))[0].text.split("\n")
        for drawing in re.findall(r'<figure class="give__qr">\s*(<svg.*</svg>)\s*<figcaption>', page)
    ]
    HTMLParser(strict=True).parse(page)
    assert [lines[0] for lines in read] == codes
    reference = suited(Pledge.objects.get().reference, bank.get("iban", ""))
    assert grouped(reference) in page
    assert all({reference, grouped(reference)} & set(lines) for lines in read)
