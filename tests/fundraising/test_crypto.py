"""Bitcoin: shown, told of, looked up, and booked once for each transaction."""

import re

import pytest
import time_machine
import zxingcpp
from django.core import mail
from django.core.cache import cache
from html5lib import HTMLParser

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.crypto import (
    choose_sender,
    confirm_transfer,
    dismiss_transfer,
    tell_of_transfer,
)
from commonpress.fundraising.errors import TransferHasSender, TransferIsReceived
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.models.crypto_transfer import CryptoTransfer
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books, meters
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.models import Letter
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_bank_details, make_drive, make_gift, make_supporter
from tests.fundraising.qr_pictures import picture_of
from tests.fundraising.responses import text_of
from tests.fundraising.test_bitcoin import TAPROOT, WITNESS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
OURS = {"Sec-Fetch-Site": "same-origin"}
TRANSACTION, ANOTHER = "ab" * 32, "cd" * 32
PAGE, DESK = "/give/bitcoin/", "/admin/fundraising/bitcoin/"


@pytest.fixture(autouse=True)
def _in_june():
    cache.clear()
    Publication.objects.update_or_create(pk=1, defaults={"name": "The Alder & Co"})
    with time_machine.travel(JUNE, tick=False):
        yield


def make_address(address=WITNESS, label="Ours"):
    return CryptoAddress.objects.create(label=label, address=address)


def told(transaction=TRANSACTION, **fields):
    address = CryptoAddress.objects.first() or make_address()
    return tell_of_transfer(address, transaction_id=transaction, **fields)


def confirm(transfer, drive, minor=42_00):
    by = make_person("", Role.TREASURER)
    return confirm_transfer(transfer, drive=drive, amount=Money(minor, drive.currency), occurred_at=JUNE, by=by)


def send(client, **typed):
    return client.post(PAGE, typed, headers=OURS)


def test_the_page_shows_each_address_with_a_code_without_an_amount(client):
    make_drive(title="The reporting fund")
    make_address()
    make_address(TAPROOT, "The old one")

    response = client.get(PAGE)

    html = response.content.decode()
    HTMLParser(strict=True).parse(html)
    codes = [
        zxingcpp.read_barcodes(picture_of(svg))[0].text for svg in re.findall(r"<svg.*?</svg>", html) if "qrline" in svg
    ]
    assert codes == [
        f"bitcoin:{address}?label=The%20Alder%20%26%20Co&message=The%20reporting%20fund"
        for address in (WITNESS, TAPROOT)
    ]
    assert (WITNESS in html, TAPROOT in html, response.cookies, "csrf" in html) == (True, True, {}, False)


@pytest.mark.parametrize("missing", ["drive", "address"])
def test_without_a_drive_or_an_address_there_is_no_such_page(client, missing):
    if missing == "address":
        make_drive()
    else:
        make_address()

    assert client.get(PAGE).status_code == 404
    assert send(client, transaction=TRANSACTION).status_code == 404


def test_a_supporter_tells_of_a_transaction_and_nothing_is_counted_yet(client, run_jobs):
    treasurer = make_person("", Role.TREASURER)
    drive = make_drive()
    address = make_address()

    response = send(client, transaction=f" {TRANSACTION.upper()} ", email="ada@example.org")
    run_jobs()

    transfer = CryptoTransfer.objects.get()
    assert response["Location"] == f"/give/bitcoin/{transfer.public_id}/"
    assert (transfer.transaction_id, transfer.address, transfer.sent_to, transfer.state, emails_told(transfer)) == (
        *(TRANSACTION, address, WITNESS, "announced"),
        ["ada@example.org"],
    )
    page = client.get(response["Location"])
    assert "Thank you. We look for it now." in text_of(page)
    assert ("no-store" in page["Cache-Control"], page["X-Robots-Tag"], "ada@" in text_of(page)) == (
        True,
        "noindex",
        False,
    )
    assert meters.meter(drive, JUNE).received == Money(0, "EUR")
    assert [(letter.to, TRANSACTION in letter.body) for letter in mail.outbox] == [([treasurer.email], True)]


def test_the_same_transaction_told_again_is_the_one_that_stands(client, run_jobs):
    make_person("", Role.TREASURER)
    make_drive()
    make_address()

    first = send(client, transaction=TRANSACTION, email="ada@example.org")
    again = send(client, transaction=TRANSACTION.upper(), email="eve@example.org")
    run_jobs()

    assert first["Location"] == again["Location"]
    assert (CryptoTransfer.objects.count(), len(mail.outbox)) == (1, 1)


def test_everybody_who_tells_of_a_transaction_is_kept_each_address_once():
    for email in ["eve@example.org", "ada@example.org", "EVE@example.org", "", ""]:
        told(email=email)
    told(by=make_person("", Role.TREASURER))

    assert emails_told(CryptoTransfer.objects.get()) == ["eve@example.org", "ada@example.org", ""]


