"""A calendar year of one supporter: what came, what went back, and what it comes to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money


@dataclass(frozen=True, slots=True)
class Movement:
    """A gift, or a refund of one (then `amount` is below zero); `number` is its receipt's, or empty."""

    day: date
    amount: Money
    drive_title: str
    source: str
    number: str
    is_refund: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    given: Money
    returned: Money

    @property
    def kept(self) -> Money:
        return self.given - self.returned


@dataclass(frozen=True, slots=True)
class AnnualStatement:
    year: int
    name: str
    movements: list[Movement]
    # By currency, in the order of their codes.
    totals: list[Total]


def annual_statement(rows: Iterable[Supporter], year: int, zone: ZoneInfo) -> AnnualStatement:
    """Return a supporter's year by the publication's calendar; a refund stands in the year it was made in."""
    rows = list(rows)
    begins, ends = bounds(year, zone)
    numbers = numbers_of(rows)
    gifts = Gift.objects.filter(supporter__in=rows, occurred_at__gte=begins, occurred_at__lt=ends)
    refunds = refunds_done(rows).filter(refunded_at__gte=begins, refunded_at__lt=ends)
    movements = [
        Movement(
            day=gift.occurred_at.astimezone(zone).date(),
            amount=gift.amount,
            drive_title=gift.drive.title,
            source=gift.get_source_display(),
            number=numbers.get((gift.pk, None), ""),
        )
        for gift in gifts.select_related("drive").order_by("occurred_at", "pk")
    ]
    movements += [
        Movement(
            day=refund.refunded_at.astimezone(zone).date(),
            amount=-refund.amount,
            drive_title=refund.gift.drive.title,
            source=refund.get_reason_display(),
            number=numbers.get((refund.gift_id, refund.pk), ""),
            is_refund=True,
        )
        for refund in refunds.select_related("gift__drive").order_by("refunded_at", "pk")
    ]
    movements.sort(key=lambda movement: movement.day)
    # A row without a gift is what a stranger may have typed with a pledge.
    gave = Supporter.objects.filter(pk__in=[row.pk for row in rows], gifts__isnull=False).order_by("pk").distinct()
    names = [row.name or row.public_name for row in gave]
    return AnnualStatement(year, next(filter(None, names), ""), movements, totals_of(movements))


def refunds_done(rows: list[Supporter]) -> QuerySet[Refund]:
    return Refund.objects.filter(gift__supporter__in=rows, state=Refund.State.DONE)


def totals_of(movements: list[Movement]) -> list[Total]:
    sums: dict[str, Total] = {}
    for movement in movements:
        currency = movement.amount.currency
        before = sums.get(currency, Total(Money(0, currency), Money(0, currency)))
        sums[currency] = (
            Total(before.given, before.returned - movement.amount)
            if movement.is_refund
            else Total(before.given + movement.amount, before.returned)
        )
    return [sums[currency] for currency in sorted(sums)]


def numbers_of(rows: list[Supporter]) -> dict[tuple[int, int | None], str]:
    """Return the numbers of receipts and corrections by the keys of their gift and refund."""
    papers = Receipt.objects.filter(gift__supporter__in=rows)
    return {(paper.gift_id, paper.refund_id): paper.number for paper in papers}


def years_of(rows: Iterable[Supporter], zone: ZoneInfo) -> list[int]:
    """Return the years in which something came from these supporters or went back to them, the latest first."""
    rows = list(rows)
    moments = [
        *Gift.objects.filter(supporter__in=rows).values_list("occurred_at", flat=True),
        *refunds_done(rows).values_list("refunded_at", flat=True),
    ]
    return sorted({moment.astimezone(zone).year for moment in moments}, reverse=True)


def givers_of_year(year: int, zone: ZoneInfo) -> Iterator[Supporter]:
    """Yield one supporter for each address a gift of that year came from, all of it given back since or not."""
    begins, ends = bounds(year, zone)
    gave = Supporter.objects.filter(gifts__occurred_at__gte=begins, gifts__occurred_at__lt=ends).exclude(email="")
    seen: set[str] = set()
    for row in gave.distinct().order_by("pk"):
        if row.email.lower() not in seen:
            seen.add(row.email.lower())
            yield row


def bounds(year: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of a year and that of the next."""
    begins, ends = (datetime(each, 1, 1, tzinfo=zone).astimezone(UTC) for each in (year, year + 1))
    return begins, ends


def years_that_are_over(zone: ZoneInfo, now: datetime) -> list[int]:
    """Return the years gifts came in that have ended, the latest first."""
    first = Gift.objects.order_by("occurred_at").values_list("occurred_at", flat=True).first()
    this_year = now.astimezone(zone).year
    return list(range(this_year - 1, first.astimezone(zone).year - 1, -1)) if first else []
