"""What was spent, as readers are told."""

from django.db.models import Min, Q, QuerySet, Sum

from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.spending import Spending, SpendingCategory


def calendar_drives() -> QuerySet[Drive]:
    """Return the drives whose months are those of the calendar: beside these the whole paper's spending is shown."""
    return Drive.objects.filter(kind=Drive.Kind.MONTH, reset_day=1, is_visible=True)


def is_calendar(drive: Drive) -> bool:
    return drive.kind == Drive.Kind.MONTH and drive.reset_day == 1


def of_period(drive: Drive, month: str | None) -> QuerySet[Spending]:
    """Return what the drive spent in a month, or ever where it has no months; in a calendar month also the whole paper's.

    Three queries, with the categories and the corrections.
    """
    rows = _beside(drive).select_related("category").prefetch_related("corrections").order_by("-amount_minor", "id")
    return rows if month is None else rows.filter(month=month)


def by_month(drive: Drive) -> dict[str, int]:
    """Return what was spent in each month in the drive's currency, by the month's key, in minor units; one query."""
    rows = _beside(drive).filter(currency=drive.currency).order_by()
    return dict(rows.values_list("month").annotate(total=Sum("amount_minor")))


def first_month(drive: Drive) -> str | None:
    """Return the first month readers were told of spending beside this drive."""
    found: str | None = _beside(drive).aggregate(first=Min("month"))["first"]
    return found


def _beside(drive: Drive) -> QuerySet[Spending]:
    """Return the drive's own spending and, where its months are those of the calendar, the whole paper's."""
    return Spending.objects.filter(Q(drive=drive) | Q(drive=None) if is_calendar(drive) else Q(drive=drive))


def for_desk() -> QuerySet[Spending]:
    return Spending.objects.select_related("drive", "category").prefetch_related("corrections")


def categories() -> list[str]:
    return list(SpendingCategory.objects.values_list("name", flat=True))
