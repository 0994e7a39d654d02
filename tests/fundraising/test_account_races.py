"""An account is set first once, and a change carried out once, whoever is there at the same moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.accounts import (
    apply_change,
    approve_change,
    call_off_change,
    propose_change,
    set_first_account,
)
from commonpress.fundraising.actions.crypto import confirm_transfer, tell_of_transfer
from commonpress.fundraising.actions.links import count_month, import_rows
from commonpress.fundraising.elsewhere import Row
from commonpress.fundraising.models.account_change import AccountChange
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.models.crypto_transfer import CryptoTransfer
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.giving_link import GivingLink
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books
from tests.factories.accounts import make_person
from tests.factories.fundraising import IBAN, JUNE, make_bank_details, make_drive
from tests.fundraising.account_changes import ANOTHER, ANOTHER_IBAN, BANK, EMPTY
from tests.fundraising.test_bitcoin import WITNESS
from tests.fundraising.test_races import at_once

pytestmark = [pytest.mark.commits, pytest.mark.both_databases]
A_WEEK_ON = timezone.now() + timedelta(days=7)


def names(results):
    return sorted(type(result).__name__ for result in results)


def test_of_two_first_accounts_set_at_once_one_stands():
    tess = make_person("", Role.TREASURER)

    results = at_once(
        lambda: set_first_account(BANK, ANOTHER, by=tess),
        lambda: set_first_account(BANK, EMPTY | {"holder": "Else", "iban": IBAN}, by=tess),
    )

    assert names(results) == ["AccountChange", "AlreadyProposed"]
    assert BankDetails.load().iban == AccountChange.objects.get().becomes["iban"]


def test_two_jobs_at_once_carry_a_change_out_once():
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=make_person("", Role.OWNER))

    results = at_once(*[lambda: apply_change(change.pk, A_WEEK_ON)] * 4)

    assert sorted(results) == [False, False, False, True]
    assert (BankDetails.load().iban, change.events.filter(what="applied").count()) == (ANOTHER_IBAN, 1)


def test_a_change_called_off_while_it_is_carried_out_is_one_or_the_other():
    make_bank_details()
    olive = make_person("", Role.OWNER)
    change = propose_change(BANK, ANOTHER, by=olive)

    at_once(lambda: apply_change(change.pk, A_WEEK_ON), lambda: call_off_change(change, by=olive))

    change.refresh_from_db()
    assert (change.state, BankDetails.load().iban) in {("applied", ANOTHER_IBAN), ("called_off", IBAN)}


def test_two_owners_agreeing_at_once_are_one_agreement():
    make_bank_details()
    owners = [make_person("", Role.OWNER) for _owner in range(3)]
    change = propose_change(BANK, ANOTHER, by=owners[0])

    results = at_once(*[lambda owner=owner: approve_change(change, by=owner) for owner in owners[1:]])

    assert names(results) == ["AccountChange", "ChangeIsSettled"]


def test_two_proposals_at_once_are_one():
    make_bank_details()
    olive = make_person("", Role.OWNER)

    results = at_once(*[lambda: propose_change(BANK, ANOTHER, by=olive)] * 2)

    assert names(results) == ["AccountChange", "AlreadyProposed"]


def test_one_transaction_told_of_and_confirmed_by_many_at_once_is_booked_once():
    drive = make_drive()
    address = CryptoAddress.objects.create(label="Ours", address=WITNESS)
    tess = make_person("", Role.TREASURER)

    told = at_once(*[lambda: tell_of_transfer(address, transaction_id="ab" * 32)] * 8)
    transfer = CryptoTransfer.objects.get()
    booked = at_once(
        *[lambda: confirm_transfer(transfer, drive=drive, amount=Money(5_00, "EUR"), occurred_at=JUNE, by=tess)] * 8
    )

    assert ({each.pk for each in told}, len({gift.pk for gift in booked})) == ({transfer.pk}, 1)
    assert books.received_by_book(drive, "2021-06") == Money(5_00, "EUR")


def test_one_months_sum_typed_by_two_at_once_is_counted_once():
    drive, tess = make_drive(), make_person("", Role.TREASURER)
    link = GivingLink.objects.create(name="Liberapay", address="https://liberapay.com/alder")

    at_once(
        *[
            lambda minor=minor: count_month(link, drive, month="2021-06", amount=Money(minor, "EUR"), by=tess)
            for minor in (5_00, 5_00, 7_00)
        ]
    )

    assert books.received_by_book(drive, "2021-06").minor in {5_00, 7_00}


def test_one_export_taken_in_by_two_at_once_is_booked_once():
    drive, tess = make_drive(), make_person("", Role.TREASURER)
    link = GivingLink.objects.create(name="Liberapay", address="https://liberapay.com/alder")
    rows = [Row(f"r{number}", JUNE, Money(1_00, "EUR")) for number in range(20)]

    results = at_once(*[lambda: import_rows(link, drive, rows, by=tess)] * 3)

    assert sorted(done.booked for done in results) == [0, 0, 20]
    assert Gift.objects.count() == 20
