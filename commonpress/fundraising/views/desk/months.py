"""The book month by month: what is open, what moved, and the button that closes it."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from commonpress.fundraising.actions.months import close_month
from commonpress.fundraising.models.month_close import MonthClose
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import book_months as months
from commonpress.fundraising.queries.book_months import AccountSum, BookMonth, DriveSum
from commonpress.fundraising.queries.waiting import open_in
from commonpress.fundraising.views.desk.screens import (
    AsksAgain,
    FormScreen,
    ForTreasurers,
    amount_in_column,
    amount_said,
)
from commonpress.fundraising.views.desk.words import ACCOUNTS, KINDS
from commonpress.lib import formats
from commonpress.newsroom.middleware import publication_of

LATE_SHOWN = 100


def month_said(month: BookMonth) -> str:
    return formats.month(month.first_on, get_language() or "en")


def moment_said(close: MonthClose, zone: str) -> str:
    return formats.moment(close.closed_at, zone, get_language() or "en")


class MonthList(ForTreasurers, WagtailAdminTemplateMixin, TemplateView):
    template_name = "fundraising/desk/months.html"
    page_title = gettext_lazy("Months")
    header_icon = "calendar"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        zone = publication_of(self.request).zone
        now = timezone.now()
        closes = months.closes()
        found = months.months_of_book(now, zone)
        rows = [
            {
                "key": month.key,
                "month": month_said(month),
                "close": closes.get(month.key),
                "closed": moment_said(closes[month.key], zone) if month.key in closes else "",
                "is_over": now >= month.until,
                "restated": bool(months.restatements(closes[month.key])) if month.key in closes else False,
            }
            for month in found
        ]
        years = sorted({month.key[:4] for month in found}, reverse=True)
        return super().get_context_data(**kwargs) | {"months": rows, "years": years}


class MonthScreen(AsksAgain, FormScreen):
    template_name = "fundraising/desk/month.html"
    list_name = "fundraising_desk:months"
    list_title = gettext_lazy("Months")
    header_icon = "calendar"
    form_class = forms.Form

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.zone = publication_of(request).zone
        self.close = months.closes().get(kwargs["month"])
        if self.close is not None:
            self.month = months.month_of_close(self.close)
            return
        try:
            self.month = months.book_month(kwargs["month"], self.zone)
        except ValueError:
            raise Http404 from None

    def get_page_title(self) -> str:
        return month_said(self.month)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        accounts = months.account_sums(self.month)
        drives = months.drive_sums(self.month)
        late = months.booked_since(self.close) if self.close else None
        return super().get_context_data(**kwargs) | {
            "month": self.month,
            "close": self.close,
            "closed": moment_said(self.close, self.zone) if self.close else "",
            "may_close": self.close is None and months.is_over(self.month, timezone.now()),
            "waiting": open_in(self.month),
            "accounts": [account_row(each) for each in accounts],
            "drives": [drive_row(each) for each in drives],
            "restatements": [
                {
                    "title": each.title,
                    "at_close": amount_in_column(each.at_close),
                    "now": amount_in_column(each.now),
                    "difference": amount_in_column(each.now - each.at_close),
                }
                for each in (months.restatements(self.close) if self.close else [])
            ],
            "moved": [account_row(each) for each in (months.moved_since(self.close, accounts) if self.close else [])],
            "late": [
                {
                    "day": formats.moment(entry.booked_at, self.zone, get_language() or "en"),
                    "kind": KINDS[entry.kind],
                    "amount": amount_said(Money(entry.amount_minor, entry.currency)),
                    "gift": entry.gift,
                }
                for entry in (late[:LATE_SHOWN] if late is not None else [])
            ],
            "more_late": max(0, late.count() - LATE_SHOWN) if late is not None else 0,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        close_month(self.month, by=self.by)
        messages.success(self.request, _("%(month)s is closed.") % {"month": month_said(self.month)})
        return redirect(reverse("fundraising_desk:month", args=[self.month.key]))


def account_row(each: AccountSum) -> dict[str, Any]:
    """Return an account's line: what it held is said of money alone, other accounts only tell what moved."""
    is_money = each.account.startswith("asset:")
    return {
        "account": ACCOUNTS[each.account],
        "opening": amount_in_column(Money(each.opening, each.currency)) if is_money else "",
        "debits": amount_in_column(Money(each.debits, each.currency)),
        "credits": amount_in_column(Money(each.credits, each.currency)),
        "closing": amount_in_column(Money(each.closing, each.currency)) if is_money else "",
    }


def drive_row(each: DriveSum) -> dict[str, Any]:
    return {
        "title": each.title,
        "raised": amount_in_column(Money(each.raised_minor, each.currency)),
        "goal": amount_in_column(Money(each.goal_minor, each.currency)) if each.goal_minor else "",
    }
