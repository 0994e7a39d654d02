"""Who gave much in a year, and how much of the year's money came from people readers do not know."""

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Case, CharField, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Concat, Lower

from commonpress.fundraising.models.entry import Entry
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.wall import WallDecision, key_of
from commonpress.fundraising.money import Money
from commonpress.lib.text import clean_line


@dataclass(frozen=True, slots=True)
class LargeSupporter:
    """`name` is what readers see; without one the supporter is still to be asked, or the name waits on the wall."""

    money: Money
    name: str
    supporter_pk: int | None
    agreed: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """A year's money in one currency: all of it, what came without a name for readers, and without one for us."""

    total: Money
    unnamed: Money
    unknown: Money

    @property
    def unnamed_share(self) -> Fraction:
        return Fraction(self.unnamed.minor, self.total.minor)

    @property
    def unknown_share(self) -> Fraction:
        return Fraction(self.unknown.minor, self.total.minor)


def of_year(year: int, zone: str) -> QuerySet[Any]:
    """Return the entries about gifts received in a calendar year, with what each changed, in the drive's currency.

    `minor` is in `code`: before fees, refunds negative; a gift in another currency at the rate frozen with it, or in
    its own where none was known.
    """
    there = ZoneInfo(zone)
    first, end = (datetime(each, 1, 1, tzinfo=there).astimezone(UTC) for each in (year, year + 1))
    entries = Entry.objects.filter(gift__occurred_at__gte=first, gift__occurred_at__lt=end).order_by()
    is_own, is_converted = Q(currency=F("drive__currency")), Q(meter_currency=F("drive__currency"))
    return entries.annotate(
        code=Case(When(is_own | is_converted, then=F("drive__currency")), default=F("currency")),
        minor=Case(
            When(is_own, then=F("amount_minor")),
            When(is_converted, then=F("meter_minor")),
            default=F("amount_minor"),
            output_field=BigIntegerField(),
        ),
    )


def large_supporters(year: int, *, zone: str, from_major: int) -> list[LargeSupporter]:
    """Return who gave more than so many whole units in a year, the largest first; in three queries.

    All gifts of a supporter are taken together, and those from one address; a gift of nobody known stands alone.
    """
    if not from_major:
        return []
    giver = Case(
        When(gift__supporter=None, then=Concat(Value("gift "), Cast("gift_id", CharField()))),
        When(gift__supporter__email="", then=Concat(Value("row "), Cast("gift__supporter_id", CharField()))),
        default=Lower("gift__supporter__email"),
        output_field=CharField(),
    )
    sums = (
        of_year(year, zone)
        # What arrived elsewhere without a name may be many people's, typed in as one sum.
        .exclude(gift__supporter=None, gift__source=Gift.Source.ELSEWHERE)
        .annotate(giver=giver)
        .values_list("giver", "code")
        .annotate(
            total=Sum("minor"),
            first=Min("gift__supporter_id"),
            named=Max("gift__supporter_id", filter=Q(gift__is_anonymous=False)),
        )
        # The currency with the fewest decimals; the others are looked at below.
        .filter(total__gt=from_major)
    )
    found = [
        (Money(total, code), named or first, named is not None)
        for _giver, code, total, first, named in sums
        if Money(total, code).major > from_major
    ]
    names = shown_names([pk for _money, pk, _agreed in found if pk is not None])
    rows = [
        LargeSupporter(money, names.get(pk, "") if agreed and pk is not None else "", pk, agreed)
        for money, pk, agreed in found
    ]
    return sorted(rows, key=lambda row: (-row.money.major, row.name))


def shown_names(supporter_pks: list[int]) -> dict[int, str]:
    """Return the names of these supporters that were released for readers, by supporter."""
    decisions = WallDecision.objects.filter(
        supporter__in=supporter_pks, gift=None, answer=WallDecision.Answer.SHOWN
    ).exclude(supporter__public_name="")
    rows = decisions.values_list("supporter", "supporter__public_name", "words_key")
    return {pk: clean_line(name) for pk, name, key in rows if key_of(name) == key}


def shares(year: int, *, zone: str) -> list[Shares]:
    """Return how much of a year's money came from whom readers do not know, by currency; one query.

    The paper itself does not know whose row says neither name nor address, and gifts without a row.
    """
    unnamed = Q(gift__is_anonymous=True) | Q(gift__supporter=None) | Q(gift__supporter__public_name="")
    unknown = Q(gift__supporter=None) | Q(gift__supporter__name="", gift__supporter__email="")
    rows = (
        of_year(year, zone)
        .values_list("code")
        .annotate(total=Sum("minor"), unnamed=Sum("minor", filter=unnamed), unknown=Sum("minor", filter=unknown))
    )
    return [
        Shares(Money(total, code), Money(unnamed or 0, code), Money(unknown or 0, code))
        for code, total, unnamed, unknown in sorted(rows, key=lambda row: row[0])
        if total > 0
    ]
