import re
from datetime import date

import pytest
import time_machine
from django.core.cache import cache
from html5lib import HTMLParser

from commonpress.fundraising import queries
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.money import Money
from commonpress.newsroom.models.publication import Publication
from tests.factories.fundraising import JUNE, make_bank_details, make_drive, make_gift, promise

pytestmark = pytest.mark.django_db
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def _a_paper_that_asks():
    cache.clear()
    Publication.objects.update_or_create(pk=1, defaults={"name": "The Alder", "contact_email": "desk@alder.example"})
    make_drive(currency="EUR")
    make_bank_details()


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def send(client, **typed):
    return client.post("/give/", typed, headers=OURS)


def test_the_page_offers_amounts_and_marks_none_beforehand(client):
    response = client.get("/give/")

    html = response.content.decode()
    HTMLParser(strict=True).parse(html)
    assert re.findall(r'name="choice"[^>]*value="(\d+)"', html) == ["500", "1000", "2500", "5000", "10000"]
    assert ("checked" in html, "csrf" in html, "style=" in html) == (False, False, False)


def test_the_page_is_the_same_bytes_for_everybody_and_sets_no_cookie(client, admin_client):
    strangers = client.get("/give/")
    staffs = admin_client.get("/give/")

    assert strangers.content == staffs.content
    assert strangers.cookies == {}


def test_a_reader_promises_and_is_shown_account_reference_and_code(client):
    response = send(client, choice="2500", name="Ada", message="Go on", email="ada@example.org")

    pledge = Pledge.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/give/{pledge.public_id}/")
    assert (pledge.amount, pledge.supporter.public_name, pledge.supporter.email, pledge.message) == (
        Money(25_00, "EUR"),
        "Ada",
        "ada@example.org",
        "Go on",
    )
    page = client.get(response["Location"])
    shown = text_of(page)
    HTMLParser(strict=True).parse(page.content.decode())
    for fact in ["€25", pledge.grouped_reference, "DE89 3704 0044 0532 0130 00", "The Alder Bridge Paper", "qrline"]:
        assert fact in shown
    assert "no-store" in page["Cache-Control"]
    assert ("ada@example.org" in shown, ">Ada<" in shown) == (False, False)
    assert page.cookies == {}


def test_a_reader_may_give_no_name_and_no_address(client):
    send(client, amount="12.50")

    pledge = Pledge.objects.get()
    assert (pledge.amount, pledge.supporter, pledge.is_anonymous) == (Money(12_50, "EUR"), None, True)


def test_the_amount_typed_goes_before_the_amount_chosen(client):
    send(client, choice="2500", amount="7")

    assert Pledge.objects.get().amount == Money(7_00, "EUR")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "10.999"}, "EUR has 2 decimals at most. Write the amount as in 1234.50."),
        ({"amount": "-5"}, "Write the amount without a minus, as in 1234.50."),
        ({"amount": "1.000,00"}, "It is not clear how to read this. Write it as in 1234.50."),
        ({"amount": "1e3"}, "Write the amount in figures only, as in 1234.50."),
        ({"amount": "0"}, "Write an amount above zero, as in 1234.50."),
        ({"amount": "999999999"}, "Amounts go up to 99,999,999. Is there a figure too many?"),
        ({"amount": "10000.01"}, "For more than €10,000 please write to us first."),
        ({}, "Choose an amount or write your own."),
        ({"choice": "1"}, "Choose an amount or write your own."),
        ({"amount": "5", "email": "ada"}, "Write an e-mail address, as in ada@example.org."),
        ({"amount": "5", "name": "x" * 61}, "A name has 60 letters at most."),
        ({"amount": "5", "message": "x" * 301}, "A message has 300 letters at most."),
    ],
)
def test_a_bad_value_gets_a_sentence_and_what_was_typed_is_kept(client, typed, sentence):
    response = send(client, **{"message": "Keep <this> please", **typed})

    shown = text_of(response)
    assert (response.status_code, Pledge.objects.count()) == (422, 0)
    assert sentence in shown
    kept = typed.get("message", "Keep &lt;this&gt; please")
    assert kept in shown
    assert typed.get("amount", "") in shown
    assert "no-store" in response["Cache-Control"]


