"""Refusals: what a person may not do, with the sentence they will read.

Views have no `try`: RefusalMiddleware shows a raised Refused in the paper's look,
with its status, and with what was typed so that nothing is lost.
"""

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """Raised when a person may not do something; subclasses carry status and message."""

    status = 403
    message = _("You may not do this.")

    def __init__(self, message: str | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(str(self.message))


class TooOften(Refused):
    status = 429
    message = _("That was a lot at once. Please wait a minute and try again; what you wrote is still here.")


def require(allowed: bool, refusal: type[Refused] | Refused = Refused) -> None:
    """Go on only when `allowed`; otherwise raise the refusal."""
    if not allowed:
        raise refusal
