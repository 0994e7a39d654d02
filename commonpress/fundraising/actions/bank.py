from django.db import transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.tasks import tell_of_new_account


@transaction.atomic
def save_bank_details(details: BankDetails, *, by: Person) -> BankDetails:
    """Change where readers' money goes, and tell everyone who keeps the books that it was done, and by whom."""
    details.pk = 1
    details.save()
    # Shown on the giving page only, which is a page of the publication like any other.
    changed("publication")
    tell_of_new_account.enqueue(by.pk, details.changed_at.isoformat())
    return details


@transaction.atomic
def take_bank_details_away(*, by: Person) -> None:
    """Leave readers without an account to give to, and tell everyone who keeps the books, once."""
    taken, _ = BankDetails.objects.filter(pk=1).delete()
    if taken:
        changed("publication")
        tell_of_new_account.enqueue(by.pk, timezone.now().isoformat())
