"""Who may see and do what with money."""

from commonpress.accounts.rules import is_treasurer


def may_keep_books(somebody: object) -> bool:
    """Tell whether this person sees supporters, opens drives, enters and refunds gifts."""
    return is_treasurer(somebody)
