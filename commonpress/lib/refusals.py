"""Refusals: what a person may not do, with the sentence they will read.

Views have no `try`: RefusalMiddleware shows a raised Refused in the paper's look,
with its status, and with what was typed so that nothing is lost.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """Raised when a person may not do something; subclasses carry status and message.

    `may_try_again` says that the same form may pass later, so what was typed comes back with
    a button to send it; otherwise it only stands there to be copied.
    """

    status = 403
    message: str | Promise = _("You may not do this.")
    may_try_again = False

    def __init__(self, message: str | Promise | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(str(self.message))


class TooOften(Refused):
    status = 429
    message = _("That was a lot at once. Please wait a minute and try again; what you wrote is still here.")
    may_try_again = True


def require(allowed: bool, refusal: type[Refused] | Refused = Refused) -> None:
    """Go on only when `allowed`; otherwise raise the refusal."""
    if not allowed:
        raise refusal
