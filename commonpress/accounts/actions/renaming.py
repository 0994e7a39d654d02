"""The name readers see beside a person's comments."""

from django.db import transaction

from commonpress.accounts.models import Person
from commonpress.accounts.renaming import show_new_name


@transaction.atomic
def rename(person: Person, name: str) -> Person:
    """Give a person another name; it stands at once beside everything they wrote."""
    person.display_name = name
    person.save(update_fields=["display_name"])
    show_new_name(person)
    return person
