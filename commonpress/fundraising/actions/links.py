"""Pages elsewhere on which readers give: which are shown, and counting what arrived there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.database.priority import priority
from commonpress.fundraising.actions.gifts import record_gift, refund_gift
from commonpress.fundraising.elsewhere import Row
from commonpress.fundraising.errors import (
    MonthIsBeingRefunded,
    MonthIsCountedByRows,
    MonthIsCountedBySum,
    MonthIsToCome,
)
from commonpress.fundraising.ledger import booking
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.gift_elsewhere import GiftElsewhere
from commonpress.fundraising.models.giving_link import GivingLink
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import WHOLE_DRIVE, month_named
from commonpress.fundraising.queries import books
from commonpress.fundraising.tasks import tell_of_link
from commonpress.lib.refusals import require

NOON = time(12)
# A day may have begun at the drive and not yet here.
A_DAY = timedelta(days=1)


@transaction.atomic
def save_link(link: GivingLink, *, by: Person) -> GivingLink:
    """Show readers a page elsewhere, or no longer, and tell everyone who keeps the books: gifts go where it leads."""
    link.save()
    changed("publication")
    tell_of_link.enqueue(link.pk, by.pk, timezone.now().isoformat())
    return link


@priority("money")
@transaction.atomic
def count_month(link: GivingLink, drive: Drive, *, month: str, amount: Money | None, by: Person) -> Gift | None:
    """Count what arrived on a page in a month ("2021-06"), by one sum; None for nothing.

    Another sum for the same month takes the first one back as a mistake. The same again changes nothing.

    Raises MonthIsCountedByRows where rows of an export count the month already, MonthIsToCome, MonthIsBeingRefunded
    where a refund of the standing sum is still to be paid out: called off later, it would count beside the new one.
    """
    # Two people may type at once; the second waits here and corrects the first.
    link = GivingLink.objects.select_for_update().get(pk=link.pk)
    booking.hold_pools(drive)
    of_month = GiftElsewhere.objects.filter(link=link, month=month)
    require(not of_month.exclude(row_id="").exists(), MonthIsCountedByRows)
    occurred_at = end_of(month, drive)
    standing = of_month.filter(replaced_at=None).first()
    if standing is not None:
        # Who refunds it at this moment waits here, or came first and is seen.
        counted = Gift.objects.select_for_update().get(pk=standing.gift_id)
        if amount == books.remaining(counted) and counted.drive_id == drive.pk:
            return counted
        require(not counted.refunds.filter(state=Refund.State.PENDING).exists(), MonthIsBeingRefunded)
        take_back(counted, by, Refund.Reason.MISTAKE)
        standing.replaced_at = timezone.now()
        standing.save(update_fields=["replaced_at"])
    if amount is None:
        return None
    gift = record_gift(
        drive,
        amount=amount,
        source=Gift.Source.ELSEWHERE,
        occurred_at=occurred_at,
        note=f"{link.name} {month}",
        entered_by=by,
        once_key=f"elsewhere:{link.pk}:{month}:{of_month.count()}",
    )
    GiftElsewhere.objects.create(link=link, month=month, gift=gift)
    return gift


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows were booked, stood already, and were given back; and the ids of those that say something else now."""

    booked: int
    known: int
    taken_back: int
    different: list[str]


@priority("money")
@transaction.atomic
def import_rows(link: GivingLink, drive: Drive, rows: Iterable[Row], *, by: Person) -> Imported:
    """Book each row once by its id, or nothing of the file. A row that was given back since is refunded.

    Raises MonthIsCountedBySum where a typed sum counts the month of a row already, MonthIsToCome.
    """
    link = GivingLink.objects.select_for_update().get(pk=link.pk)
    booking.hold_pools(drive)
    by_id = {
        known.row_id: known
        for known in GiftElsewhere.objects.filter(link=link).exclude(row_id="").select_related("gift")
    }
    summed = set(GiftElsewhere.objects.filter(link=link, row_id="", replaced_at=None).values_list("month", flat=True))
    booked = known = taken_back = 0
    different = []
    for row in rows:
        occurred_at = moment_of(row.at, drive)
        standing = by_id.get(row.row_id)
        if standing is not None and standing.gift.amount != row.amount:
            different.append(row.row_id)
        elif standing is not None:
            known += 1
            taken_back += row.went_back and take_back(standing.gift, by, Refund.Reason.RETURNED)
        elif not row.went_back:
            month = month_of(occurred_at, drive)
            require(month not in summed, MonthIsCountedBySum(month))
            gift = record_gift(
                drive,
                amount=row.amount,
                source=Gift.Source.ELSEWHERE,
                occurred_at=occurred_at,
                note=f"{link.name} {row.row_id}",
                entered_by=by,
                once_key=f"elsewhere:{link.pk}:{sha256(row.row_id.encode()).hexdigest()[:40]}",
            )
            GiftElsewhere.objects.create(link=link, month=month, row_id=row.row_id, gift=gift)
            booked += 1
    return Imported(booked, known, taken_back, different)


def month_of(occurred_at: datetime, drive: Drive) -> str:
    """Return the month a gift counts in by the drive's own calendar; that of the year for a drive without months."""
    period = drive.period_at(occurred_at).key
    return f"{occurred_at.astimezone(drive.zone_info):%Y-%m}" if period == WHOLE_DRIVE else period


def take_back(gift: Gift, by: Person, reason: Refund.Reason) -> bool:
    """Take back what is left of a gift; tell whether something was."""
    gift = Gift.objects.select_for_update().get(pk=gift.pk)
    left = books.remaining(gift)
    if left:
        refund_gift(gift, amount=left, reason=reason, by=by)
    return bool(left)


def end_of(month: str, drive: Drive) -> datetime:
    """Return noon of the last day of a month, by the drive's own calendar; now for the month that still runs.

    Raises MonthIsToCome.
    """
    period = month_named(month, drive.reset_day if drive.kind == Drive.Kind.MONTH else 1)
    assert period is not None
    now = timezone.now()
    require(in_zone(period.first_on, drive.zone_info, time.min) <= now, MonthIsToCome)
    return min(now, in_zone(period.last_on, drive.zone_info, NOON))


def moment_of(at: date | datetime, drive: Drive) -> datetime:
    now = timezone.now()
    moment = at if isinstance(at, datetime) else in_zone(at, drive.zone_info, NOON)
    require(moment <= now + A_DAY, MonthIsToCome)
    return min(moment, now)


def in_zone(day: date, zone: ZoneInfo, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
