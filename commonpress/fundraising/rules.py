"""Who may see and do what with money."""

from commonpress.accounts.rules import is_owner, is_treasurer
from commonpress.fundraising.models.account_change import AccountChange


def may_keep_books(somebody: object) -> bool:
    """Tell whether this person sees supporters, opens drives, enters and refunds gifts."""
    return is_treasurer(somebody)


def may_approve(somebody: object, change: AccountChange) -> bool:
    """Tell whether this is another owner than who proposed the change, and was one when it was proposed.

    It is the person that counts, whatever other roles they have.
    """
    if not is_owner(somebody):
        return False
    key = getattr(somebody, "pk", None)
    return key != change.proposed_by_id and key in change.owners


def may_set_threshold(somebody: object) -> bool:
    """Tell whether this person decides from which sum on supporters are named."""
    return is_owner(somebody)


def may_name_issuer(somebody: object) -> bool:
    """Tell whether this person says who issues receipts, and as what: it is the owners who answer for it by law."""
    return is_owner(somebody)


def may_set_limits(somebody: object) -> bool:
    """Tell whether this person says how much one person alone takes back of a gift."""
    return is_owner(somebody)
