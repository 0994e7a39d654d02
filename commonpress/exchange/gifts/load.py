"""Writes the records of a table of gifts into the book: all of them or none, each once, telling nobody.

What is written is remembered by (system, id) in the same transaction, a few thousand gifts at a time, so that the
paper's other writers wait seconds at most, and a run that was cut short goes on where it stopped.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from commonpress.exchange.dry_run import taken_back
from commonpress.exchange.errors import UnreadableFileError
from commonpress.exchange.gifts import table
from commonpress.exchange.gifts.layouts import Layout
from commonpress.exchange.gifts.records import BadRow, GiftRecord, LeftOut, RefundRecord, Row
from commonpress.exchange.gifts.report import GiftReport, Sums
from commonpress.exchange.models import Imported
from commonpress.fundraising.actions.imports import Arrival, import_gifts, import_refund
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books
from commonpress.fundraising.queries.imports import given_by_month

GIFT = "gift"
REFUND = "refund"
AT_ONCE = 2000


def import_table(path: Path, layout: Layout, *, source: str, drive: str, dry_run: bool = False) -> GiftReport:
    """Bring a system's table of gifts into the drive with this slug, and lay file and book side by side.

    `source` tells systems apart: within one, an id is imported once. A row that cannot be read keeps everything out.

    Raises UnreadableFileError, before anything is written.
    """
    report = GiftReport(is_dry_run=dry_run)
    with taken_back() if dry_run else nullcontext():
        into = Drive.objects.filter(slug=drive).first()
        if into is None:
            there = ", ".join(Drive.objects.values_list("slug", flat=True)) or "none"
            raise UnreadableFileError(f"There is no drive {drive}. There are: {there}.")
        rows = table.rows(path, layout, currency=into.currency, zone=into.zone, now=timezone.now())
        Loader(rows, source, into, report).run()
    return report


class Loader:
    def __init__(self, rows: Iterable[Row], source: str, drive: Drive, report: GiftReport) -> None:
        self.rows = rows
        self.source = source
        self.drive = drive
        self.report = report
        self.gifts: dict[str, GiftRecord] = {}
        self.refunds: dict[str, RefundRecord] = {}

    def run(self) -> None:
        self.read()
        gifts_here, refunds_here = self.remembered(GIFT), self.remembered(REFUND)
        new_refunds = [refund for key, refund in self.refunds.items() if key not in refunds_here]
        self.check_refunds(new_refunds, gifts_here)
        self.report.bad.sort(key=lambda row: row.line)
        if self.report.bad:
            return
        for name, all_of_it, here in (("gifts", self.gifts, gifts_here), ("refunds", self.refunds, refunds_here)):
            if all_of_it:
                self.report.seen[name] = len(all_of_it)
                self.report.known[name] = sum(key in here for key in all_of_it)
        new = [gift for key, gift in self.gifts.items() if key not in gifts_here]
        for chunk in chunks(new):
            gifts_here |= self.write(chunk)
        refunds_here |= self.write_refunds(new_refunds, gifts_here)
        self.report.of_file = self.sums_of_file()
        self.report.of_book = given_by_month(
            self.drive,
            sorted(gifts_here[key] for key in self.gifts),
            sorted(refunds_here[key] for key in self.refunds),
        )

    def read(self) -> None:
        for row in self.rows:
            if isinstance(row, BadRow):
                self.report.bad.append(row)
            elif isinstance(row, LeftOut):
                self.report.left_out[row.what] += 1
            elif isinstance(row, GiftRecord):
                self.take(self.gifts, row)
            else:
                self.take(self.refunds, row)

    def take(self, into: dict[str, GiftRecord] | dict[str, RefundRecord], row: GiftRecord | RefundRecord) -> None:
        standing = into.setdefault(row.source_id, row)  # type: ignore[arg-type]  # the caller gives one of its kind
        if standing is not row:
            reason = f"has the id {row.source_id}, which stands in line {standing.line} already"
            self.report.bad.append(BadRow(row.line, reason))

    def remembered(self, kind: str) -> dict[str, int]:
        rows = Imported.objects.filter(source=self.source, kind=kind)
        return dict(rows.values_list("source_id", "row_id"))

    def check_refunds(self, refunds: Sequence[RefundRecord], here: dict[str, int]) -> None:
        """Find what cannot go back: of a gift that is not known, in another currency, or more than is left."""
        left: dict[str, Money] = {}
        for refund in refunds:
            if refund.gift_id not in left:
                if refund.gift_id in here:
                    left[refund.gift_id] = books.remaining(Gift.objects.get(pk=here[refund.gift_id]))
                elif refund.gift_id in self.gifts:
                    left[refund.gift_id] = self.gifts[refund.gift_id].amount
                else:
                    reason = f"takes back a gift that is not known: {refund.gift_id}"
                    self.report.bad.append(BadRow(refund.line, reason))
                    continue
            rest = left[refund.gift_id]
            if rest.currency != refund.amount.currency or refund.amount > rest:
                reason = f"takes back {refund.amount.major} {refund.amount.currency} of {refund.gift_id}, of which "
                self.report.bad.append(BadRow(refund.line, f"{reason}{rest.major} {rest.currency} are left"))
                continue
            left[refund.gift_id] = rest - refund.amount

    @transaction.atomic
    def write(self, records: Sequence[GiftRecord]) -> dict[str, int]:
        gifts = import_gifts(
            self.drive,
            [
                Arrival(
                    amount=record.amount,
                    fee=record.fee,
                    occurred_at=record.occurred_at,
                    name=record.name,
                    email=record.email,
                    message=record.message,
                    note=f"{self.source} {record.source_id}"[:200],
                )
                for record in records
            ],
        )
        made = {record.source_id: gift.pk for record, gift in zip(records, gifts, strict=True)}
        self.remember(GIFT, made)
        self.report.made["gifts"] += len(made)
        return made

    def write_refunds(self, refunds: Sequence[RefundRecord], here: dict[str, int]) -> dict[str, int]:
        made: dict[str, int] = {}
        for record in refunds:
            with transaction.atomic():
                refund = import_refund(
                    Gift.objects.get(pk=here[record.gift_id]),
                    amount=record.amount,
                    fee_back=record.fee_back,
                    at=record.occurred_at,
                    note=f"{self.source} {record.source_id}"[:200],
                )
                self.remember(REFUND, {record.source_id: refund.pk})
            made[record.source_id] = refund.pk
            self.report.made["refunds"] += 1
        return made

    def remember(self, kind: str, made: dict[str, int]) -> None:
        Imported.objects.bulk_create(
            Imported(source=self.source, kind=kind, source_id=source_id, row_id=row_id)
            for source_id, row_id in made.items()
        )

    def sums_of_file(self) -> Sums:
        sums: Counter[tuple[str, str]] = Counter()
        for gift in self.gifts.values():
            sums[self.month_of(gift.occurred_at), gift.amount.currency] += gift.amount.minor
        for refund in self.refunds.values():
            sums[self.month_of(refund.occurred_at), refund.amount.currency] -= refund.amount.minor
        return dict(sums)

    def month_of(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.drive.zone_info):%Y-%m}"


def chunks(records: Sequence[GiftRecord]) -> Iterator[Sequence[GiftRecord]]:
    for start in range(0, len(records), AT_ONCE):
        yield records[start : start + AT_ONCE]
