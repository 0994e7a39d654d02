"""What is taken back, what waits for it, and who may decide."""

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from commonpress.accounts.models import Person
from commonpress.fundraising.counting import converted
from commonpress.fundraising.models.entry import Entry
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.refund_request import RefundRequest
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import people


def needs_second_person(gift: Gift, amount: Money) -> bool:
    """Tell whether this comes, with what was taken back of the gift unapproved, to more than the drive's limit.

    With what was taken back before, so that ten small refunds are no way round it. A gift in another currency is
    measured at the rate it was counted at; one that was counted without a rate always needs a second person.
    """
    alone = gift.refunds.filter(request=None).exclude(state=Refund.State.FAILED)
    total = alone.aggregate(total=Coalesce(Sum("amount_minor"), 0))["total"]
    limit = gift.drive.refund_limit
    taken = Money(total, gift.currency) + amount
    if taken.currency == limit.currency:
        return taken > limit
    booked = Entry.objects.get(gift=gift, kind=Entry.Kind.GIFT)
    if booked.meter_currency != limit.currency or not booked.rate:
        return True
    return converted(taken, booked.rate, limit.currency) > limit


def other_bookkeepers(person: Person) -> list[Person]:
    return [other for other in people.bookkeepers() if other.pk != person.pk]


def refunds_for_books() -> QuerySet[Refund]:
    """Return refunds, the latest first, each with its gift and who approved it."""
    return Refund.objects.select_related("gift__drive", "refunded_by", "request__decided_by").order_by(
        "-refunded_at", "-id"
    )


def requests_for_books() -> QuerySet[RefundRequest]:
    return RefundRequest.objects.select_related("gift__drive", "asked_by", "decided_by", "refund")


def waiting_for(person: Person) -> QuerySet[RefundRequest]:
    """Return the refunds this person may decide about, or soon may: all open ones but those they asked others for."""
    theirs = Q(asked_by=person, waits_until=None)
    return requests_for_books().filter(state=RefundRequest.State.ASKED).exclude(theirs)
