"""Books many gifts at once, by the rules that book one: for imports."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from django.db import connection
from django.utils import timezone

from commonpress.changes.changed import changed
from commonpress.fundraising import counting
from commonpress.fundraising.ledger.booking import GIVEN, Counted, counted, hold_pools, left_in_pool, lines_in
from commonpress.fundraising.ledger.totals import add_unsaid
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Entry, Line
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries.rates import rate_between


def enter_many(drive: Drive, gifts: Sequence[Gift]) -> None:
    """Book gifts of one drive that are saved and not booked yet: all lines, then all entries, then the meter.

    Inside the caller's transaction. The database checks each entry against its lines as it does any other. Raises
    IntegrityError if one of them is booked already; then none is.
    """
    if not gifts:
        return
    numbers = next_entry_numbers(len(gifts))
    pool, rate_of = HeldPool(drive), cache(rate_between)
    booked = [(number, gift, lines_in(gift)) for number, gift in zip(numbers, gifts, strict=True)]
    Line.objects.bulk_create(
        Line(entry_id=number, account=account, amount_minor=money.minor, currency=money.currency)
        for number, _gift, lines in booked
        for account, money in lines
    )
    booked_at = timezone.now()
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    entries = []
    for number, gift, lines in booked:
        counts = counted(gift, rate_of=rate_of, match=pool.match)
        period_key = drive.period_at(gift.occurred_at).key
        entries.append(
            Entry(
                pk=number,
                source_key=f"gift:{gift.public_id}",
                kind=Entry.Kind.GIFT,
                occurred_at=gift.occurred_at,
                booked_at=booked_at,
                drive=drive,
                period_key=period_key,
                gift=gift,
                currency=gift.currency,
                amount_minor=-sum(money.minor for account, money in lines if account in GIVEN),
                meter_currency=counts.currency,
                meter_minor=counts.meter_minor,
                matched_minor=counts.matched_minor,
                gifts=counts.gifts,
                rate=counts.rate,
                rate_on=counts.rate_on,
            )
        )
        add(sums[period_key, counts.currency], counts)
    Entry.objects.bulk_create(entries)
    for (period_key, currency), (received, matched, count) in sorted(sums.items()):
        add_unsaid(drive, period_key, currency, received_minor=received, matched_minor=matched, gifts=count)
    changed(drive.key)


def add(sums: list[int], counts: Counted) -> None:
    for place, minor in enumerate((counts.meter_minor, counts.matched_minor, counts.gifts)):
        sums[place] += minor


class HeldPool:
    """A drive's matching pool, held until commit and counted down here: what was booked before is asked for once."""

    def __init__(self, drive: Drive) -> None:
        hold_pools(drive)
        self.left = left_in_pool(drive)

    def match(self, drive: Drive, money: Money) -> int:
        added = counting.matched(money, left=self.left, percent=drive.match_percent)
        self.left -= added
        return added


def next_entry_numbers(count: int) -> list[int]:
    """Return the numbers of the next entries, which their lines must know before they stand."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('fundraising_entry', 'id')) FROM generate_series(1, %s)", [count]
            )
            return [int(number) for (number,) in cursor.fetchall()]
        # SQLite has one writer at a time: whoever is here holds the database until commit.
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM fundraising_entry")
        highest = int(cursor.fetchone()[0])
        return list(range(highest + 1, highest + 1 + count))
