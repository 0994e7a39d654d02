"""What the book says of gifts and refunds that were imported, to be laid beside the file they came from."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Entry
from commonpress.fundraising.models.refund import Refund

AT_ONCE = 5000


def given_by_month(drive: Drive, gifts: Sequence[int], refunds: Sequence[int]) -> dict[tuple[str, str], int]:
    """Return what these gifts came to less these refunds, by month ("2021-06") and currency, in minor units.

    By the day each happened, in the drive's zone: a refund counts in its own month. Other refunds of the same gifts
    are not counted, and neither are the gifts of the refunds; one that did not arrive is taken out again.
    """
    sums: Counter[tuple[str, str]] = Counter()
    for entries in (*_entries_of_gifts(gifts), *_entries_of_refunds(refunds)):
        rows = (
            entries.annotate(month=TruncMonth("occurred_at", tzinfo=drive.zone_info))
            .values("month", "currency")
            .annotate(total=Sum("amount_minor"))
            .order_by("month")
        )
        for row in rows:
            sums[f"{row['month']:%Y-%m}", row["currency"]] += row["total"]
    return dict(sums)


def _entries_of_gifts(gifts: Sequence[int]) -> Iterator[QuerySet[Entry]]:
    for chunk in _chunks(gifts):
        yield Entry.objects.filter(gift__in=chunk, kind=Entry.Kind.GIFT)


def _entries_of_refunds(refunds: Sequence[int]) -> Iterator[QuerySet[Entry]]:
    for chunk in _chunks(refunds):
        ids = Refund.objects.filter(pk__in=chunk).values_list("public_id", flat=True)
        yield Entry.objects.filter(
            source_key__in=[key for pk in ids for key in (f"refund:{pk}", f"refund:{pk}:failed")]
        )


def _chunks(keys: Sequence[int]) -> Iterator[list[int]]:
    rest = iter(keys)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk
