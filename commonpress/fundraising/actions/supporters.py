from dataclasses import dataclass

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
