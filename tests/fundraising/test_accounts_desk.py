import re
from datetime import timedelta

import pytest
import time_machine

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.accounts import apply_due_changes, propose_change
from commonpress.fundraising.models.account_change import AccountChange
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.notices.models import Letter
from tests.factories.accounts import PASSWORD, make_person, sign_in_surely
from tests.factories.fundraising import IBAN, JUNE, make_bank_details, make_drive
from tests.fundraising.account_changes import ANOTHER, ANOTHER_IBAN, BANK
from tests.fundraising.responses import text_of
from tests.fundraising.test_bitcoin import TO_A_KEY, WITNESS
from tests.fundraising.test_swiss import QR_IBAN, SWISS_IBAN

pytestmark = pytest.mark.django_db

BANK_PAGE, WAYS, NEW_ADDRESS = (
    "/admin/fundraising/bank/",
    "/admin/fundraising/ways/",
    "/admin/fundraising/ways/bitcoin/new/",
)
EMPTY = {"holder": "", "iban": "", "bic": "", "instructions": ""}


def page_of(change):
    return f"/admin/fundraising/ways/changes/{change.public_id}/"


def test_the_first_account_is_set_and_everyone_who_keeps_the_books_is_told(desk, run_jobs):
    owner = make_person("", Role.OWNER)
    make_person("", Role.EDITOR)

    desk.post(BANK_PAGE, {"holder": "The Alder", "iban": "de89 3704 0044 0532 0130 00", "bic": ""})
    run_jobs()

    details = BankDetails.load()
    assert (details.holder, details.iban) == ("The Alder", IBAN)
    told = Letter.objects.filter(kind="account_event")
    assert (told.count(), owner.email in told.values_list("to", flat=True)) == (2, True)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"iban": "DE89370400440532013001"}, "This IBAN cannot be right"),
        ({"iban": "hello"}, "This IBAN cannot be right"),
        ({"iban": ""}, "Write an IBAN, or below how money is sent to you."),
        ({"iban": IBAN, "bic": "XX"}, "This BIC cannot be right."),
        ({"iban": IBAN, "holder": ""}, "This field is required."),
        ({"iban": "", "holder": ""}, "Write an IBAN, or below how money is sent to you."),
        ({"iban": QR_IBAN}, "This is a QR-IBAN"),
        ({"iban": SWISS_IBAN}, "Banks in Switzerland and Liechtenstein want this for their code."),
        (
            {"iban": SWISS_IBAN, "postcode": "2501", "town": "Biel", "country": "Schweiz"},
            "Ensure this value has at most 2 characters",
        ),
        (
            {"iban": SWISS_IBAN, "postcode": "2501", "town": "Biel", "country": "1?"},
            "Write the country as its two letters, as in CH.",
        ),
        (
            {"iban": SWISS_IBAN, "postcode": "2501", "town": "Biel", "country": "CH", "holder": "Газета"},
            "The code of a Swiss bill carries Latin letters only.",
        ),
        (
            {"iban": SWISS_IBAN, "postcode": "2501", "town": "Биль", "country": "CH"},
            "The code of a Swiss bill carries Latin letters only.",
        ),
    ],
)
def test_an_account_that_cannot_be_right_is_refused(desk, typed, sentence):
    response = desk.post(BANK_PAGE, {"holder": "Keep this", **typed})

    assert (response.status_code, BankDetails.load()) == (422, None)
    assert sentence in text_of(response)
    assert "onstraint" not in text_of(response)
    assert typed.get("holder", "Keep this") in text_of(response)


def test_the_holders_address_is_asked_for_where_the_account_is_swiss(desk):
    assert 'name="town"' not in text_of(desk.get(BANK_PAGE))

    asked = desk.post(BANK_PAGE, {"holder": "Verein", "iban": SWISS_IBAN})
    assert 'name="town"' in text_of(asked)
    desk.post(
        BANK_PAGE,
        {
            "holder": "Verein",
            "iban": SWISS_IBAN,
            "street": "Rue du Lac",
            "postcode": "2501",
            "town": "Biel",
            "country": "ch",
        },
    )

    bank = BankDetails.load()
    assert (bank.street, bank.postcode, bank.town, bank.country) == ("Rue du Lac", "2501", "Biel", "CH")
    assert 'value="Biel"' in text_of(desk.get(BANK_PAGE))


@pytest.mark.parametrize(
    ("has_drive", "typed", "sentence"),
    [
        (True, {"iban": IBAN}, "Readers now send their gifts to this account."),
        (True, {"instructions": "Bank of Alder, 12 345"}, "Without an IBAN they get no code to scan."),
        (False, {"iban": IBAN}, "Readers see this account once a drive is open."),
    ],
)
def test_whoever_sets_the_account_is_told_what_readers_see(desk, has_drive, typed, sentence):
    if has_drive:
        make_drive()

    response = desk.post(BANK_PAGE, {"holder": "The Alder", **typed}, follow=True)

    assert sentence in text_of(response)


