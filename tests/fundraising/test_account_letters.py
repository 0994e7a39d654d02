"""Who is told when the account is to be another one."""

import pytest
from django.core import mail

from commonpress.accounts.rules import Role
from commonpress.fundraising.actions.accounts import approve_change, propose_change
from commonpress.fundraising.actions.pledges import cancel_pledge, confirm_pledge
from commonpress.fundraising.effects import accounts as account_effects
from commonpress.fundraising.effects import pledges as pledge_effects
from commonpress.fundraising.models.account_change import AccountChange, AccountEvent
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.models import Letter
from tests.factories.accounts import make_person
from tests.factories.fundraising import make_bank_details, make_drive, promise
from tests.fundraising.account_changes import A_DAY, ANOTHER, BANK, after

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("clock")]


def letters(kind="account_event"):
    return Letter.objects.filter(kind=kind)


def test_everyone_who_keeps_the_books_and_the_papers_own_address_are_told_of_each_step(
    olive, owen, tess, run_jobs, clock
):
    make_person("", Role.EDITOR)
    Publication.objects.update_or_create(pk=1, defaults={"name": "The Alder", "contact_email": "desk@alder.example"})
    make_bank_details()
    all_of_them = {olive.email, owen.email, tess.email, "desk@alder.example"}
    told = []

    change = propose_change(BANK, ANOTHER, by=tess)
    for act in [lambda: None, lambda: approve_change(change, by=owen), lambda: after(clock, A_DAY)]:
        act()
        run_jobs()
        told.append(set(letters().values_list("to", flat=True)))
        assert "AT61 1904 3002 3457 3201" in mail.outbox[-1].body
        Letter.objects.all().delete()

    assert told == [all_of_them] * 3


def test_a_letter_of_a_step_goes_once_however_often_its_job_runs(olive, run_jobs):
    make_bank_details()
    propose_change(BANK, ANOTHER, by=olive)

    for _time in range(2):
        account_effects.account_event(AccountEvent.objects.get().pk)

    assert letters().count() == 1


def test_open_pledges_are_told_once_when_the_account_is_another_one_and_not_which(olive, run_jobs, clock):
    make_bank_details()
    drive = make_drive()
    awaited, received, taken_back = (promise(drive, email=f"{who}@readers.example") for who in ("ada", "bo", "cy"))
    anonymous = promise(drive)
    run_jobs()
    confirm_pledge(received)
    cancel_pledge(taken_back)
    propose_change(BANK, ANOTHER, by=olive)
    run_jobs()
    assert letters("account_of_pledge_changed").count() == 0

    after(clock, 3 * A_DAY)
    run_jobs()
    account_effects.account_of_pledges_changed(AccountChange.objects.get().pk)

    assert (letters("account_of_pledge_changed").count(), anonymous.is_open) == (1, True)
    (letter,) = [letter for letter in mail.outbox if "another account" in letter.subject]
    assert letter.to == ["ada@readers.example"]
    assert awaited.grouped_reference in letter.subject
    assert f"/give/{awaited.public_id}/" in letter.body
    assert ("AT61" in letter.body, "DE89" in letter.body) == (False, False)


def test_a_mailbox_that_was_spared_letters_of_pledges_is_spared_this_one_too(olive, clock):
    make_bank_details()
    drive = make_drive()
    for _pledge in range(10):
        pledge_effects.pledge_made(promise(drive, email="victim@readers.example").pk)
    propose_change(BANK, ANOTHER, by=olive)
    after(clock, 3 * A_DAY)

    account_effects.account_of_pledges_changed(AccountChange.objects.get().pk)

    assert letters("account_of_pledge_changed").count() == 1
