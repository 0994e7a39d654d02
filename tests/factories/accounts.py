"""People for tests: a reader, and one for each role."""

import time

import factory
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from commonpress.accounts.models import Guest, Person
from commonpress.accounts.rules import Role

PASSWORD = "a-long-enough-password"


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"reader{n}@readers.example")
    display_name = factory.Sequence(lambda n: f"Reader {n}")

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        for role in extracted or []:
            self.groups.add(Group.objects.get(name=Role(role)))


class GuestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Guest

    identity_hash = factory.Sequence(lambda n: Guest.hash_of(f"guest {n}"))


def make_person(email: str = "", *roles: str, password: str | None = None, **fields: object) -> Person:
    """Return a saved person whose address is confirmed, with these roles."""
    person = PersonFactory(**({"email": email} if email else {}), roles=roles, **fields)
    if password is not None:
        person.set_password(password)
    else:
        person.set_unusable_password()
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_in_surely(client, person: Person) -> None:
    """Sign a person in who has just shown who they are, as by a code that was mailed."""
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
    session["account_authentication_methods_user"] = user_id_to_str(person)
    session.save()
