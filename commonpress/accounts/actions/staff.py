"""People who work here."""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role


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
    person.groups.add(*Group.objects.filter(name__in=list(roles)))
    # What was read of the groups before is stale now.
    person.__dict__.pop("group_names", None)
    return person
