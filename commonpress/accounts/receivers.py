"""Django's signals, handed to one action: whoever comes to work here, leaves or is renamed, their name is protected or free."""

from typing import Any

from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from commonpress.accounts.actions.names import protect_names_of
from commonpress.accounts.models import Person

# What of a person's row decides.
DECIDING = {"display_name", "is_active", "is_superuser"}


@receiver(post_save, sender=Person)
def on_person(instance: Person, *, update_fields: frozenset[str] | None = None, **signal: Any) -> None:
    if update_fields is None or DECIDING & set(update_fields):
        protect_names_of(instance)


@receiver(m2m_changed, sender=Person.groups.through)
def on_roles(instance: Any, *, action: str, pk_set: set[int] | None, **signal: Any) -> None:
    if not action.startswith("post_"):
        return
    # From the side of a role, `clear` does not say whose it was; nothing of ours does that.
    people = [instance] if isinstance(instance, Person) else Person.objects.filter(pk__in=pk_set or [])
    for person in people:
        protect_names_of(person)
