"""A period's account and the list of all periods as they are printed: every word and figure ready for a template."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonpress.fundraising.account import Account, MonthTotal, Restatement
from commonpress.fundraising.amounts import amount_text, column_text
from commonpress.fundraising.meter import Apart
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.spending import Spending, SpendingCorrection
from commonpress.fundraising.money import Money
from commonpress.fundraising.periods import month_named
from commonpress.fundraising.typeset import percent_text, period_text
from commonpress.lib import formats


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the account; `gifts` is None where it is not about gifts."""

    label: str
    gifts: int | None
    amount: str


@dataclass(frozen=True, slots=True)
class SpendingRow:
    note: str
    amount: str
    is_withdrawn: bool
    document: str
    # A sentence for each time it was changed.
    corrections: list[str]


@dataclass(frozen=True, slots=True)
class CategoryRows:
    name: str
    amount: str
    rows: list[SpendingRow]


@dataclass(frozen=True, slots=True)
class SpendingTable:
    """`sum` is the total as the column above it has it."""

    title: str
    total: str
    sum: str
    categories: list[CategoryRows]


@dataclass(frozen=True, slots=True)
class TypesetAccount:
    """`sources` are ruled off by what was raised: `sum`, as their column has it."""

    title: str
    raised: str
    goal: str
    percent: str
    matched: str
    promised: str
    gifts: int
    sources: list[Row]
    sum: str
    # Sentences.
    apart: list[str]
    restatements: list[str]


@dataclass(frozen=True, slots=True)
class MonthRow:
    key: str
    title: str
    raised: str
    gifts: int
    spent: str
    share: str


def typeset_account(account: Account, language: str) -> TypesetAccount:
    drive, goal = account.drive, account.drive.goal
    share = Fraction(account.raised.minor, goal.minor) if goal else None
    sources = [
        Row(source_text(total.source), total.gifts, column_text(total.money, language)) for total in account.sources
    ]
    if account.refunded:
        sources.append(Row(_("Given back"), None, column_text(-account.refunded, language).replace("-", "\u2212")))
    if account.matched:
        words = _("Added by %(by)s") % {"by": drive.match_by} if drive.match_by else _("Added by a matching pool")
        sources.append(Row(words, None, column_text(account.matched, language)))
    return TypesetAccount(
        title=title_of(drive, account.key, language),
        raised=amount_text(account.raised, language),
        goal=amount_text(goal, language) if goal else "",
        percent=percent_text(share, language) if share is not None else "",
        matched=amount_text(account.matched, language) if account.matched else "",
        promised=amount_text(account.promised, language) if account.promised else "",
        gifts=account.gifts,
        sources=sources,
        sum=column_text(account.raised, language),
        apart=[apart_text(apart, language) for apart in account.apart],
        restatements=[restatement_text(row, account, language) for row in account.restatements],
    )


def apart_text(apart: Apart, language: str) -> str:
    line = ngettext(
        "Beside it %(number)s gift of %(amount)s, for which no rate of exchange was known.",
        "Beside it %(number)s gifts of %(amount)s together, for which no rate of exchange was known.",
        apart.gifts,
    )
    return line % {"number": apart.gifts, "amount": amount_text(apart.money, language)}


def title_of(drive: Drive, key: str, language: str) -> str:
    """Return what a period is called: "June 2021", the days where its months are its own, else the drive's title."""
    period = month_named(key, drive.reset_day)
    return (period_text(drive, period, language) if period else "") or drive.title


def source_text(name: str) -> str:
    """Return how money came, as the first words of a line."""
    words = {
        "bank": _("By bank transfer"),
        "cash": _("In cash"),
        "cheque": _("By cheque"),
        "crypto": _("In a cryptocurrency"),
        "elsewhere": _("Through other sites"),
    }
    return words.get(name) or str(Gift.Source(name).label)


