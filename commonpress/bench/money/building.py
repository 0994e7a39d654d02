"""Makes a paper with drives, or fills its book with so many lines, past nobody: every trigger sees each of them.

Run in a process that has the paper for its own: python -m commonpress.bench.money.building 0, and then 10000000
"""

import sys

import django

DRIVES, MONTHS = 24, 60
# Of so many bookings on a drive, one after the other, the last takes a euro of the one before back.
RUN = 50
AT_ONCE = 100_000
UPKEEP = "VACUUM ANALYZE"
# What is numbered here is not the sequence's own doing.
NEXT = "SELECT setval(pg_get_serial_sequence(%(table)s, 'id'), %(highest)s)"

NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)",
    "postgresql": "WITH numbers AS (SELECT n::bigint FROM generate_series(%s, %s) AS n)",
}
NOON = {"sqlite": "{period} || '-15 12:00:00'", "postgresql": "({period} || '-15 12:00:00+00')::timestamptz"}


def build(what: str) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    if what == "0":
        open_drives()
    elif what != "migrate":
        fill(int(what))


def open_drives() -> None:
    from django.db import connection

    from commonpress.fundraising.models.drive import Drive

    for number in range(DRIVES):
        Drive.objects.create(
            pk=number + 1, title=f"Drive {number + 1}", slug=f"drive-{number + 1}", currency="EUR",
            goal_minor=5_000_00, is_current=number == 0,
        )  # fmt: skip
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(NEXT, {"table": "fundraising_drive", "highest": DRIVES})


def fill(lines: int) -> None:
    """Book half as many entries as lines. They have no gifts: neither the meter nor an audit reads those."""
    from django.db import connection, transaction

    entries = lines // 2
    for first in range(1, entries + 1, AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements(connection.vendor, entries):
                cursor.execute(statement, [first, min(first + AT_ONCE - 1, entries)])
    with connection.cursor() as cursor:
        cursor.execute(TOTALS)
        if connection.vendor == "postgresql":
            cursor.execute(NEXT, {"table": "fundraising_entry", "highest": entries})
            # As its own upkeep does within minutes.
            cursor.execute(UPKEEP)


def statements(vendor: str, entries: int) -> list[str]:
    """Return what books the entries from one number to another: their lines first."""
    numbers = NUMBERS[vendor]
    run = f"((n - 1) / {RUN})"
    month = f"({run} * {MONTHS} / {entries // RUN + 1})"
    period = (
        f"(2021 + {month} / 12) || '-' || substr('0' || ({month} %% 12 + 1), length('0' || ({month} %% 12 + 1)) - 1)"
    )
    noon = NOON[vendor].format(period=f"({period})")
    amount = f"CASE n %% {RUN} WHEN 0 THEN -100 ELSE 500 + n * 7919 %% 9500 END"
    back = f"n %% {RUN} = 0"
    return [
        f"""
        INSERT INTO fundraising_line (entry_id, account, amount_minor, currency)
        {numbers}
        SELECT n, CASE WHEN side = 1 THEN 'asset:bank' WHEN {back} THEN 'contra:refunds' ELSE 'income:gifts' END,
          side * ({amount}), 'EUR'
        FROM numbers CROSS JOIN (SELECT 1 AS side UNION ALL SELECT -1) AS sides
        """,  # noqa: S608  our own words
        f"""
        INSERT INTO fundraising_entry
          (id, source_key, kind, occurred_at, booked_at, drive_id, period_key, currency, amount_minor, meter_currency,
           meter_minor, matched_minor, gifts, rate, reverses_id)
        {numbers}
        SELECT n, 'bench:' || n, CASE WHEN {back} THEN 'refund' ELSE 'gift' END, {noon}, {noon}, {run} %% {DRIVES} + 1,
          {period}, 'EUR', {amount}, 'EUR', {amount}, 0, CASE WHEN {back} THEN 0 ELSE 1 END, '',
          CASE WHEN {back} THEN n - 1 END
        FROM numbers ORDER BY n
        """,  # noqa: S608  our own words
    ]


TOTALS = """
INSERT INTO fundraising_metertotal
  (drive_id, period_key, currency, received_minor, matched_minor, gifts, promised_minor, pledges)
SELECT drive_id, period_key, meter_currency, SUM(meter_minor), SUM(matched_minor), SUM(gifts), 0, 0
FROM fundraising_entry GROUP BY drive_id, period_key, meter_currency
"""


if __name__ == "__main__":
    django.setup()
    build(sys.argv[1])