def test_an_account_that_stands_is_not_changed_but_a_change_proposed(desk):
    make_bank_details()

    response = desk.post(BANK_PAGE, {"holder": "Somebody", "iban": ANOTHER_IBAN}, follow=True)

    assert BankDetails.load().iban == IBAN
    shown = text_of(response)
    assert "Instead of the one that stands, readers are to be shown: bank account …3201." in shown
    assert "It takes effect on June 13, 2021, 12:00" in shown
    assert ANOTHER_IBAN not in shown


def test_an_account_is_taken_away_by_emptying_it_as_a_proposal(desk):
    make_bank_details()

    response = desk.post(BANK_PAGE, EMPTY, follow=True)

    assert "To be taken away: bank account …3000." in text_of(response)
    assert BankDetails.load() is not None
    apply_due_changes(JUNE + timedelta(days=3))
    assert BankDetails.load() is None


def test_the_browser_lets_the_holder_be_emptied(desk):
    make_bank_details()

    field = re.search(r'<input[^>]*name="holder"[^>]*>', desk.get(BANK_PAGE).content.decode())[0]

    assert "required" not in field


@pytest.mark.parametrize("left", [{"holder": "The Alder"}, {"iban": IBAN}, {"bic": "COBADEFFXXX"}])
def test_an_account_that_is_emptied_by_half_is_refused_and_stays(desk, left):
    make_bank_details(holder="Before")

    response = desk.post(BANK_PAGE, EMPTY | left)

    assert (response.status_code, AccountChange.objects.count()) == (422, 0)


def test_a_proposals_form_sent_twice_proposes_once_and_another_one_is_refused(desk):
    make_bank_details()
    once = re.search(r'name="once" value="([^"]+)"', text_of(desk.get(BANK_PAGE)))[1]
    typed = {"holder": "Somebody", "iban": ANOTHER_IBAN, "once": once}

    statuses = [desk.post(BANK_PAGE, typed).status_code for _click in range(2)]
    statuses.append(desk.post(BANK_PAGE, {"holder": "Else", "iban": ANOTHER_IBAN}).status_code)

    assert (statuses, AccountChange.objects.count()) == ([302, 302, 409], 1)


@pytest.mark.parametrize("address", [BANK_PAGE, NEW_ADDRESS])
def test_an_open_session_alone_changes_no_account(client, address):
    treasurer = make_person("", Role.TREASURER)
    client.force_login(treasurer)
    typed = {"holder": "A thief", "iban": IBAN, "label": "A thief", "address": WITNESS}

    asked = [client.get(address), client.post(address, typed)]

    assert {answer["Location"].partition("?")[0] for answer in asked} == {"/accounts/again/"}
    assert (BankDetails.load(), CryptoAddress.objects.count(), AccountChange.objects.count()) == (None, 0, 0)


def test_who_has_a_password_is_asked_for_it_and_what_was_typed_is_done_afterwards(client):
    client.force_login(make_person("", Role.TREASURER, password=PASSWORD))

    asked = client.post(BANK_PAGE, {"holder": "The Alder", "iban": IBAN})
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert BankDetails.load() is None
    client.post(asked["Location"], {"password": PASSWORD})

    assert BankDetails.load().iban == IBAN


def test_what_took_a_while_to_write_is_not_lost(client):
    with time_machine.travel(JUNE, tick=False) as clock:
        sign_in_surely(client, make_person("", Role.TREASURER))
        assert client.get(BANK_PAGE).status_code == 200
        clock.shift(timedelta(minutes=14))
        client.post(BANK_PAGE, {"holder": "The Alder", "iban": IBAN})
        clock.shift(timedelta(minutes=2))
        later = client.post(BANK_PAGE, {"holder": "Else", "iban": ANOTHER_IBAN})

    assert BankDetails.load().iban == IBAN
    assert (later.status_code, AccountChange.objects.filter(is_first=False).count()) == (302, 0)


def test_an_owner_agrees_on_the_page_of_the_change_and_only_after_showing_who_they_are(client):
    make_bank_details()
    olive, owen = (make_person("", Role.OWNER, display_name=name) for name in ("Olive", "Owen"))
    with time_machine.travel(JUNE, tick=False):
        change = propose_change(BANK, ANOTHER, by=olive)
        client.force_login(owen)
        shown = text_of(client.get(page_of(change)))
        assert "AT61 1904 3002 3457 3201" in shown
        assert "DE89 3704 0044 0532 0130 00" in shown

        unsure = client.post(page_of(change), {"approve": "1"})
        change.refresh_from_db()
        assert (unsure["Location"].partition("?")[0], change.state) == ("/accounts/again/", "waiting")

        sign_in_surely(client, owen)
        agreed = client.post(page_of(change), {"approve": "1"}, follow=True)

    change.refresh_from_db()
    assert (change.state, change.takes_effect_at - JUNE) == ("due", timedelta(days=1))
    assert "Agreed." in text_of(agreed)


