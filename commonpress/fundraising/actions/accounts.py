"""Changing where readers' money goes: the only writer of the bank account and the crypto addresses.

What is first is set at once. Everything later is a proposal: another owner agrees and a day passes, or, where
there is one owner, three days pass. Everybody who keeps the books is told of each step and may call it off.
See docs/decisions/0012.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.fundraising import rules
from commonpress.fundraising.errors import (
    AlreadyProposed,
    ChangeIsSettled,
    NeedsAnotherOwner,
    NothingChanges,
)
from commonpress.fundraising.models.account_change import AccountChange, AccountEvent
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.queries import accounts, people
from commonpress.fundraising.tasks import tell_of_account, tell_open_pledges
from commonpress.lib.refusals import require

Subject = AccountChange.Subject
State = AccountChange.State
What = AccountEvent.What

AFTER_ANOTHER_OWNER = timedelta(hours=24)
WITH_ONE_OWNER = timedelta(hours=72)
# Longer, and who agrees no longer knows what it was about.
WAITS_FOR_AN_OWNER = timedelta(days=14)


@transaction.atomic
def set_first_account(subject: Subject, becomes: dict[str, str], *, by: Person | None) -> AccountChange:
    """Show readers their first account of a kind. `by` is None for a demo.

    Raises AlreadyProposed when another one was there before, or just now.
    """
    require(accounts.may_be_set_at_once(subject), AlreadyProposed)
    now = timezone.now()
    try:
        with transaction.atomic():
            change = AccountChange.objects.create(
                subject=subject,
                becomes=becomes,
                state=State.APPLIED,
                is_first=True,
                needs_approval=False,
                proposed_by=by,
                proposed_at=now,
                takes_effect_at=now,
                settled_at=now,
            )
    except IntegrityError:
        raise AlreadyProposed from None
    put(change)
    event = note(change, What.FIRST, by)
    if by is not None:
        tell_of_account.enqueue(event.pk)
    return change


@transaction.atomic
def propose_change(
    subject: Subject,
    becomes: dict[str, str],
    *,
    by: Person,
    address: CryptoAddress | None = None,
    once_key: str | None = None,
) -> AccountChange:
    """Propose another account than the one that stands, one more address, or, with nothing in `becomes`, none.

    Raises AlreadyProposed while another change of the kind is open, NothingChanges when it stands so already.
    """
    if once_key is not None and (standing := AccountChange.objects.filter(once_key=once_key).first()):
        require((standing.subject, standing.becomes) == (subject, becomes), AlreadyProposed)
        return standing
    stood = accounts.stands(subject, address)
    require(becomes != stood, NothingChanges)
    owners = sorted(person.pk for person in people.owners())
    needs_approval = len(owners) > 1
    now = timezone.now()
    try:
        with transaction.atomic():
            change = AccountChange.objects.create(
                subject=subject,
                crypto_address=address,
                stood=stood,
                becomes=becomes,
                state=State.WAITING if needs_approval else State.DUE,
                needs_approval=needs_approval,
                owners=owners,
                proposed_by=by,
                proposed_at=now,
                takes_effect_at=None if needs_approval else now + WITH_ONE_OWNER,
                once_key=once_key,
            )
    except IntegrityError:
        raise AlreadyProposed from None
    note_and_tell(change, What.PROPOSED, by)
    return change


@transaction.atomic
def approve_change(change: AccountChange, *, by: Person) -> AccountChange:
    """Agree to a change as another owner; it takes effect a day later. Agreeing twice is agreeing once.

    Raises ChangeIsSettled, or NeedsAnotherOwner for whoever proposed it and for who became an owner since.
    """
    change = AccountChange.objects.select_for_update().get(pk=change.pk)
    require(rules.may_approve(by, change), NeedsAnotherOwner)
    if change.state == State.DUE and change.approved_by_id == by.pk:
        return change
    require(change.state == State.WAITING, ChangeIsSettled)
    now = timezone.now()
    change.state = State.DUE
    change.approved_by = by
    change.approved_at = now
    # A clock that was put back must not make the day shorter.
    change.takes_effect_at = max(now, change.proposed_at) + AFTER_ANOTHER_OWNER
    change.save(update_fields=["state", "approved_by", "approved_at", "takes_effect_at"])
    note_and_tell(change, What.APPROVED, by)
    return change


@transaction.atomic
def call_off_change(change: AccountChange, *, by: Person) -> AccountChange:
    """Drop a change that is not in force yet. Calling off twice is calling off once.

    Raises ChangeIsSettled when it is in force.
    """
    change = AccountChange.objects.select_for_update().get(pk=change.pk)
    if change.state == State.CALLED_OFF:
        return change
    require(change.is_open, ChangeIsSettled)
    drop(change, What.CALLED_OFF, by)
    return change


def apply_due_changes(now: datetime) -> int:
    """Carry out what is due, drop what nobody agreed to in time; return how many changes took effect."""
    due = AccountChange.objects.filter(state=State.DUE, takes_effect_at__lte=now)
    stale = AccountChange.objects.filter(state=State.WAITING, proposed_at__lte=now - WAITS_FOR_AN_OWNER)
    applied = sum(apply_change(pk, now) for pk in list(due.values_list("pk", flat=True)))
    for pk in list(stale.values_list("pk", flat=True)):
        let_lapse(pk, now)
    return applied


@transaction.atomic
def apply_change(pk: int, now: datetime) -> bool:
    change = AccountChange.objects.select_for_update().get(pk=pk)
    # Another job may have carried it out, or somebody called it off, while the list was being worked through.
    if change.state != State.DUE or change.takes_effect_at is None or change.takes_effect_at > now:
        return False
    if accounts.stands(Subject(change.subject), change.crypto_address) != change.stood:
        drop(change, What.OVERTAKEN, None)
        return False
    change.state = State.APPLIED
    change.settled_at = now
    change.save(update_fields=["state", "settled_at"])
    put(change)
    note_and_tell(change, What.APPLIED, None)
    if change.subject == Subject.BANK:
        tell_open_pledges.enqueue(change.pk)
    return True


@transaction.atomic
def let_lapse(pk: int, now: datetime) -> None:
    change = AccountChange.objects.select_for_update().get(pk=pk)
    if change.state == State.WAITING and change.proposed_at <= now - WAITS_FOR_AN_OWNER:
        drop(change, What.LAPSED, None)


def put(change: AccountChange) -> None:
    """Write what a change in force says."""
    if change.subject == Subject.BANK:
        if change.takes_away:
            BankDetails.objects.filter(pk=1).delete()
        else:
            BankDetails(pk=1, **change.becomes).save()
    elif change.crypto_address is None:
        CryptoAddress.objects.create(**change.becomes)
    elif change.takes_away:
        change.crypto_address.delete()
    else:
        CryptoAddress.objects.filter(pk=change.crypto_address.pk).update(**change.becomes)
    # Shown on the giving page only, which is a page of the publication like any other.
    changed("publication")


def drop(change: AccountChange, what: What, by: Person | None) -> None:
    change.state = State.CALLED_OFF
    change.settled_at = timezone.now()
    change.save(update_fields=["state", "settled_at"])
    note_and_tell(change, what, by)


def note(change: AccountChange, what: What, by: Person | None) -> AccountEvent:
    """Add a line to the audit."""
    return AccountEvent.objects.create(change=change, what=what, by=by, by_name=by.get_full_name() if by else "")


def note_and_tell(change: AccountChange, what: What, by: Person | None) -> None:
    """Add a line to the audit, and have everybody who keeps the books told."""
    tell_of_account.enqueue(note(change, what, by).pk)
