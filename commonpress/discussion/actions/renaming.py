"""What a person's name means to the discussion: whose it may not be, and where it stands."""

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.discussion import rules


def may_be_called(name: str, person: Person | None) -> bool:
    """Tell whether a person may take a name: not that of somebody else who works here."""
    return not rules.is_protected_name(name, of=person)


def show_new_name(person: Person) -> None:
    """Refresh the threads a person wrote in, inside the transaction that changed the name."""
    threads = person.comments.order_by("thread_id").values_list("thread_id", flat=True).distinct()
    changed(*(f"thread:{key}" for key in threads))
