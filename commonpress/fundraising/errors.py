"""What the fundraising refuses, in the words people read."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.money import Money
from commonpress.lib import once
from commonpress.lib.refusals import Refused


class SentAlready(once.SentAlready):
    message = _(
        "This form was sent already, for %(amount)s. What you wrote now is still here: send it if it is another one."
    )

    def __init__(self, amount: Money) -> None:
        """Say which amount stands under the form's key."""
        super().__init__(str(self.message) % {"amount": amount_text(amount, get_language() or "en")})


class NothingLeftToRefund(Refused):
    status = 409
    message = _("That is more than is left of this gift. Somebody may have refunded a part of it just now.")


class WrongCurrency(Refused):
    status = 422
    message = _("This drive counts in another currency.")


class PledgeIsSettled(Refused):
    status = 409
    message = _("This pledge is no longer awaited.")


class NotTheTreasurer(Refused):
    status = 403
    message = _("Only a treasurer or an owner may do this.")


class GivingIsClosed(Refused):
    status = 409
    message = _("Nothing can be given here just now. Please write to us.")


class WrongCancelLink(Refused):
    status = 404
    message = _("This link is not complete. Copy the whole of it from the letter.")


class NotASupporter(Refused):
    status = 409
    message = _(
        "No gift of the last year is known from an address you have confirmed here. If you have given, write to us."
    )
