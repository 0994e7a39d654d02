"""The paper always has an owner."""

from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role, is_only_owner
from commonpress.lib.refusals import Refused, require


class LastOwner(Refused):
    status = 409
    message = _("You are the only owner. Make somebody else an owner first; the paper must not be left alone.")


def require_another_owner(person: Person) -> None:
    """Refuse to let the only owner go; asked in the transaction that lets them go.

    Raises LastOwner. Two owners who leave at once wait for each other at the role's row, and the second then
    is the only one.
    """
    Group.objects.select_for_update().get(name=Role.OWNER)
    # Read anew: what this object knows of its roles may be older than the lock.
    require(not is_only_owner(Person.objects.get(pk=person.pk)), LastOwner)
