from dataclasses import dataclass

from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.queries import givers


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gave, as the staff wrote it down; which supporter that is, is found with the gift."""

    name: str
    email: str
    may_be_named: bool


def supporter_for(giver: Giver) -> Supporter | None:
    """Return the supporter the staff mean: who gave before from this address, or a new one; None without both."""
    if not giver.name and not giver.email:
        return None
    public_name = giver.name if giver.may_be_named else ""
    return known_by(giver.email) or Supporter.objects.create(
        name=giver.name, email=giver.email, public_name=public_name
    )


def known_by(email: str) -> Supporter | None:
    """Return the supporter who gave before from this address, if any.

    A row without a gift is what a stranger typed with a pledge; the name in it is nobody's yet. Nor does an address
    prove who sends money: what somebody else than the staff typed with it is booked on this row anonymous and without
    a message, until the owner of the address says on /give/mine/ that a name may be shown.
    """
    return next(iter(givers.rows_at([email], who_gave=True)), None)


def is_meant(gift: Gift, supporter: Supporter | Giver | None) -> bool:
    """Tell whether a gift in the book is tied to whom the staff mean."""
    if not isinstance(supporter, Giver):
        return gift.supporter == supporter
    standing = gift.supporter or Supporter()
    if standing.email.lower() != supporter.email.lower():
        return False
    # Somebody who gave before keeps their name, whatever was typed.
    gave_before = bool(standing.email) and standing.gifts.exclude(pk=gift.pk).exists()
    return gave_before or standing.name == supporter.name
