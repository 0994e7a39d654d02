"""Whether readers are told who gave: a supporter's own choice, for all their gifts, at any time."""

from collections.abc import Iterable

from django.db import transaction

from commonpress.changes.changed import changed
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.queries import givers


@transaction.atomic
def show_name(addresses: Iterable[str], name: str) -> None:
    """Let readers see this name with all that was given from these addresses."""
    set_public_name(addresses, name)


@transaction.atomic
def hide_name(addresses: Iterable[str]) -> None:
    """Show readers no name with anything that was given from these addresses; those who keep the books know it still."""
    set_public_name(addresses, "")


def set_public_name(addresses: Iterable[str], name: str) -> None:
    rows = [row.pk for row in givers.rows_at(addresses)]
    Supporter.objects.filter(pk__in=rows).update(public_name=name)
    for model in (Gift, Pledge):
        model.objects.filter(supporter__in=rows).update(is_anonymous=not name)
    changed("wall")
