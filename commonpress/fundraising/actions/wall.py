from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.models.wall import WallDecision, key_of
from commonpress.fundraising.queries.wall import Item


@transaction.atomic
def decide(items: Iterable[Item], answer: WallDecision.Answer, *, by: Person | None) -> int:
    """Show or leave out names and messages on the supporters' wall; return how many were decided.

    What was changed since it was seen is passed over: the new words wait for a decision of their own.
    """
    number = 0
    for item in items:
        if key_of(words_of(item)) != item.words_key:
            continue
        about: dict[str, Any] = {"gift_id": item.gift_pk} if item.gift_pk else {"gift__isnull": True}
        WallDecision.objects.update_or_create(
            supporter_id=item.supporter_pk,
            **about,
            defaults={
                "words_key": item.words_key,
                "answer": answer,
                "decided_at": timezone.now(),
                "decided_by": by,
            },
        )
        number += 1
    changed("wall")
    return number


def words_of(item: Item) -> str:
    """Return what stands there now; nothing where there is no such supporter or gift."""
    if item.gift_pk is None:
        names = Supporter.objects.filter(pk=item.supporter_pk).values_list("public_name", flat=True)
        return names.first() or ""
    messages = Gift.objects.filter(pk=item.gift_pk, supporter=item.supporter_pk).values_list("message", flat=True)
    return messages.first() or ""
