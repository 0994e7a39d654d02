"""The names that guests cannot take: kept as what they look like, so that nobody reads all names to compare one."""

from django.db import transaction
from django.db.models import Q

from commonpress.accounts.models import Badge, Person, ProtectedName
from commonpress.accounts.names import skeleton


@transaction.atomic
def protect_name(holder: str, name: str, *, reason: ProtectedName.Reason, person: Person | None) -> None:
    """Protect the name `holder` has now instead of the one it had; an empty one is nobody's.

    `holder` is the key of what bears the name, as in "byline:7"; `person` who may use it all the same.
    """
    shape = skeleton(name)
    if not shape:
        ProtectedName.objects.filter(holder=holder).delete()
        return
    ProtectedName.objects.update_or_create(
        holder=holder, defaults={"skeleton": shape, "reason": reason, "person": person}
    )


def protect_names_of(person: Person) -> None:
    """Protect a person's name while they work here, and while a badge of theirs is shown. May happen again."""
    works_here = person.is_active and (person.is_superuser or person.groups.exists())
    has_badge = Badge.objects.filter(person=person).exists()
    protect_name(
        f"person:{person.pk}",
        person.display_name if works_here else "",
        reason=ProtectedName.Reason.STAFF,
        person=person,
    )
    protect_name(
        f"supporter:{person.pk}",
        person.display_name if has_badge else "",
        reason=ProtectedName.Reason.SUPPORTER,
        person=person,
    )


def protect_all_names_anew() -> None:
    """Work out every person's protected name once more: for rows that were changed past the receivers."""
    protected = Q(groups__isnull=False) | Q(is_superuser=True) | Q(badges__isnull=False)
    holders = Q(pk__in=ProtectedName.objects.filter(person__isnull=False).values("person"))
    for person in Person.objects.filter(protected | holders).distinct():
        protect_names_of(person)
