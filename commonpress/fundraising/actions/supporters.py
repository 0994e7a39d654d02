from dataclasses import dataclass

from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.supporter import Supporter


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gave, as the staff wrote it down; which supporter that is, is found with the gift."""

    name: str
    email: str
    may_be_named: bool


def supporter_for(giver: Giver) -> Supporter | None:
    """Return the supporter the staff mean: the one with this address, or a new one; None without both."""
    if not giver.name and not giver.email:
        return None
    known = Supporter.objects.filter(email__iexact=giver.email).order_by("pk").first() if giver.email else None
    public_name = giver.name if giver.may_be_named else ""
    return known or Supporter.objects.create(name=giver.name, email=giver.email, public_name=public_name)


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