def restatement_text(row: Restatement, account: Account, language: str) -> str:
    words = {
        "day": formats.day(row.on, language),
        "amount": amount_text(row.amount, language),
        "period": title_of(account.drive, account.key, language),
        "number": row.refunds,
    }
    if row.kind == "correction":
        line = ngettext(
            "Restated on %(day)s: a gift of %(amount)s in %(period)s had been entered by mistake.",
            "Restated on %(day)s: %(number)s gifts in %(period)s, %(amount)s together, had been entered by mistake.",
            row.refunds,
        )
    elif row.kind == "refund_failed":
        line = ngettext(
            "Restated on %(day)s: a refund of %(amount)s given in %(period)s did not arrive, and counts again.",
            "Restated on %(day)s: %(number)s refunds of gifts in %(period)s, %(amount)s together, did not arrive, "
            "and count again.",
            row.refunds,
        )
    elif row.kind == "gift":
        line = ngettext(
            "Restated on %(day)s: a gift of %(amount)s in %(period)s was entered after the month was closed.",
            "Restated on %(day)s: %(number)s gifts in %(period)s, %(amount)s together, were entered after the month was "
            "closed.",
            row.refunds,
        )
    else:
        line = ngettext(
            "Restated on %(day)s: a refund of %(amount)s given in %(period)s.",
            "Restated on %(day)s: %(number)s refunds of gifts in %(period)s, %(amount)s together.",
            row.refunds,
        )
    return line % words


def typeset_months(months: Iterable[MonthTotal], drive: Drive, language: str) -> list[MonthRow]:
    return [
        MonthRow(
            key=month.key,
            title=title_of(drive, month.key, language),
            raised=column_text(month.raised, language),
            gifts=month.gifts,
            spent=column_text(month.spent, language) if month.spent is not None else "",
            share=percent_text(Fraction(month.raised.minor, drive.goal.minor), language) if drive.goal else "",
        )
        for month in months
    ]


def typeset_spending(rows: Iterable[Spending], title: str, language: str) -> SpendingTable | None:
    """Return rows of one currency by their categories, the largest first; None where there is none."""
    rows = list(rows)
    if not rows:
        return None
    by_category: dict[str, list[Spending]] = {}
    for row in rows:
        by_category.setdefault(row.category.name, []).append(row)
    sums = {name: total(of_category) for name, of_category in by_category.items()}
    return SpendingTable(
        title=title,
        total=amount_text(total(rows), language),
        sum=column_text(total(rows), language),
        categories=[
            CategoryRows(
                name=name,
                amount=column_text(sums[name], language),
                rows=[spending_row(row, language) for row in by_category[name]],
            )
            for name in sorted(by_category, key=lambda name: (-sums[name].minor, name))
        ],
    )


def total(rows: Iterable[Spending]) -> Money:
    rows = list(rows)
    return Money(sum(row.amount_minor for row in rows), rows[0].currency)


def spending_row(row: Spending, language: str) -> SpendingRow:
    return SpendingRow(
        note=row.note,
        amount=column_text(row.amount, language),
        is_withdrawn=row.amount_minor == 0,
        document=row.document_address,
        corrections=corrections_of(row, language),
    )


def corrections_of(row: Spending, language: str) -> list[str]:
    """Return a sentence for each correction: the day, what stood here before, and why."""
    corrections = list(row.corrections.all())
    sentences = []
    for place, before in enumerate(corrections):
        # What stood here after it was changed: what the next one found, or what stands now.
        after = corrections[place + 1] if place + 1 < len(corrections) else row
        sentences.append(correction_text(before, after, language))
    return sentences


def correction_text(before: SpendingCorrection, after: Spending | SpendingCorrection, language: str) -> str:
    day = formats.day(timezone.localtime(before.corrected_at).date(), language)
    words = {
        "day": day,
        "amount": amount_text(before.amount, language),
        "category": before.category,
        "reason": before.reason,
    }
    if after.amount_minor == 0:
        line = _("Withdrawn on %(day)s: %(amount)s stood here. %(reason)s")
    elif before.amount_minor != after.amount_minor:
        line = _("Corrected on %(day)s: %(amount)s stood here before. %(reason)s")
    elif before.is_document_changed:
        line = _("Corrected on %(day)s: the document was changed. %(reason)s")
    elif before.note != after.note:
        # Not what it read: it may have been changed because of that.
        line = _("Corrected on %(day)s: the note was worded otherwise before. %(reason)s")
    else:
        line = _("Corrected on %(day)s: this stood under “%(category)s” before. %(reason)s")
    return line % words
