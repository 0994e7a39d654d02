"""A promise is reminded of once, and only where its first letter could go."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from commonpress.accounts.erasing import erase
from commonpress.fundraising.actions.pledges import (
    cancel_pledge,
    confirm_pledge,
    expire_pledges,
    remind_of,
    remind_of_pledges,
)
from commonpress.fundraising.effects import pledges as pledge_effects
from commonpress.fundraising.references import creditor_reference, grouped
from commonpress.notices.models import Letter
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_bank_details, make_drive, promise
from tests.fundraising.test_swiss import SWISS_IBAN

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TEN_DAYS = timedelta(days=10)


@pytest.fixture(autouse=True)
def clock():
    make_bank_details()
    with time_machine.travel(JUNE, tick=False) as clock:
        yield clock


def reminders():
    return Letter.objects.filter(kind="pledge_reminder")


def test_after_ten_days_the_giver_is_reminded_once_with_the_same_instructions_and_nothing_they_typed(clock, run_jobs):
    pledge = promise(make_drive(), 30_00, email="ada@example.org", public_name="Ada", message="Go & <b>on</b>")
    run_jobs()

    clock.shift(TEN_DAYS - timedelta(seconds=1))
    assert remind_of_pledges(timezone.now()) == 0
    clock.shift(1)
    assert [remind_of_pledges(timezone.now()) for _hour in range(3)] == [1, 0, 0]
    run_jobs()

    letter = mail.outbox[-1]
    assert (reminders().count(), letter.to, pledge.grouped_reference in letter.subject) == (
        1,
        ["ada@example.org"],
        True,
    )
    cancel = f"/give/{pledge.public_id}/cancel/{pledge.cancel_token}/"
    for fact in ["€30", "DE89 3704 0044 0532 0130 00", f"/give/{pledge.public_id}/", cancel, "July 10, 2021"]:
        assert fact in letter.body
    assert ("Ada" in letter.body, "Go" in letter.body) == (False, False)


def test_a_reminder_goes_once_whatever_crashes(clock, run_jobs):
    pledge = promise(make_drive(), email="ada@example.org")
    run_jobs()
    clock.shift(TEN_DAYS)

    # The job died after its letter was written, and is tried again; or before, and the clock strikes again.
    for _time in range(2):
        remind_of(pledge.pk, timezone.now())
        pledge_effects.pledge_still_open(pledge.pk)
    run_jobs()

    assert reminders().count() == 1


@pytest.mark.parametrize("how", [confirm_pledge, cancel_pledge, lambda pledge: expire_pledges(pledge.expires_at)])
def test_nobody_is_reminded_of_what_is_settled(how, clock, run_jobs):
    pledge = promise(make_drive(), email="ada@example.org")
    run_jobs()
    clock.shift(TEN_DAYS)
    remind_of_pledges(timezone.now())

    how(pledge)
    run_jobs()

    assert reminders().count() == 0


def test_nobody_is_reminded_whom_the_first_letter_could_not_reach(clock, run_jobs):
    drive = make_drive()
    for _pledge in range(5):
        promise(drive, email="victim@example.org")
    promise(drive)
    erased = promise(drive, email="gone@example.org")
    run_jobs()
    erase(make_person("gone@example.org"))
    clock.shift(TEN_DAYS)

    # Erasing took back the promise of who is gone.
    assert remind_of_pledges(timezone.now()) == 6
    run_jobs()

    erased.refresh_from_db()
    assert list(reminders().values_list("to", flat=True)) == ["victim@example.org"]


def test_without_an_account_there_is_nothing_to_remind_of(clock, run_jobs):
    promise(make_drive(), email="ada@example.org")
    run_jobs()
    make_bank_details().delete()
    clock.shift(TEN_DAYS)

    remind_of_pledges(timezone.now())
    run_jobs()

    assert reminders().count() == 0


def test_where_the_account_is_swiss_letters_carry_the_creditor_reference(run_jobs):
    make_bank_details(iban=SWISS_IBAN)
    pledge = promise(make_drive(currency="CHF"), email="ada@example.org")

    run_jobs()

    reference = grouped(creditor_reference(pledge.reference))
    assert (reference in mail.outbox[-1].subject, reference in mail.outbox[-1].body) == (True, True)