def emails_told(transfer):
    return [teller.address for teller in transfer.tellers.all()]


def test_who_reads_the_chain_and_tells_first_does_not_get_the_receipt(run_jobs):
    drive = make_drive()
    told(email="eve@example.org")
    transfer = told(email="ada@example.org")

    gift = confirm(transfer, drive)
    run_jobs()

    assert (gift.supporter, mail.outbox, meters.meter(drive, JUNE).received) == (None, [], Money(42_00, "EUR"))


def test_nor_does_who_tells_with_an_address_after_the_sender_told_without_one():
    told()

    assert confirm(told(email="eve@example.org"), make_drive()).supporter is None


@pytest.mark.parametrize("when", ["as it is booked", "afterwards"])
def test_staff_see_all_who_told_and_choose_whose_gift_it_is(desk, run_jobs, when):
    drive = make_drive()
    told(email="eve@example.org")
    transfer = told(email="ada@example.org")
    page = f"{DESK}{transfer.public_id}/"
    sender = {"sender": transfer.tellers.last().pk}
    typed = {"drive": drive.pk, "received_on": "2021-06-09", "amount": "42"}
    looked = text_of(desk.get(page))

    if when == "afterwards":
        desk.post(page, typed)
        assert "nobody’s yet" in text_of(desk.get(page))
        assert desk.post(page, {"sender": ""}).status_code == 422
        typed = {}
    desk.post(page, typed | sender)
    run_jobs()

    assert ("eve@example.org; ada@example.org" in looked, "Everybody can read the id" in looked) == (True, True)
    assert Gift.objects.get().supporter.email == "ada@example.org"
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]
    assert "<form" not in text_of(desk.get(page)).split("Whose gift it is")[1]


def test_a_gift_that_is_somebodys_is_given_to_nobody_else():
    told(email="eve@example.org")
    transfer = told(email="ada@example.org")
    eve, ada = transfer.tellers.all()
    confirm(transfer, make_drive())
    choose_sender(transfer, ada)

    with pytest.raises(TransferHasSender):
        choose_sender(transfer, eve)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"transaction": ""}, "Write the transaction id your wallet shows."),
        ({"transaction": "ab" * 31}, "A transaction id has 64 characters"),
        ({"transaction": WITNESS}, "it is not the address"),
        ({"transaction": "zz" * 32}, "A transaction id has 64 characters"),
        ({"transaction": "a" * 201}, "at most 200 characters"),
        ({"transaction": TRANSACTION, "email": "ada"}, "Write an e-mail address, as in ada@example.org."),
        ({"transaction": TRANSACTION, "address": "9999"}, "Select a valid choice"),
    ],
)
def test_a_bad_value_gets_a_sentence_and_what_was_typed_is_kept(client, typed, sentence):
    make_drive()
    make_address()
    make_address(TAPROOT, "More")

    response = send(client, **{"address": str(CryptoAddress.objects.last().pk), "email": "keep@example.org", **typed})

    shown = text_of(response)
    assert (response.status_code, CryptoTransfer.objects.count()) == (422, 0)
    assert sentence in shown
    assert typed.get("email", "keep@example.org") in shown
    assert typed["transaction"] in shown


def test_where_there_are_several_addresses_it_is_asked_which(client):
    make_drive()
    make_address()
    second = make_address(TAPROOT, "More")

    unsaid = send(client, transaction=TRANSACTION)
    assert (unsaid.status_code, "Say to which address you sent it." in text_of(unsaid)) == (422, True)
    send(client, transaction=TRANSACTION, address=str(second.pk))
    assert CryptoTransfer.objects.get().sent_to == TAPROOT


def test_the_sixth_in_a_row_from_one_place_has_to_wait_but_not_one_told_before(client):
    make_drive()
    make_address()
    statuses = [send(client, transaction=f"{number:064x}").status_code for number in range(6)]
    statuses.append(send(client, transaction=f"{0:064x}").status_code)
    statuses.append(send(client, transaction=f"{0:064x}", email="eve@example.org").status_code)

    assert statuses == [302] * 5 + [429, 302, 429]


def test_what_staff_found_is_booked_with_what_it_was_worth_and_the_supporter_thanked(run_jobs):
    drive = make_drive()
    gift = confirm(told(email="ada@example.org"), drive)
    run_jobs()

    assert (gift.amount, gift.source, gift.note) == (Money(42_00, "EUR"), Gift.Source.CRYPTO, f"Bitcoin {TRANSACTION}")
    assert meters.meter(drive, JUNE).received == Money(42_00, "EUR") == books.received_by_book(drive, "2021-06")
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]


