"""The letter that lets somebody see what was given from their address."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commonpress.fundraising.models.way_in import WayIn
from commonpress.fundraising.queries import givers
from commonpress.notices.tell import send_letter

BETWEEN_LETTERS = timedelta(minutes=5)
LETTERS_A_DAY = 3


@transaction.atomic
def way_in_asked(pk: int) -> None:
    """Mail the key to an address that gave or promised something; forget the wish of any other.

    No more than one letter in five minutes and three a day: anybody may type anybody's address.
    """
    # All wishes of the address, in one order: two jobs must not both find that no letter went.
    email = WayIn.objects.filter(pk=pk).values_list("email", flat=True).first()
    wishes = list(WayIn.objects.select_for_update().filter(email=email).order_by("pk")) if email else []
    wish = next((each for each in wishes if each.pk == pk), None)
    if wish is None or wish.mailed_at is not None:
        return
    rows = [row for row in givers.rows_at([wish.email]) if row.gifts.exists() or row.pledges.exists()]
    now = timezone.now()
    mailed = [each.mailed_at for each in wishes if each.mailed_at is not None]
    is_too_soon = any(moment > now - BETWEEN_LETTERS for moment in mailed)
    if not rows or is_too_soon or sum(moment > now - timedelta(days=1) for moment in mailed) >= LETTERS_A_DAY:
        wish.delete()
        return
    key = secrets.token_urlsafe(24)
    wish.key_hash, wish.mailed_at = WayIn.hash_of(key), now
    wish.save(update_fields=["key_hash", "mailed_at"])
    send_letter(
        # As it stands in the book, not as it was typed now.
        rows[0].email,
        "way_in",
        {"page": settings.PUBLIC_URL + reverse("fundraising:mine_open", args=[key])},
        once=f"way-in:{wish.key_hash}",
    )
