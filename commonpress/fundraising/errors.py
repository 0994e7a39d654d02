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


class RefundIsSettled(Refused):
    status = 409
    message = _("This refund is not waiting any more. Somebody may have settled it just now.")


class CorrectionStands(Refused):
    status = 409
    message = _(
        "This was entered by mistake, so no money left that could come back. Enter the gift anew if it did come."
    )


class RequestIsDecided(Refused):
    status = 409
    message = _("This was decided already. Somebody may have done it just now.")


class NeedsAnotherPerson(Refused):
    status = 403
    message = _("You asked for this refund, so somebody else who keeps the books decides about it.")


class WaitsADay(Refused):
    status = 409
    message = _("You keep the books alone, so this refund waits 24 hours before you can go on with it.")


class MonthIsRunning(Refused):
    status = 409
    message = _("This month is not over yet, for the paper or for one of its drives. Close it when it is.")


class WrongCurrency(Refused):
    status = 422
    message = _("This drive counts in another currency.")


class CurrencyHasEnded(Refused):
    status = 422
    message = _("%(code)s was no longer paid with on that day. Its successor is %(successor)s.")

    def __init__(self, code: str, successor: str) -> None:
        """Name the currency that took its place."""
        super().__init__(str(self.message) % {"code": code, "successor": successor})


class PledgeIsSettled(Refused):
    status = 409
    message = _("This pledge is no longer awaited.")


class MovementIsSettled(Refused):
    status = 409
    message = _("This movement is settled already. Somebody may have done so just now.")


class SplitDoesNotFit(Refused):
    status = 422
    message = _("The parts do not come to what was received.")


class RefundIsAnother(Refused):
    status = 409
    message = _("This is not the money of that refund: it is of another amount, or of another movement already.")


class RefundIsAskedForFirst(Refused):
    status = 409
    message = _(
        "This is more than one person takes back of a gift. Ask for the refund on the gift's own page, to be paid out;"
        " once it is approved, you can choose it here."
    )


class RefundStands(Refused):
    status = 409
    message = _("This money went out, and the refund stands in the book. Enter a new gift if it came in again.")


class GiftWentBack(Refused):
    status = 409
    message = _(
        "A refund of this gift was made, or is still to be paid out, so it stays as it is booked. If that money never"
        " left, or did not arrive, say so on the refund first."
    )


class NotTheTreasurer(Refused):
    status = 403
    message = _("Only a treasurer or an owner may do this.")


class GivingIsClosed(Refused):
    status = 409
    message = _("Nothing can be given here just now. Please write to us.")


class TransfersAreClosed(Refused):
    status = 409
    message = _("Nothing can be given by bank transfer just now. Other ways stand on the page for giving.")


class WrongCancelLink(Refused):
    status = 404
    message = _("This link is not complete. Copy the whole of it from the letter.")


class NotASupporter(Refused):
    status = 409
    message = _(
        "No gift of the last year is known from an address you have confirmed here. If you have given, write to us."
    )


class AlreadyProposed(Refused):
    status = 409
    message = _("Another change is proposed already, or was made just now. Call that one off first, or wait for it.")


class NothingChanges(Refused):
    status = 409
    message = _("That is how it stands already. Nothing is proposed.")


class NeedsAnotherOwner(Refused):
    status = 403
    message = _(
        "This needs another owner: neither whoever proposed it, nor somebody who became an owner since. Sign in as one"
        " who was an owner then, or call it off and propose it anew."
    )


class ChangeIsSettled(Refused):
    status = 409
    message = _("This change is decided already. Look at how it stands now, and propose another one if it is wrong.")


class TransferIsReceived(Refused):
    status = 409
    message = _("This transfer is in the book already. If it was booked by mistake, take its gift back.")


class TransferHasSender(Refused):
    status = 409
    message = _("This gift is somebody’s already. Load the page again to see whose.")


class MonthIsCountedByRows(Refused):
    status = 409
    message = _("This month is counted by the rows of an export. A sum beside them would count it twice.")


class MonthIsCountedBySum(Refused):
    status = 409
    message = _("%(month)s is counted by a typed sum. Type 0 for it first, then take the file in again.")

    def __init__(self, month: str) -> None:
        """Say which month it is, as in "2021-06"."""
        super().__init__(str(self.message) % {"month": month})


class MonthIsBeingRefunded(Refused):
    status = 409
    message = _(
        "A refund of what is counted for this month is still to be paid out. Say that it was paid, or call it off; then"
        " type the sum again."
    )


class SumIsReplaced(Refused):
    status = 409
    message = _(
        "What was typed for this month was replaced or taken out since. Type the month's sum again, with what came back"
        " in it; where rows of an export count the month, enter what came back as a gift of its own."
    )


class MonthIsToCome(Refused):
    status = 422
    message = _("That is still to come. What arrived is counted, not what will.")


class NothingIsDifferent(Refused):
    status = 422
    message = _("All of this stands there already. Nothing was changed.")


class CategoryIsUsed(Refused):
    status = 409
    message = _("Spending stands under this category. Give that another one first.")


class NoReceipt(Refused):
    status = 409
    message = _("There is no receipt for this gift: nobody is known to have given it, or nothing is left of it.")


class YearIsNotOver(Refused):
    status = 409
    message = _("A statement is sent for a year that is over, and in which something came.")


class NotTheOwner(Refused):
    status = 403
    message = _("Only an owner may do this.")


class KeyIsSpent(Refused):
    status = 410
    message = _(
        "This link was used already, or it is older than 15 minutes. Ask for a new one on the page of your gifts."
    )


class AskAgain(Refused):
    status = 403
    message = _(
        "The half hour is over, or this browser never opened the link. Ask for a new one on the page of your gifts."
    )
