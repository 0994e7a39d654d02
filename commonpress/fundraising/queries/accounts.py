"""Where readers' money goes, and what is proposed to be done about it."""

from django.db.models import QuerySet

from commonpress.fundraising.models.account_change import AccountChange, AccountEvent
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge

Subject = AccountChange.Subject

BANK_FIELDS = ("holder", "iban", "bic", "instructions", "street", "street_number", "postcode", "town", "country")
CRYPTO_FIELDS = ("label", "kind", "address")


def stands(subject: Subject, address: CryptoAddress | None = None) -> dict[str, str]:
    """Return the fields of the account as they are now; empty where there is none."""
    if subject == Subject.BANK:
        bank = BankDetails.load()
        return {name: getattr(bank, name) for name in BANK_FIELDS} if bank else {}
    found = CryptoAddress.objects.filter(pk=address.pk).first() if address else None
    return {name: getattr(found, name) for name in CRYPTO_FIELDS} if found else {}


def may_be_set_at_once(subject: Subject) -> bool:
    """Tell whether this would be the first account that readers are shown, so that none of them can be led astray.

    The first of a second kind is one as well, until something was given or promised.
    """
    return not _ever_had(subject) and (
        not any(_ever_had(other) for other in Subject) or not (Gift.objects.exists() or Pledge.objects.exists())
    )


def _ever_had(subject: Subject) -> bool:
    rows = BankDetails if subject == Subject.BANK else CryptoAddress
    was_applied = AccountChange.objects.filter(subject=subject, state=AccountChange.State.APPLIED)
    return rows.objects.exists() or was_applied.exists()


def open_change(subject: Subject) -> AccountChange | None:
    return changes_for_audit().filter(subject=subject, state__in=["waiting", "due"]).first()


def changes_for_audit() -> QuerySet[AccountChange]:
    return AccountChange.objects.select_related("proposed_by", "approved_by", "crypto_address")


def events_for_audit() -> QuerySet[AccountEvent]:
    """Return what was done with every change, the latest first."""
    return AccountEvent.objects.select_related("change")
