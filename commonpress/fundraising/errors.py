"""What the fundraising refuses, in the words people read."""

from django.utils.translation import gettext_lazy as _

from commonpress.lib.refusals import Refused


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