def test_a_second_click_without_a_key_is_known_by_its_words(client):
    with time_machine.travel("2026-11-04 12:00:00Z", tick=False) as clock:
        first = send(client, amount="25", name="Ada")
        clock.shift(4)
        second = send(client, amount="25", name="Ada")
        other = send(client, amount="25", name="Odo")
        clock.shift(30)
        later = send(client, amount="25", name="Ada")

    assert second["Location"] == first["Location"]
    assert len({first["Location"], other["Location"], later["Location"]}) == 3
    assert Pledge.objects.count() == 3


def test_a_form_sent_twice_is_one_pledge(client):
    first = send(client, amount="5", once="0f8fad5b-d9cb-469f-a165")
    again = send(client, amount="5", once="0f8fad5b-d9cb-469f-a165")

    assert first["Location"] == again["Location"]
    assert Pledge.objects.count() == 1


def test_the_form_gone_back_to_and_sent_with_another_amount_is_refused_once_and_then_taken(client):
    send(client, amount="5", once="0f8fad5b-d9cb-469f-a165")
    another = send(client, amount="40", message="One more", once="0f8fad5b-d9cb-469f-a165")

    shown = text_of(another)
    assert (another.status_code, Pledge.objects.count()) == (409, 1)
    assert (
        "This form was sent already, for €5. What you wrote now is still here: send it if it is another one." in shown
    )
    key = re.search(r'name="once" value="([^"]+)"', shown)[1]
    assert ("One more" in shown, key != "0f8fad5b-d9cb-469f-a165") == (True, True)

    send(client, amount="40", message="One more", once=key)
    assert sorted(Pledge.objects.values_list("amount_minor", flat=True)) == [5_00, 40_00]


def test_currency_and_drive_in_the_form_are_not_believed(client):
    other = make_drive(is_current=False, currency="USD")

    send(client, amount="5", currency="USD", drive=str(other.pk), state="confirmed")

    pledge = Pledge.objects.get()
    assert (pledge.amount, pledge.drive, pledge.state) == (Money(5_00, "EUR"), queries.current_drive(), "open")


def test_a_form_of_the_drive_before_books_nothing_for_the_drive_of_now(client):
    euros = queries.current_drive()
    html = client.get("/give/").content.decode()
    shown_drive = re.search(r'name="shown_drive"[^>]*value="([^"]+)"', html)[1]
    Drive.objects.update(is_current=False)
    yen = make_drive(currency="JPY", title="The yen fund", suggestions=[2500])

    response = send(client, choice="2500", message="Keep this", shown_drive=shown_drive)

    shown = text_of(response)
    assert (response.status_code, Pledge.objects.count()) == (422, 0)
    assert "We collect for “The yen fund” now. Please look at the amount once more, then send it again." in shown
    assert ("Keep this" in shown, "checked" in shown, f'value="{euros.slug}"' in shown) == (True, False, False)
    send(client, amount="300", message="Keep this", shown_drive=yen.slug)
    assert (Pledge.objects.get().amount, Pledge.objects.get().drive) == (Money(300, "JPY"), yen)


def test_controls_and_overrides_are_taken_out_of_a_name_and_a_message(client):
    send(client, amount="5", name="Ada\u202egpj", message="a\x07b\r\n\r\n\r\n\r\nc")

    pledge = Pledge.objects.get()
    assert (pledge.supporter.public_name, pledge.message) == ("Adagpj", "ab\n\nc")


def test_the_sixth_pledge_in_a_row_from_one_place_has_to_wait_with_everything_typed_kept(client):
    for number in range(5):
        send(client, amount="5", message=f"Gift {number}")

    response = send(client, amount="5", message="Still here")

    assert (response.status_code, Pledge.objects.count()) == (429, 5)
    assert "Still here" in response.content.decode()


