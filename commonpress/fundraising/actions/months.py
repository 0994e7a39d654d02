from django.db import connection, transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.database.priority import priority
from commonpress.fundraising.errors import MonthIsRunning
from commonpress.fundraising.models.month_close import MonthClose
from commonpress.fundraising.queries import book_months as months
from commonpress.fundraising.queries.book_months import BookMonth, Sums
from commonpress.lib.refusals import require


def close_month(month: BookMonth, *, by: Person) -> MonthClose:
    """Keep the month's sums as they stand. Closing it twice is closing it once; nothing opens it again.

    Raises MonthIsRunning before the month is over for the paper and for every drive.
    """
    require(months.is_over(month, timezone.now()), MonthIsRunning)
    # The long part, while others book: only what came after this entry is added up while they wait.
    mark, start = months.highest_entry(), months.close_before(month)
    return keep_sums(month, months.sums_before(month, start, mark), start, mark, by=by)


@priority("money")
@transaction.atomic
def keep_sums(month: BookMonth, before: Sums, start: MonthClose | None, mark: int, *, by: Person) -> MonthClose:
    """Close the month with the sums from an earlier close up to an entry, `mark`, and what was booked after that."""
    if connection.vendor == "postgresql":
        # Whoever is booking is waited for, and who comes is kept waiting: each entry is in these sums, or later.
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE fundraising_line IN SHARE ROW EXCLUSIVE MODE")
    standing = MonthClose.objects.filter(month=month.key).first()
    if standing is not None:
        return standing
    now = timezone.now()
    require(months.is_over(month, now), MonthIsRunning)
    sums = months.added(before, months.sums_after(month, start, mark))
    return MonthClose.objects.create(
        month=month.key,
        begins_at=month.begins_at,
        until=month.until,
        closed_at=now,
        closed_by=by,
        highest_entry=months.last_bookings(1).values_list("pk", flat=True).first() or 0,
        accounts=months.frozen(months.in_order(sums)),
        drives=months.frozen(months.drive_sums(month)),
    )
