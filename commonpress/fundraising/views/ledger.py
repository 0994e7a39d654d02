"""The readers' ledger: what came in and what it was spent on, month by month, for each drive."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonpress.changes.shown import keep, shows
from commonpress.fundraising.ledger import reading
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.month_chart import chart_of
from commonpress.fundraising.periods import WHOLE_DRIVE, month_after, month_before, next_midnight
from commonpress.fundraising.queries import meters, months, seals, spending
from commonpress.fundraising.typeset_ledger import (
    SpendingTable,
    title_of,
    typeset_account,
    typeset_months,
    typeset_spending,
)
from commonpress.newsroom.middleware import publication_of
from commonpress.newsroom.models.addresses import absolute


@require_safe
def present(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Show the present month of a drive and the list of them all; without a slug, of the drive on every page."""
    keep("drive:*", "spending", "seals")
    if slug is None and meters.current_drive() is None:
        context = {"drive": None, "others": months.other_drives(None)}
        return render(request, "fundraising/ledger.html", context)
    drive = drive_or_404(slug)
    now = timezone.now()
    language = publication_of(request).language
    every = months.months_of(drive, now)
    context = account_context(drive, slug, drive.period_at(now).key, language) | {
        "months": typeset_months(every, drive, language),
        "chart": chart_of(every, drive.goal, language),
        "others": months.other_drives(drive),
        "seal": seals.latest(),
        "own_address": absolute(reverse("fundraising:drive_ledger", args=[drive.slug])),
    }
    return render(request, "fundraising/ledger.html", context)


@require_safe
def month(request: HttpRequest, period_key: str, slug: str | None = None) -> HttpResponse:
    """Show one month of a drive, the present one included."""
    keep("drive:*", "spending")
    drive = drive_or_404(slug)
    first, present_key = months.span_of(drive, timezone.now())
    # A drive without months has the one account its page shows.
    if WHOLE_DRIVE in {period_key, present_key} or not first <= period_key <= present_key:
        raise Http404
    language = publication_of(request).language
    context = account_context(drive, slug, period_key, language) | {
        "own_address": absolute(reverse("fundraising:drive_month", args=[drive.slug, period_key])),
        "turns": turns(drive, first, period_key, present_key, language),
    }
    return render(request, "fundraising/ledger.html", context)


def turns(drive: Drive, first: str, key: str, last: str, language: str) -> dict[str, tuple[str, str]]:
    """Return the months before and after one, where there are such, as their keys and what they are called."""
    first_on = date.fromisoformat(f"{key}-01")
    keys = {"earlier": f"{month_before(first_on, 1):%Y-%m}", "later": f"{month_after(first_on):%Y-%m}"}
    return {name: (other, title_of(drive, other, language)) for name, other in keys.items() if first <= other <= last}


def drive_or_404(slug: str | None) -> Drive:
    drive = meters.current_drive() if slug is None else months.visible_drive(slug)
    if drive is None:
        raise Http404
    # Each knows by its own calendar which month is the present one.
    shows(until=next_midnight(timezone.now(), zone=drive.zone))
    return drive


def account_context(drive: Drive, slug: str | None, key: str, language: str) -> dict[str, Any]:
    account = months.account_of(drive, key, timezone.now())
    return {
        "drive": drive,
        "slug": slug,
        "key": key,
        "account": typeset_account(account, language),
        "is_present": account.is_present,
        "has_months": key != WHOLE_DRIVE,
        "tables": spending_tables(drive, key, language),
        "root": reverse("fundraising:drive_ledger", args=[slug]) if slug else reverse("fundraising:ledger"),
        "files": range(1, reading.parts_of_period(drive, key) + 1),
    }


def spending_tables(drive: Drive, key: str, language: str) -> list[SpendingTable]:
    """Return what was spent by the drive and, in a month of the calendar, by the whole paper."""
    rows = list(spending.of_period(drive, None if key == WHOLE_DRIVE else key))
    by_drive = [row for row in rows if row.drive_id is not None]
    by_paper = [row for row in rows if row.drive_id is None]
    when = title_of(drive, key, language)
    tables = [
        typeset_spending(by_drive, _("What it was spent on"), language),
        typeset_spending(by_paper, _("What the paper spent in %(month)s") % {"month": when}, language),
    ]
    return [table for table in tables if table is not None]