def test_a_post_from_another_site_makes_no_pledge(client):
    response = client.post("/give/", {"amount": "5"}, headers={"Sec-Fetch-Site": "cross-site"})

    # Django's test client does not enforce tokens by itself.
    strict = type(client)(enforce_csrf_checks=True)
    refused = strict.post("/give/", {"amount": "5"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 302
    assert (refused.status_code, Pledge.objects.count()) == (403, 1)


def test_without_an_account_readers_are_given_the_contact_and_no_form(client):
    make_bank_details().delete()

    response = client.get("/give/")

    assert "desk@alder.example" in response.content.decode()
    assert "<form" not in text_of(response).split("<main")[1].split("</main")[0]
    assert send(client, amount="5").status_code == 409
    assert Pledge.objects.count() == 0


def test_without_a_drive_nothing_can_be_promised(client):
    queries.current_drive().delete()

    assert client.get("/give/").status_code == 200
    assert send(client, amount="5").status_code == 409


def test_where_accounts_have_no_iban_the_instructions_stand_there_and_no_code(client):
    make_bank_details(iban="", instructions="First Bank, routing 021000021, account 12345")
    response = send(client, amount="5")

    shown = text_of(client.get(response["Location"]))

    assert "routing 021000021" in shown
    assert "qrline" not in shown


def test_a_pledge_is_taken_back_in_two_steps(client):
    pledge = promise(queries.current_drive(), 30_00)
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
    pledge = promise(queries.current_drive(), 30_00)
    other = promise(queries.current_drive(), 30_00)

    response = client.post(f"/give/{pledge.public_id}/cancel/{other.cancel_token}/", headers=OURS)

    pledge.refresh_from_db()
    assert (response.status_code, pledge.state) == (404, "open")


@pytest.mark.parametrize("address", ["/give/nothing/", "/give/01ARZ3NDEKTSV4RRFFQ69G5FAV/", "/give/a/cancel/b/"])
def test_an_address_nobody_was_given_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_figures_and_picture_are_for_everybody_and_never_older_than_the_month(client):
    figures = client.get("/meter.json")
    picture = client.get("/meter.svg")

    assert figures.json()["goal_minor"] == 5_000_00
    assert figures.json()["received_minor"] == 0
    assert picture["Content-Type"] == "image/svg+xml"
    assert "sandbox" in picture["Content-Security-Policy"]
    for response in (figures, picture):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cache-Control"] == "public, max-age=15"
        assert response.cookies == {}


def test_the_band_for_other_sites_opens_tabs_of_its_own_and_can_be_pressed_by_nobody(client):
    response = client.get("/embed/meter/")

    html = response.content.decode()
    HTMLParser(strict=True).parse(html)
    assert 'class="meter__scale"' in html
    assert '<base target="_blank">' in html
    assert '<meta name="robots" content="noindex">' in html
    assert re.findall(r"<(form|button|input|site-me)", html) == []
    assert re.findall(r"<script.*?src=\"(.*?)\"", html, re.DOTALL) == ["/static/theme/embed/tell-height.js"]
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert response.cookies == {}


def test_a_frame_without_a_drive_says_so(client):
    queries.current_drive().delete()

    assert "There is no drive at the moment." in client.get("/embed/meter/").content.decode()


def test_without_a_drive_there_are_no_figures(client):
    queries.current_drive().delete()

    assert client.get("/meter.json").status_code == 404
    assert client.get("/meter.svg").status_code == 404
    assert client.get("/meter/").status_code == 200


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2021-05-31T21:59Z", "“The spring fund” begins on June 1, 2021. Please come back then."),
        ("2021-06-30T22:00Z", "“The spring fund” has ended. Readers gave €40. Thank you!"),
    ],
)
def test_outside_its_days_a_dated_drive_takes_no_pledge_and_says_so_with_the_contact(client, moment, sentence):
    drive = a_spring_fund()
    make_gift(drive, 40_00)

    with time_machine.travel(moment, tick=False):
        response = client.get("/give/")
        refused = send(client, amount="5")

    shown = text_of(response)
    assert (sentence in shown, "mailto:desk@alder.example" in shown) == (True, True)
    assert "<form" not in shown.split("<main")[1].split("</main")[0]
    assert (refused.status_code, Pledge.objects.count()) == (409, 0)
    assert queries.current_meter(JUNE).received == Money(40_00, "EUR")


@pytest.mark.parametrize("moment", ["2021-05-31T22:00Z", "2021-06-30T21:59Z"])
def test_from_its_first_to_its_last_day_a_dated_drive_takes_pledges(client, moment):
    a_spring_fund()

    with time_machine.travel(moment, tick=False):
        response = send(client, amount="5")

    assert (response.status_code, Pledge.objects.count()) == (302, 1)


def a_spring_fund():
    queries.current_drive().delete()
    return make_drive(
        title="The spring fund",
        kind="dates",
        starts_on=date(2021, 6, 1),
        ends_on=date(2021, 6, 30),
        zone="Europe/Berlin",
    )