def test_whoever_proposed_sees_no_button_to_agree_and_is_refused_without_one(client):
    make_bank_details()
    olive = make_person("", Role.OWNER, Role.TREASURER)
    make_person("", Role.OWNER)
    with time_machine.travel(JUNE, tick=False):
        change = propose_change(BANK, ANOTHER, by=olive)
        sign_in_surely(client, olive)

        assert 'name="approve"' not in text_of(client.get(page_of(change)))
        assert client.post(page_of(change), {"approve": "1"}).status_code == 403

    change.refresh_from_db()
    assert change.state == "waiting"


def test_a_tab_left_open_agrees_to_nothing_but_what_it_shows(client):
    make_bank_details()
    olive, owen = make_person("", Role.OWNER), make_person("", Role.OWNER)
    with time_machine.travel(JUNE, tick=False):
        shown_in_the_tab = propose_change(BANK, ANOTHER, by=olive)
        sign_in_surely(client, owen)
        client.post(page_of(shown_in_the_tab), {"call-off": "1"})
        instead = propose_change(BANK, ANOTHER | {"iban": "BE68539007547034"}, by=olive)

        assert client.post(page_of(shown_in_the_tab), {"approve": "1"}).status_code == 409

    instead.refresh_from_db()
    assert instead.state == "waiting"


def test_a_treasurer_calls_a_change_off_without_being_asked_who_they_are(client):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=make_person("", Role.OWNER))
    client.force_login(make_person("", Role.TREASURER, display_name="Tess"))

    response = client.post(page_of(change), {"call-off": "1"}, follow=True)

    change.refresh_from_db()
    shown = text_of(response)
    assert (change.state, "Called off." in shown) == ("called_off", True)
    assert ("called off" in shown, "Tess" in shown, "…3201" in shown, ANOTHER_IBAN in shown) == (
        True,
        True,
        True,
        False,
    )


def test_the_first_bitcoin_address_is_set_and_a_second_one_proposed(desk):
    desk.post(NEW_ADDRESS, {"label": "Ours", "address": f" {WITNESS.upper()} "})
    ours = CryptoAddress.objects.get()
    assert (ours.label, ours.address) == ("Ours", WITNESS)

    desk.post(NEW_ADDRESS, {"label": "More", "address": TO_A_KEY})
    assert (CryptoAddress.objects.count(), AccountChange.objects.filter(state="due").count()) == (1, 1)


def test_an_address_that_stands_is_changed_and_taken_away_by_proposals(desk):
    desk.post(NEW_ADDRESS, {"label": "Ours", "address": WITNESS})
    page = f"/admin/fundraising/ways/bitcoin/{CryptoAddress.objects.get().pk}/"
    assert WITNESS in text_of(desk.get(page))

    desk.post(page, {"label": "Ours", "address": TO_A_KEY})
    assert CryptoAddress.objects.get().address == WITNESS
    apply_due_changes(JUNE + timedelta(days=3))
    assert CryptoAddress.objects.get().address == TO_A_KEY

    desk.post(page, {"take-away": "1"})
    apply_due_changes(JUNE + timedelta(days=3))
    assert CryptoAddress.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"address": WITNESS[:-1] + "5"}, "This address cannot be right"),
        ({"address": WITNESS.replace("a", "\u0430")}, "This address cannot be right"),
        ({"address": "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"}, "This address cannot be right"),
        ({"address": ""}, "This field is required."),
        ({"label": ""}, "This field is required."),
    ],
)
def test_a_bitcoin_address_that_cannot_be_right_is_refused_and_kept_as_typed(desk, typed, sentence):
    response = desk.post(NEW_ADDRESS, {"label": "Keep this", "address": WITNESS} | typed)

    shown = text_of(response)
    assert (response.status_code, CryptoAddress.objects.count(), sentence in shown) == (422, 0, True)
    assert typed.get("address", WITNESS) in shown


def test_an_address_readers_are_shown_already_is_not_added_again(desk):
    desk.post(NEW_ADDRESS, {"label": "Ours", "address": WITNESS})

    assert desk.post(NEW_ADDRESS, {"label": "Ours too", "address": WITNESS}).status_code == 422


def test_readers_see_the_old_account_until_the_change_is_in_force(desk, client):
    make_bank_details()
    make_drive(currency="EUR")
    desk.post(BANK_PAGE, {"holder": "Somebody", "iban": ANOTHER_IBAN})

    page = desk.post("/give/", {"amount": "5"}, headers={"Sec-Fetch-Site": "same-origin"})["Location"]

    assert "DE89 3704 0044 0532 0130 00" in text_of(desk.get(page))
    apply_due_changes(JUNE + timedelta(days=3))
    assert "AT61 1904 3002 3457 3201" in text_of(desk.get(page))
