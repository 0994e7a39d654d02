from django.db import transaction

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.fundraising.models.ownership import OwnershipStatement


@transaction.atomic
def state_ownership(statement: OwnershipStatement, *, by: Person | None) -> OwnershipStatement:
    """Publish who owns the paper; the statement before stays as history. The same said twice is said once."""
    standing = OwnershipStatement.latest()
    if standing is not None and standing.says() == statement.says():
        return standing
    statement.pk = None
    statement.stated_by = by
    statement.save(force_insert=True)
    changed("ownership")
    return statement