def test_a_transaction_is_booked_once_whoever_tells_and_confirms_it_how_often():
    drive = make_drive()
    transfer = told()

    first = confirm(transfer, drive)
    again = confirm(CryptoTransfer.objects.get(), drive, 99_00)
    told_again = confirm(told(email="eve@example.org"), drive, 7_00)

    assert first == again == told_again
    assert (Gift.objects.count(), meters.meter(drive, JUNE).received) == (1, Money(42_00, "EUR"))


def test_who_gave_before_from_the_same_address_is_the_same_supporter():
    drive = make_drive()
    known = make_supporter(email="ada@example.org")
    make_gift(drive, supporter=known)

    gift = confirm(told(email="Ada@example.org"), drive)

    assert (gift.supporter, Supporter.objects.count()) == (known, 1)


def test_what_was_put_aside_is_still_booked_when_it_turns_up_and_what_is_booked_is_not_put_aside():
    drive = make_drive()
    transfer = told()
    treasurer = make_person("", Role.TREASURER)
    dismiss_transfer(transfer, by=treasurer)
    assert dismiss_transfer(transfer, by=treasurer).state == "dismissed"

    confirm(transfer, drive)

    with pytest.raises(TransferIsReceived):
        dismiss_transfer(transfer, by=treasurer)
    assert meters.meter(drive, JUNE).received == Money(42_00, "EUR")


def test_what_was_sent_to_an_address_that_was_taken_away_since_is_still_booked():
    drive = make_drive()
    transfer = told()
    CryptoAddress.objects.all().delete()

    confirm(CryptoTransfer.objects.get(), drive)

    transfer.refresh_from_db()
    assert (transfer.sent_to, transfer.address, Gift.objects.count()) == (WITNESS, None, 1)


def test_staff_look_it_up_in_a_list_and_enter_its_worth(desk):
    drive = make_drive()
    transfer = told(email="ada@example.org")
    assert transfer.short_id in text_of(desk.get(DESK))
    page = f"{DESK}{transfer.public_id}/"
    assert ("ada@example.org" in text_of(desk.get(page)), TRANSACTION in text_of(desk.get(page))) == (True, True)

    typed = {"drive": drive.pk, "received_on": "2021-06-09"}
    refused = desk.post(page, typed | {"amount": "10.999"})
    taken = desk.post(page, typed | {"amount": "42"})

    assert (refused.status_code, taken.status_code, Gift.objects.count()) == (422, 302, 1)
    assert "EUR has 2 decimals at most." in text_of(refused)
    assert "€42" in text_of(desk.get(page))
    assert desk.post(page, typed | {"amount": "99"}).status_code == 302
    assert Gift.objects.count() == 1


def test_staff_put_aside_what_never_came(desk):
    make_drive()
    transfer = told()

    desk.post(f"{DESK}{transfer.public_id}/", {"dismiss": "1"})

    transfer.refresh_from_db()
    assert transfer.state == "dismissed"
    assert "We have not found this transaction." in text_of(desk.get(f"/give/bitcoin/{transfer.public_id}/"))


def test_staff_enter_a_transaction_nobody_told_of_without_being_written_to(desk, run_jobs):
    make_drive()
    address = make_address()

    response = desk.post(f"{DESK}new/", {"address": address.pk, "transaction": ANOTHER})
    run_jobs()

    assert response["Location"] == f"{DESK}{CryptoTransfer.objects.get().public_id}/"
    assert Letter.objects.count() == 0
    assert desk.post(f"{DESK}new/", {"address": address.pk, "transaction": "x"}).status_code == 422


def test_a_gift_entered_by_hand_cannot_say_it_came_over_a_chain(desk):
    drive = make_drive()
    form = {"drive": drive.pk, "amount": "25", "received_on": "2021-06-10"}

    refused = desk.post("/admin/fundraising/gifts/new/", form | {"source": "crypto"})

    assert (refused.status_code, Gift.objects.count()) == (422, 0)


def test_the_giving_page_offers_the_transfer_first_and_then_bitcoin(client):
    make_drive()
    make_bank_details()
    make_address()

    shown = text_of(client.get("/give/"))

    assert 0 < shown.index('name="amount"') < shown.index("In bitcoin") < shown.index('href="/give/bitcoin/"')


def test_with_bitcoin_alone_giving_is_not_closed_but_a_pledge_is_refused(client):
    make_drive()
    make_address()

    shown = text_of(client.get("/give/"))
    refused = client.post("/give/", {"amount": "5"}, headers=OURS)

    assert ('href="/give/bitcoin/"' in shown, 'name="amount"' in shown, "Giving is" in shown) == (True, False, False)
    assert (refused.status_code, "Other ways stand on the page for giving." in text_of(refused)) == (409, True)
