"""Where readers' money goes is changed by two owners and a day, or by one and three days, and never by the way."""

from datetime import timedelta

import pytest

from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.accounts import approve_change, call_off_change, propose_change, set_first_account
from commonpress.fundraising.errors import AlreadyProposed, ChangeIsSettled, NeedsAnotherOwner, NothingChanges
from commonpress.fundraising.models.account_change import AccountChange
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.queries import accounts
from tests.factories.accounts import make_person
from tests.factories.fundraising import IBAN, make_bank_details, make_drive, make_gift, promise
from tests.fundraising.account_changes import (
    A_DAY,
    AN_HOUR,
    ANOTHER,
    ANOTHER_IBAN,
    BANK,
    CRYPTO,
    EMPTY,
    after,
    iban,
    written,
)
from tests.fundraising.test_bitcoin import TAPROOT, TO_A_KEY, WITNESS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("clock")]


def test_the_first_account_stands_at_once_and_is_written_down(tess):
    change = set_first_account(BANK, ANOTHER, by=tess)

    assert (iban(), change.state, written(change)) == (ANOTHER_IBAN, "applied", [("first", "Tess")])


def test_a_second_first_account_is_refused(tess):
    set_first_account(BANK, ANOTHER, by=tess)

    with pytest.raises(AlreadyProposed):
        set_first_account(BANK, EMPTY | {"holder": "A thief", "iban": IBAN}, by=tess)

    assert iban() == ANOTHER_IBAN


def test_an_account_that_was_taken_away_is_not_followed_by_a_first_one(olive, clock):
    make_bank_details()
    propose_change(BANK, {}, by=olive)
    assert after(clock, 3 * A_DAY) == 1
    assert iban() is None

    with pytest.raises(AlreadyProposed):
        set_first_account(BANK, ANOTHER, by=olive)


def test_the_first_address_is_set_at_once_beside_an_account_until_something_was_given(tess):
    make_bank_details()
    drive = make_drive()
    assert accounts.may_be_set_at_once(CRYPTO)

    promise(drive)

    assert not accounts.may_be_set_at_once(CRYPTO)
    with pytest.raises(AlreadyProposed):
        set_first_account(CRYPTO, {"label": "Ours", "kind": "bitcoin", "address": WITNESS}, by=tess)


def test_with_two_owners_a_change_waits_for_the_other_one_and_then_a_day(olive, owen, clock):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)
    assert (change.state, after(clock, 10 * A_DAY), iban()) == ("waiting", 0, IBAN)

    approve_change(change, by=owen)

    assert (after(clock, A_DAY - timedelta(seconds=1)), iban()) == (0, IBAN)
    assert (after(clock, timedelta(seconds=1)), iban()) == (1, ANOTHER_IBAN)
    assert after(clock, A_DAY) == 0
    assert written(change) == [("proposed", "Olive"), ("approved", "Owen"), ("applied", "")]


def test_with_one_owner_a_change_waits_three_days(olive, tess, clock):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=tess)

    assert (change.state, after(clock, 3 * A_DAY - timedelta(seconds=1)), iban()) == ("due", 0, IBAN)
    assert (after(clock, timedelta(seconds=1)), iban()) == (1, ANOTHER_IBAN)


def test_what_a_treasurer_proposes_one_of_two_owners_may_agree_to(olive, owen, tess, clock):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=tess)

    approve_change(change, by=olive)

    assert (after(clock, A_DAY), iban()) == (1, ANOTHER_IBAN)


def test_nobody_agrees_to_their_own_proposal_whatever_other_roles_they_have(olive, owen):
    make_bank_details()
    both = make_person("both@paper.example", Role.OWNER, Role.TREASURER)
    change = propose_change(BANK, ANOTHER, by=both)

    with pytest.raises(NeedsAnotherOwner):
        approve_change(change, by=Person.objects.get(pk=both.pk))

    assert AccountChange.objects.get().state == "waiting"


def test_a_treasurer_agrees_to_nothing(olive, owen, tess):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)

    with pytest.raises(NeedsAnotherOwner):
        approve_change(change, by=tess)


def test_whoever_becomes_an_owner_after_the_proposal_cannot_agree_to_it(olive, owen):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)

    puppet = make_person("puppet@paper.example", Role.OWNER)

    with pytest.raises(NeedsAnotherOwner):
        approve_change(change, by=puppet)


def test_who_is_no_owner_any_more_cannot_agree(olive, owen):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)
    owen.groups.clear()

    with pytest.raises(NeedsAnotherOwner):
        approve_change(change, by=Person.objects.get(pk=owen.pk))


