"""A hundred thousand gifts of another system: the dry run with its comparison to the cent, and the import itself.

Run in a process that has a paper for its own; `measure` expects Django loaded and tables brought up to date.
"""

import csv
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from commonpress.bench.rows import Row
from commonpress.bench.server import Unfit

GIFTS = 100_000
# One in so many goes back; one in so many is of somebody who gave before.
REFUNDED = 200
FAITHFUL = 3
FIRST = datetime(2021, 1, 1, tzinfo=UTC)
HEAD = ("balance_transaction_id", "created_utc", "currency", "gross", "fee", "reporting_category", "charge_id")
NAMES = ("customer_name", "customer_email")


def measure(folder: Path, *, gifts: int = GIFTS, seed: int = 1) -> list[Row]:
    """Return how long each takes. Raises Unfit where file and book do not agree, or a second run wrote anything."""
    from commonpress.exchange.gifts.layouts import LAYOUTS
    from commonpress.exchange.gifts.load import import_table
    from commonpress.fundraising.models.drive import Drive

    table = folder / "gifts.csv"
    write_table(table, gifts=gifts, seed=seed)
    slug = f"brought-in-{time.time_ns()}"
    Drive.objects.create(title="Brought in", slug=slug, currency="EUR", zone="UTC")
    rows = []
    for name, dry_run in (("dry run of an import", True), ("import", False)):
        began = time.perf_counter()
        report = import_table(table, LAYOUTS["stripe-balance"], source=slug, drive=slug, dry_run=dry_run)
        seconds = time.perf_counter() - began
        if not report.agrees:
            raise Unfit("\n".join(report.lines()))
        rows.append(
            Row(
                measure=f"{name}, {gifts:,} gifts",
                value=seconds,
                unit="s",
                goal=60,
                floor=60,
                context=f"compared to the cent, {report.seen['refunds']} refunds among them",
            )
        )
    again = import_table(table, LAYOUTS["stripe-balance"], source=slug, drive=slug)
    if again.made.total() or not again.agrees:
        raise Unfit("A second run of the same file was not without effect.")
    return rows


def write_table(path: Path, *, gifts: int, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - repeatable on purpose
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([*HEAD, *NAMES])
        for number in range(gifts):
            at = FIRST + timedelta(minutes=number * 10)
            minor = chance.choice((5_00, 10_00, 25_00, 50_00)) + chance.randrange(100)
            fee = minor * 29 // 1000 + 25
            giver = chance.randrange(gifts // FAITHFUL)
            who = (f"Reader {giver}", f"reader{giver}@readers.example")
            out.writerow(
                [f"txn_{number}", f"{at:%F %T}", "eur", major(minor), major(fee), "charge", f"ch_{number}", *who]
            )
            if number % REFUNDED == 0:
                later = at + timedelta(days=20)
                out.writerow(
                    [
                        f"txn_r{number}",
                        f"{later:%F %T}",
                        "eur",
                        f"-{major(minor)}",
                        "0.00",
                        "refund",
                        f"ch_{number}",
                        *who,
                    ]
                )


def major(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
