"""What the database says, in statements of our own, and how it must hang together at every moment."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db import connection

from tests.fundraising.histories.model import only_moved


@dataclass
class Books:
    """The rows of some drives. An entry and a line are all their columns, by name."""

    entries: dict
    lines: dict
    meters: dict
    milestones: set


def read(drive_keys):
    """Return what stands about drives, by their places in the list of their keys."""
    places = {key: place for place, key in enumerate(drive_keys)}
    of_drives = f"drive_id IN ({', '.join(map(str, drive_keys))})"
    entries = rows(f"SELECT * FROM fundraising_entry WHERE {of_drives}")
    lines = rows(
        f"SELECT * FROM fundraising_line WHERE entry_id IN (SELECT id FROM fundraising_entry WHERE {of_drives})"
    )
    totals = rows(f"SELECT * FROM fundraising_metertotal WHERE {of_drives}")
    milestones = rows(f"SELECT * FROM fundraising_milestone WHERE {of_drives}")
    return Books(
        entries={entry["id"]: entry | {"drive": places[entry["drive_id"]]} for entry in entries},
        lines={line["id"]: line for line in lines},
        meters={
            (places[total["drive_id"]], total["period_key"], total["currency"]): (
                total["received_minor"],
                total["matched_minor"],
                total["gifts"],
                total["promised_minor"],
                total["pledges"],
            )
            for total in totals
        },
        milestones={(places[one["drive_id"]], one["period_key"], one["percent"]) for one in milestones},
    )


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def require_sound(books, before):
    """Hold the books to what is true whatever happened: balanced, unchanged since `before`, and the meter their sum."""
    for name in ("entries", "lines"):
        now, then = getattr(books, name), getattr(before, name)
        assert {key: now.get(key) for key in then} == then, f"{name} that stood were changed"

    of_entries, given = defaultdict(Counter), Counter()
    for line in books.lines.values():
        of_entries[line["entry_id"]][line["currency"]] += line["amount_minor"]
        if line["account"].startswith(("income:", "contra:")):
            given[line["entry_id"]] -= line["amount_minor"]
    assert set(of_entries) == set(books.entries), "an entry without lines, or lines without an entry"
    assert [entry for entry, sums in of_entries.items() if any(sums.values())] == [], "entries that do not balance"
    assert without_zeros(given) == without_zeros({key: row["amount_minor"] for key, row in books.entries.items()})

    summed = defaultdict(lambda: [0, 0, 0])
    for entry in books.entries.values():
        place = summed[entry["drive"], entry["period_key"], entry["meter_currency"]]
        for at, column in enumerate(("meter_minor", "matched_minor", "gifts")):
            place[at] += entry[column]
    shown = {place: list(figures[:3]) for place, figures in books.meters.items()}
    assert only_moved(shown) == only_moved(summed), "the meter is not the sum of the ledger"


def require_told_by(model, books):
    """Hold the books to what the model says was received, promised, reached, and lies where."""
    assert only_moved(books.meters) == model.meters()
    balances = Counter()
    for line in books.lines.values():
        balances[line["account"], line["currency"]] += line["amount_minor"]
    assert without_zeros(balances) == without_zeros(model.balances)
    assert len(books.entries) == model.movements
    assert books.milestones == model.milestones


def without_zeros(counted):
    return {place: number for place, number in counted.items() if number}
