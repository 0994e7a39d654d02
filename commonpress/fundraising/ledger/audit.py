"""Adds the whole book up again and says where it does not agree with itself or with the meter."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from commonpress.fundraising.ledger.seals import LATE_BY, Chain, follow
from commonpress.fundraising.models.audit import Audit
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.entry import Entry
from commonpress.fundraising.models.seal import SealedEntry
from commonpress.fundraising.public_book import figures

# So that a book gone wrong from end to end is still a letter one can read.
MOST_FINDINGS = 50

UNBALANCED = """
    SELECT entry_id, currency, SUM(amount_minor) FROM fundraising_line
    GROUP BY entry_id, currency HAVING SUM(amount_minor) <> 0 ORDER BY entry_id LIMIT 50
"""
# Each is one statement, so that both its sides are read at one moment while others go on booking.
GIVEN = """
    SELECT 'entries', currency, SUM(amount_minor) FROM fundraising_entry GROUP BY currency
    UNION ALL
    SELECT 'lines', currency, -SUM(amount_minor) FROM fundraising_line
    WHERE account IN ('income:gifts', 'income:fee_cover', 'contra:refunds') GROUP BY currency
"""
RECEIVED = """
    SELECT 'book', drive_id, period_key, meter_currency, SUM(meter_minor), SUM(matched_minor), SUM(gifts)
    FROM fundraising_entry WHERE drive_id IS NOT NULL GROUP BY drive_id, period_key, meter_currency
    UNION ALL
    SELECT 'meter', drive_id, period_key, currency, received_minor, matched_minor, gifts FROM fundraising_metertotal
"""
PROMISED = """
    SELECT 'book', drive_id, period_key, currency, SUM(amount_minor), COUNT(*)
    FROM fundraising_pledge WHERE state = 'open' GROUP BY drive_id, period_key, currency
    UNION ALL
    SELECT 'meter', drive_id, period_key, currency, promised_minor, pledges FROM fundraising_metertotal
"""


def audit(now: datetime) -> Audit:
    """Check the book, the meter and the chain, and keep what was found. Others go on booking meanwhile."""
    return Audit.objects.create(
        made_at=now, entries=Entry.objects.count(), findings=[*sums_apart(), *chain_apart(follow())][:MOST_FINDINGS]
    )


def sums_apart() -> list[str]:
    """Return a sentence for each sum that is not what it should be; none for books that are right."""
    findings = [
        _("Entry %(number)s does not balance: its lines in %(currency)s come to %(amount)s.")
        % {"number": number, "currency": currency, "amount": figures(int(minor), currency)}
        for number, currency, minor in _rows(UNBALANCED)
    ]
    sides: dict[str, dict[str, int]] = {"entries": {}, "lines": {}}
    for side, currency, minor in _rows(GIVEN):
        sides[side][currency] = int(minor)
    for currency in sorted({*sides["entries"], *sides["lines"]}):
        entries, lines = (sides[side].get(currency, 0) for side in ("entries", "lines"))
        if entries != lines:
            findings.append(
                _("Entries say that %(entries)s %(currency)s were given, their lines %(lines)s.")
                % {"entries": figures(entries, currency), "lines": figures(lines, currency), "currency": currency}
            )
    findings += _meter_apart(
        RECEIVED,
        _("The meter of “%(drive)s” for %(period)s in %(currency)s shows %(meter)s, the book says %(book)s."),
    )
    findings += _meter_apart(
        PROMISED,
        _("“%(drive)s” for %(period)s in %(currency)s shows %(meter)s as promised, open pledges say %(book)s."),
    )
    return findings


def _meter_apart(query: str, sentence: str) -> list[str]:
    """Compare rows of (side, drive, period, currency, sums ...); where there is no row the sums are nothing."""
    sides: dict[str, dict[tuple[Any, ...], tuple[int, ...]]] = {"book": {}, "meter": {}}
    for side, drive, period, currency, *sums in _rows(query):
        sides[side][drive, period, currency] = tuple(map(int, sums))
    titles = dict(Drive.objects.values_list("pk", "title"))
    findings = []
    for key in sorted({*sides["book"], *sides["meter"]}):
        drive, period, currency = key
        book, meter = (sides[side].get(key, ()) for side in ("book", "meter"))
        if book != meter and (any(book) or any(meter)):
            findings.append(
                sentence
                % {
                    "drive": titles[drive],
                    "period": period,
                    "currency": currency,
                    "meter": _words(meter, currency),
                    "book": _words(book, currency),
                }
            )
    return findings


def _words(sums: tuple[int, ...], currency: str) -> str:
    """Return "12.50 (1)": what was received, or promised, and by how many; with what was matched between the two."""
    money, *others = sums or (0, 0)
    if len(others) == 2:
        return f"{figures(money, currency)} + {figures(others[0], currency)} ({others[1]})"
    return f"{figures(money, currency)} ({others[-1]})"


def chain_apart(chain: Chain) -> list[str]:
    """Return a sentence if the chain of hashes is broken, or if an entry never came into it; else nothing."""
    if chain.broken_at is not None:
        return [
            _("The chain of hashes is broken at position %(position)s: something was rewritten.")
            % {"position": chain.broken_at}
        ]
    last = SealedEntry.objects.order_by("-entry_id").values_list("entry_id", flat=True).first() or 0
    left_out = Entry.objects.filter(sealed=None, pk__lte=last - LATE_BY).count()
    return [_("%(count)s entries were left out of the chain.") % {"count": left_out}] if left_out else []


def _rows(words: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(words)
        return list(cursor.fetchall())
