"""What is read: meters, months, books, pledges."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from allauth.account.models import EmailAddress
from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role
from commonpress.changes.shown import shows
from commonpress.fundraising.meter import Meter
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Account, Entry, Line
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import keys_around, next_midnight

A_YEAR = timedelta(days=365)


def current_drive() -> Drive | None:
    return Drive.objects.filter(is_current=True, is_visible=True).first()


def current_meter(now: datetime) -> Meter | None:
    """Return the meter of the drive shown on every page, in one query.

    Which month counts follows from the drive's zone, so each month that could be asked for is
    joined: at most five rows, however long the book.
    """
    # Another drive may become the current one.
    shows("drive:*")
    found = meter_of(Drive.objects.filter(is_current=True, is_visible=True), now)
    if found is not None:
        shows(until=next_midnight(now, zone=found.drive.zone))
    return found


def meter(drive: Drive, now: datetime) -> Meter:
    """Return the drive's meter at this moment, in one query that never reads the book."""
    found = meter_of(Drive.objects.filter(pk=drive.pk), now)
    if found is None:
        raise Drive.DoesNotExist
    return found


def meter_of(drives: QuerySet[Drive], now: datetime) -> Meter | None:
    rows = list(
        drives.annotate(
            total=FilteredRelation("totals", condition=Q(totals__period_key__in=keys_around(now))),
        ).annotate(
            total_period=F("total__period_key"),
            total_currency=F("total__currency"),
            total_received=F("total__received_minor"),
            total_promised=F("total__promised_minor"),
            total_gifts=F("total__gifts"),
        )
    )
    if not rows:
        return None
    drive = rows[0]
    period = drive.period_at(now)
    row = next((row for row in rows if (row.total_period, row.total_currency) == (period.key, drive.currency)), None)
    return Meter(
        drive=drive,
        period=period,
        received=Money(row.total_received if row else 0, drive.currency),
        promised=Money(row.total_promised if row else 0, drive.currency),
        gifts=row.total_gifts if row else 0,
    )


def months(drive: Drive) -> QuerySet[MeterTotal]:
    """Return the drive's periods, the latest first."""
    return MeterTotal.objects.filter(drive=drive, currency=drive.currency).order_by("-period_key")


def received_by_book(drive: Drive, period_key: str) -> Money:
    """Add up what the ledger itself says was received and not taken back. Reads every line: for audits."""
    total = Line.objects.filter(
        entry__drive=drive,
        entry__period_key=period_key,
        currency=drive.currency,
        account__in=[Account.GIFTS, Account.REFUNDS],
    ).aggregate(total=Coalesce(Sum("amount_minor"), 0))["total"]
    return Money(-total, drive.currency)


def remaining(gift: Gift, *, before: str | None = None) -> Money:
    """Return what is left of a gift after its refunds; with a form's once-only key, what was left before that form."""
    refunds = gift.refunds.filter(Q(once_key=None) | ~Q(once_key=before))
    total = refunds.aggregate(total=Coalesce(Sum("amount_minor"), 0))["total"]
    return gift.amount - Money(total, gift.currency)


def gifts_for_books() -> QuerySet[Gift]:
    """Return gifts with what was refunded of each (`refunded_minor`), the latest first."""
    refunds = Refund.objects.filter(gift=OuterRef("pk")).order_by().values("gift")
    return Gift.objects.select_related("drive", "supporter").annotate(
        refunded_minor=Coalesce(Subquery(refunds.annotate(total=Sum("amount_minor")).values("total")), 0)
    )


def gifts_of_period(gifts: QuerySet[Gift], period_key: str) -> QuerySet[Gift]:
    return gifts.filter(entries__kind=Entry.Kind.GIFT, entries__period_key=period_key)


def period_keys() -> list[str]:
    """Return the months something was booked in, the latest first."""
    return list(MeterTotal.objects.order_by("-period_key").values_list("period_key", flat=True).distinct())


def has_counted(drive: Drive) -> bool:
    """Say whether the drive's meter ever moved, by a gift or by a pledge in whatever state it is now."""
    return Entry.objects.filter(drive=drive).exists() or Pledge.objects.filter(drive=drive).exists()


def pledges_for_books() -> QuerySet[Pledge]:
    return Pledge.objects.select_related("drive", "supporter")


def treasurers() -> Iterable[Person]:
    """Return who is written to about money: the treasurers, or the owners where there are none."""
    people = Person.objects.filter(is_active=True)
    return people.filter(groups__name=Role.TREASURER).distinct() or people.filter(groups__name=Role.OWNER).distinct()


def bookkeepers() -> Iterable[Person]:
    """Return everyone who may keep the books."""
    return Person.objects.filter(is_active=True, groups__name__in=[Role.TREASURER, Role.OWNER]).distinct()


def supports_until(person: Person) -> datetime | None:
    """Return until when a person counts as a supporter: a year from the latest gift that was not given back.

    Known by the addresses they have confirmed; None where nothing came from any.
    """
    addresses = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    given_from = reduce(or_, (Q(supporter__email__iexact=address) for address in addresses if address), Q(pk=None))
    for gift in Gift.objects.filter(given_from).order_by("-occurred_at"):
        if remaining(gift).minor > 0:
            return gift.occurred_at + A_YEAR
    return None
