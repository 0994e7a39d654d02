"""People who work here."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from commonpress.accounts.erasing import erase
from commonpress.accounts.last_owner import require_another_owner
from commonpress.accounts.models import Person
from commonpress.accounts.renaming import show_new_name
from commonpress.accounts.rules import Role, has_a_role
from commonpress.accounts.sessions import end_sessions
from commonpress.lib.refusals import Refused, require
from commonpress.notices.subscribers import leave_address
from commonpress.notices.tell import send_letter


class WorksHere(Refused):
    status = 409
    message = _("This person works here. Take their roles away first, then erase the account.")


@transaction.atomic
def add_staff(email: str, *roles: Role, display_name: str = "", password: str | None = None) -> Person:
    """Return the person of this address with these roles added, made if there was none.

    The address counts as confirmed, and a password takes the place of an earlier one: whoever calls this vouches
    for both.
    """
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        person = Person.objects.create_user(email, password, display_name=display_name)
    elif password is not None:
        person.set_password(password)
        person.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    give_roles(person, [*person.groups.all(), *Group.objects.filter(name__in=list(roles))])
    return person


@transaction.atomic
def save_person(person: Person, *, roles: Iterable[Group]) -> Person:
    """Save somebody as an owner invited or changed them at the desk, with exactly these roles.

    Raises LastOwner if that would leave the paper without an owner.
    """
    before = Person.objects.filter(pk=person.pk).first()
    roles = list(roles)
    if before is None:
        person.set_unusable_password()
    elif not person.is_active or Role.OWNER not in {role.name for role in roles}:
        require_another_owner(person)
    person.save()
    give_roles(person, roles)
    if before is None and roles:
        send_letter(person.email, "accounts/welcome_to_the_desk", {}, once=f"welcome-to-the-desk:{person.pk}")
    if before is None or before.email != person.email:
        # The address counts as theirs once they have signed in with a code sent there; allauth confirms
        # by that code only what stands here, and else asks for a second one.
        EmailAddress.objects.filter(user=person).delete()
        EmailAddress.objects.create(user=person, email=person.email, primary=True)
        leave_address(person.pk, person.email)
    if before is not None and before.display_name != person.display_name:
        show_new_name(person)
    return person


def give_roles(person: Person, roles: list[Group]) -> None:
    """Have a person work here as exactly this. Who comes to work here signs in anew, by the rule for staff."""
    worked_here = has_a_role(person)
    person.groups.set(roles)
    # What was read of the groups before is stale now.
    person.__dict__.pop("group_names", None)
    if roles and not worked_here:
        end_sessions(person)


@transaction.atomic
def erase_account(person: Person, *, by: Person) -> None:
    """Erase a reader's account from the desk; that it was done, when and by whom is kept, and nothing else.

    Raises WorksHere for everybody with a role.
    """
    require(not has_a_role(person), WorksHere)
    # Erasing empties the name in it.
    log(instance=person, action="wagtail.delete", user=by, deleted=True)
    erase(person)
