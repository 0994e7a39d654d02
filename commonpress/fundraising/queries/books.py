"""What the treasurer's screens and the actions on money read."""

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from commonpress.fundraising.amounts import read_amount
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Entry
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money, WrongAmount


def received_by_book(drive: Drive, period_key: str) -> Money:
    """Add up what the ledger itself says was received and not taken back. Reads every entry: for audits."""
    total = Entry.objects.filter(drive=drive, period_key=period_key, meter_currency=drive.currency).aggregate(
        total=Coalesce(Sum("meter_minor"), 0)
    )["total"]
    return Money(total, drive.currency)


def remaining(gift: Gift, *, before: str | None = None) -> Money:
    """Return what is left of a gift after its refunds; with a form's once-only key, what was left before that form."""
    refunds = gift.refunds.filter(Q(once_key=None) | ~Q(once_key=before)).exclude(state=Refund.State.FAILED)
    total = refunds.aggregate(total=Coalesce(Sum("amount_minor"), 0))["total"]
    return gift.amount - Money(total, gift.currency)


def remaining_in_book(gift: Gift) -> Money:
    """Return what the book has of a gift: refunds that are still to be paid out have not left it."""
    total = gift.refunds.filter(state=Refund.State.DONE).aggregate(total=Coalesce(Sum("amount_minor"), 0))["total"]
    return gift.amount - Money(total, gift.currency)


def gifts_for_books() -> QuerySet[Gift]:
    """Return gifts with what was refunded of each (`refunded_minor`), the latest first."""
    refunds = Refund.objects.filter(gift=OuterRef("pk")).exclude(state=Refund.State.FAILED).order_by().values("gift")
    return Gift.objects.select_related("drive", "supporter").annotate(
        refunded_minor=Coalesce(Subquery(refunds.annotate(total=Sum("amount_minor")).values("total")), 0)
    )


def gifts_of_period(gifts: QuerySet[Gift], period_key: str) -> QuerySet[Gift]:
    return gifts.filter(entries__kind=Entry.Kind.GIFT, entries__period_key=period_key)


def of_amount(typed: str, language: str, *, currency: str = "currency") -> Q:
    """Return the condition that an amount is the one somebody typed, in whichever currency drives count; else none."""
    found = Q(pk=None)
    for code in Drive.objects.values_list("currency", flat=True).distinct().order_by("currency"):
        try:
            money = read_amount(typed, code, language)
        except WrongAmount:
            continue
        found |= Q(amount_minor=money.minor, **{currency: money.currency})
    return found


def period_keys() -> list[str]:
    """Return the months something was booked in, the latest first."""
    return list(MeterTotal.objects.order_by("-period_key").values_list("period_key", flat=True).distinct())


def has_counted(drive: Drive) -> bool:
    """Say whether the drive's meter ever moved, by a gift or by a pledge in whatever state it is now."""
    return Entry.objects.filter(drive=drive).exists() or Pledge.objects.filter(drive=drive).exists()


def pledges_for_books() -> QuerySet[Pledge]:
    return Pledge.objects.select_related("drive", "supporter")


def uncounted() -> int:
    """Return how many gifts stand in no drive's sum, because no rate was known on their day."""
    apart = MeterTotal.objects.exclude(currency=F("drive__currency"))
    return apart.aggregate(gifts=Coalesce(Sum("gifts"), 0))["gifts"]


def is_counted(gift: Gift) -> bool:
    """Say whether a gift is in its drive's sum, or beside it for want of a rate."""
    return gift.pays_match or gift.entries.filter(kind=Entry.Kind.GIFT, meter_currency=gift.drive.currency).exists()
