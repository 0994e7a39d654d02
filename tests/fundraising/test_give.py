"""The page for giving and its form: what it takes, once, and how often."""

import re

import pytest
import time_machine
from html5lib import HTMLParser

from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from tests.factories.fundraising import JUNE, make_bank_details, make_drive
from tests.fundraising.responses import text_of
from tests.fundraising.sending import OURS, send

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("a_paper_that_asks")]


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
        ({"amount": "5", "email": f"{'a' * 243}@example.org"}, "Write an e-mail address, as in ada@example.org."),
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


def test_a_field_names_its_help_and_what_is_wrong_with_it(client):
    page = send(client, amount="EUR 5.", email="ada").content.decode()

    for name, told in {"amount": "give-amount_error", "email": "give-email_helptext give-email_error"}.items():
        field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)[0]
        assert ('aria-invalid="true"' in field, f'aria-describedby="{told}"' in field) == (True, True)
        for place in told.split():
            assert page.count(f'id="{place}"') == 1


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
    assert (pledge.amount, pledge.drive, pledge.state) == (Money(5_00, "EUR"), meters.current_drive(), "open")


def test_a_form_of_the_drive_before_books_nothing_for_the_drive_of_now(client):
    euros = meters.current_drive()
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


def test_an_office_may_promise_at_once_and_who_comes_too_many_is_told_until_when_to_wait(client):
    with time_machine.travel(JUNE, tick=False) as clock:
        for number in range(20):
            send(client, amount="5", message=f"Gift {number}")
        response = send(client, amount="12.50", name="Ada", message="Still here", email="ada@example.org")

        shown = text_of(response)
        HTMLParser(strict=True).parse(response.content.decode())
        assert (response.status_code, Pledge.objects.count()) == (429, 20)
        assert "Please send it again in a few minutes; what you wrote is still here." in shown
        for typed in ['value="12.50"', 'value="Ada"', "Still here", 'value="ada@example.org"']:
            assert typed in shown
        assert "Something is not right yet" not in shown
        assert "no-store" in response["Cache-Control"]

        clock.shift(120)
        assert send(client, amount="12.50", name="Ada", message="Still here").status_code == 302
        assert send(client, amount="12.50", name="Odo").status_code == 429


def test_who_has_to_wait_can_give_by_the_account_and_the_drives_title(client):
    make_drive(title="Lamps", slug="lamps", is_current=False)
    for number in range(20):
        send(client, amount="5", message=f"Gift {number}")

    response = client.post("/give/to/lamps/", {"choice": "1000", "shown_drive": "lamps"}, headers=OURS)

    facts = text_of(response).split('<dl class="give__facts">')[1].split("</dl>")[0]
    told = re.findall(r"<dd[^>]*> (.*?) </dd>", facts)
    assert told == ["€10", "Lamps", "The Alder Bridge Paper", "DE89 3704 0044 0532 0130 00"]


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
    meters.current_drive().delete()

    assert client.get("/give/").status_code == 200
    assert send(client, amount="5").status_code == 409