def test_an_owner_who_leaves_does_not_make_the_other_one_enough(olive, owen, clock):
    make_bank_details()
    propose_change(BANK, ANOTHER, by=olive)
    owen.groups.clear()

    assert (after(clock, 10 * A_DAY), iban()) == (0, IBAN)


def test_what_nobody_agreed_to_in_two_weeks_lapses(olive, owen, clock):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)

    after(clock, 14 * A_DAY)

    with pytest.raises(ChangeIsSettled):
        approve_change(change, by=owen)
    assert written(change)[-1] == ("lapsed", "")


def test_anybody_who_keeps_the_books_calls_a_change_off_until_it_is_in_force(olive, owen, tess, clock):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)
    approve_change(change, by=owen)

    call_off_change(change, by=tess)
    call_off_change(change, by=owen)

    assert (after(clock, 10 * A_DAY), iban()) == (0, IBAN)
    assert written(change)[-1] == ("called_off", "Tess")


def test_what_is_in_force_is_not_called_off_and_what_is_called_off_not_agreed_to(olive, owen, clock):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)
    call_off_change(change, by=olive)
    with pytest.raises(ChangeIsSettled):
        approve_change(change, by=owen)

    another = propose_change(BANK, ANOTHER, by=olive)
    approve_change(another, by=owen)
    after(clock, A_DAY)
    with pytest.raises(ChangeIsSettled):
        call_off_change(another, by=olive)


def test_agreeing_twice_is_agreeing_once_and_does_not_begin_the_day_anew(olive, owen, clock):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)
    approve_change(change, by=owen)
    clock.shift(23 * AN_HOUR)

    approve_change(change, by=owen)

    assert after(clock, AN_HOUR) == 1


def test_one_change_is_open_at_a_time_so_that_two_tabs_show_the_same(olive, owen):
    make_bank_details()
    propose_change(BANK, ANOTHER, by=olive)

    with pytest.raises(AlreadyProposed):
        propose_change(BANK, ANOTHER | {"iban": "BE68539007547034"}, by=owen)


def test_the_same_form_sent_twice_proposes_once(olive):
    make_bank_details()

    first = propose_change(BANK, ANOTHER, by=olive, once_key="the-same-form")

    assert propose_change(BANK, ANOTHER, by=olive, once_key="the-same-form") == first
    with pytest.raises(AlreadyProposed):
        propose_change(BANK, EMPTY | {"holder": "X", "iban": IBAN}, by=olive, once_key="the-same-form")


def test_what_stands_already_is_not_proposed(olive):
    make_bank_details()

    with pytest.raises(NothingChanges):
        propose_change(BANK, accounts.stands(BANK), by=olive)


def test_a_clock_put_back_makes_no_wait_shorter(olive, owen, clock):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)
    clock.shift(-5 * A_DAY)

    approve_change(change, by=owen)

    assert (after(clock, A_DAY), iban()) == (0, IBAN)
    assert (after(clock, 5 * A_DAY), iban()) == (1, ANOTHER_IBAN)


def test_an_account_that_was_another_one_meanwhile_is_left_alone(olive, clock):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)
    make_bank_details(iban="BE68539007547034")

    assert (after(clock, 3 * A_DAY), iban()) == (0, "BE68539007547034")
    assert written(change)[-1] == ("overtaken", "")


def test_addresses_are_added_changed_and_taken_away_by_the_same_rule(olive, owen, clock):
    set_first_account(CRYPTO, {"label": "Ours", "kind": "bitcoin", "address": WITNESS}, by=olive)
    ours = CryptoAddress.objects.get()
    shown = [[WITNESS]]
    for becomes, address in [
        ({"label": "More", "kind": "bitcoin", "address": TAPROOT}, None),
        ({"label": "Ours", "kind": "bitcoin", "address": TO_A_KEY}, ours),
        ({}, ours),
    ]:
        change = propose_change(CRYPTO, becomes, by=olive, address=address)
        after(clock, A_DAY)
        shown.append(list(CryptoAddress.objects.values_list("address", flat=True)))
        approve_change(change, by=owen)
        after(clock, A_DAY)
        shown.append(list(CryptoAddress.objects.values_list("address", flat=True)))

    assert shown == [
        [WITNESS],
        [WITNESS],
        [WITNESS, TAPROOT],
        [WITNESS, TAPROOT],
        [TO_A_KEY, TAPROOT],
        [TO_A_KEY, TAPROOT],
        [TAPROOT],
    ]


def test_a_gift_given_already_does_not_keep_the_very_first_account_from_being_set(tess):
    make_gift(make_drive())

    set_first_account(BANK, ANOTHER, by=tess)

    assert iban() == ANOTHER_IBAN
