from commonpress.fundraising.models.supporter import Supporter


def supporter_with(name: str, email: str, *, may_be_named: bool) -> Supporter | None:
    """Return the supporter the staff mean: the one with this address, or a new one; None without both."""
    if not name and not email:
        return None
    known = Supporter.objects.filter(email__iexact=email).order_by("pk").first() if email else None
    return known or Supporter.objects.create(name=name, email=email, public_name=name if may_be_named else "")
