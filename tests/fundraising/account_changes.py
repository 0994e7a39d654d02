"""Another account and another address to propose, and what came of it."""

from datetime import timedelta

from django.utils import timezone

from commonpress.fundraising.actions.accounts import apply_due_changes
from commonpress.fundraising.models.account_change import AccountChange
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.queries import accounts

BANK, CRYPTO = AccountChange.Subject.BANK, AccountChange.Subject.CRYPTO
ANOTHER_IBAN = "AT611904300234573201"
EMPTY = dict.fromkeys(accounts.BANK_FIELDS, "")
ANOTHER = EMPTY | {"holder": "Somebody", "iban": ANOTHER_IBAN}
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)


def iban():
    bank = BankDetails.load()
    return bank.iban if bank else None


def after(clock, wait):
    clock.shift(wait)
    return apply_due_changes(timezone.now())


def written(change):
    return list(change.events.order_by("pk").values_list("what", "by_name"))
