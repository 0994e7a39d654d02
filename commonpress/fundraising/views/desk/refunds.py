"""What was taken back, what is to be paid out, and what waits for a second person."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from commonpress.fundraising.actions.refund_requests import approve_refund, refuse_refund
from commonpress.fundraising.actions.refunds import fail_refund, pay_out
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.refund_request import RefundRequest
from commonpress.fundraising.queries import books, refunds
from commonpress.fundraising.references import read_reference
from commonpress.fundraising.views.desk.screens import (
    AsksAgain,
    FormScreen,
    ListScreen,
    amount_in_column,
    amount_said,
    day_said,
    period_choices,
)
from commonpress.lib import formats
from commonpress.newsroom.middleware import publication_of


class RefundFilters(WagtailFilterSet):
    state = ChoiceFilter(label=gettext_lazy("State"), choices=Refund.State.choices)
    period = ChoiceFilter(label=gettext_lazy("Month"), method="in_period", choices=period_choices)
    drive = ModelChoiceFilter(label=gettext_lazy("Drive"), field_name="gift__drive", queryset=Drive.objects.all())
    source = ChoiceFilter(label=gettext_lazy("Came as"), field_name="gift__source", choices=Gift.Source.choices)

    class Meta:
        model = Refund
        fields: list[str] = []

    def in_period(self, found: QuerySet[Refund], name: str, key: str) -> QuerySet[Refund]:
        return found.filter(gift__in=books.gifts_of_period(Gift.objects.all(), key))


def refund_url(refund: Refund) -> str:
    return reverse("fundraising_desk:refund", args=[refund.public_id])


def approved_by(refund: Refund) -> str:
    return str(refund.request.decided_by or "") if hasattr(refund, "request") else ""


class RefundList(ListScreen):
    page_title = gettext_lazy("Refunds")
    header_icon = "undo"
    index_url_name = "fundraising_desk:refunds"
    index_results_url_name = "fundraising_desk:refund_results"
    verbose_name_plural = gettext_lazy("refunds")
    filterset_class = RefundFilters
    is_searchable = True
    search_fields = ["gift__supporter__name", "gift__supporter__email", "note", "public_id", "gift__public_id"]
    columns = [
        TitleColumn(
            "day",
            label=gettext_lazy("Day"),
            accessor=lambda r: day_said(r.refunded_at, r.gift.drive),
            get_url=refund_url,
        ),
        Column(
            "amount", label=gettext_lazy("Amount"), accessor=lambda r: amount_in_column(r.amount), classname="amount"
        ),
        Column("reason", label=gettext_lazy("Why"), accessor="get_reason_display"),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        Column("by", label=gettext_lazy("By"), accessor=lambda r: str(r.refunded_by or "")),
        Column("approved", label=gettext_lazy("Approved by"), accessor=approved_by),
        Column("drive", label=gettext_lazy("Drive"), accessor="gift.drive"),
    ]

    def get_base_queryset(self) -> QuerySet[Refund]:
        return refunds.refunds_for_books()

    def search_queryset(self, queryset: QuerySet[Refund]) -> QuerySet[Refund]:
        reference = read_reference(self.search_query)
        if reference is not None:
            return queryset.filter(gift__pledge__reference=reference)
        by_words = super().search_queryset(queryset)
        amount = books.of_amount(self.search_query, get_language() or "en", currency="gift__currency")
        return queryset.filter(Q(pk__in=by_words.values("pk")) | amount)

    def get_header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Asked for"), url=reverse("fundraising_desk:refund_requests"), icon_name="group")]


class RefundScreen(AsksAgain, FormScreen):
    """One refund; while it is to be paid out, the button that says it was, and one that says it did not arrive."""

    template_name = "fundraising/desk/two_buttons.html"
    list_name = "fundraising_desk:refunds"
    list_title = gettext_lazy("Refunds")
    header_icon = "undo"
    form_class = forms.Form
    submit_label = gettext_lazy("It is paid out")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.refund = get_object_or_404(refunds.refunds_for_books(), public_id=kwargs["public_id"])

    def get_page_title(self) -> str:
        return _("Refund of %(amount)s") % {"amount": amount_said(self.refund.amount)}

    def get_template_names(self) -> list[str]:
        can_fail = self.refund.reason == Refund.Reason.RETURNED and self.refund.state != Refund.State.FAILED
        return [self.template_name] if can_fail else ["fundraising/desk/facts.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refund = self.refund
        facts = [
            (_("Gift"), f"{amount_said(refund.gift.amount)}, {day_said(refund.gift.occurred_at, refund.gift.drive)}"),
            (_("Drive"), str(refund.gift.drive)),
            (_("Why"), refund.get_reason_display()),
            (_("State"), refund.get_state_display()),
            (_("Day"), day_said(refund.refunded_at, refund.gift.drive)),
            (_("By"), str(refund.refunded_by or "")),
            (_("Approved by"), approved_by(refund)),
            (_("Did not arrive"), day_said(refund.failed_at, refund.gift.drive) if refund.failed_at else ""),
            (_("Note"), refund.note),
            (_("Number"), refund.public_id),
        ]
        return super().get_context_data(**kwargs) | {
            "facts": [(label, words) for label, words in facts if words],
            "has_first_button": refund.is_pending,
            "second_button": _("Call it off") if refund.is_pending else _("It did not arrive"),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        words = {"amount": amount_said(self.refund.amount)}
        if "second" in self.request.POST:
            fail_refund(self.refund)
            return self.done(_("%(amount)s is with us still, and the book says so.") % words)
        pay_out(self.refund)
        return self.done(_("%(amount)s is paid out, and the meter restated.") % words)


class RequestFilters(WagtailFilterSet):
    state = ChoiceFilter(label=gettext_lazy("State"), choices=RefundRequest.State.choices)
    drive = ModelChoiceFilter(label=gettext_lazy("Drive"), field_name="gift__drive", queryset=Drive.objects.all())

    class Meta:
        model = RefundRequest
        fields: list[str] = []


class RequestList(ListScreen):
    page_title = gettext_lazy("Refunds asked for")
    header_icon = "group"
    index_url_name = "fundraising_desk:refund_requests"
    index_results_url_name = "fundraising_desk:refund_request_results"
    verbose_name_plural = gettext_lazy("refunds asked for")
    filterset_class = RequestFilters
    is_searchable = True
    search_fields = ["gift__supporter__name", "gift__supporter__email", "note", "public_id", "gift__public_id"]
    columns = [
        TitleColumn(
            "asked",
            label=gettext_lazy("Asked"),
            accessor=lambda r: day_said(r.asked_at, r.gift.drive),
            get_url=lambda r: reverse("fundraising_desk:refund_request", args=[r.public_id]),
        ),
        Column(
            "amount", label=gettext_lazy("Amount"), accessor=lambda r: amount_in_column(r.amount), classname="amount"
        ),
        Column("reason", label=gettext_lazy("Why"), accessor="get_reason_display"),
        Column("by", label=gettext_lazy("Asked by"), accessor=lambda r: str(r.asked_by or "")),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        Column("decided", label=gettext_lazy("Decided by"), accessor=lambda r: str(r.decided_by or "")),
        Column("drive", label=gettext_lazy("Drive"), accessor="gift.drive"),
    ]

    def get_base_queryset(self) -> QuerySet[RefundRequest]:
        return refunds.requests_for_books()

    def get_header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Refunds"), url=reverse("fundraising_desk:refunds"), icon_name="undo")]


class RequestScreen(AsksAgain, FormScreen):
    """One refund that was asked for; a second person approves or refuses it, who asked may withdraw it."""

    template_name = "fundraising/desk/two_buttons.html"
    list_name = "fundraising_desk:refund_requests"
    list_title = gettext_lazy("Refunds asked for")
    header_icon = "group"
    form_class = forms.Form

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.asked = get_object_or_404(refunds.requests_for_books(), public_id=kwargs["public_id"])

    @property
    def is_own(self) -> bool:
        return self.asked.asked_by_id == self.by.pk

    @property
    def may_approve(self) -> bool:
        waits_until = self.asked.waits_until
        return not self.is_own or (waits_until is not None and waits_until <= timezone.now())

    def get_page_title(self) -> str:
        return _("Refund of %(amount)s asked for") % {"amount": amount_said(self.asked.amount)}

    def get_template_names(self) -> list[str]:
        return [self.template_name] if self.asked.is_open else ["fundraising/desk/facts.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked
        gift = asked.gift
        facts = [
            (_("State"), asked.get_state_display()),
            (_("Gift"), f"{amount_said(gift.amount)}, {day_said(gift.occurred_at, gift.drive)}"),
            (_("Drive"), str(gift.drive)),
            (_("Why"), asked.get_reason_display()),
            (_("Note"), asked.note),
            (_("Asked by"), f"{asked.asked_by or ''}, {day_said(asked.asked_at, gift.drive)}".lstrip(", ")),
            (_("Decided by"), str(asked.decided_by or "")),
            (_("What happens now"), self.next_step()),
        ]
        return super().get_context_data(**kwargs) | {
            "facts": [(label, words) for label, words in facts if words],
            "has_first_button": self.may_approve,
            "submit_button_label": _("Approve: take back %(amount)s") % {"amount": amount_said(asked.amount)},
            "second_button": _("Withdraw it") if self.is_own else _("Refuse it"),
        }

    def next_step(self) -> str:
        if not self.asked.is_open:
            return ""
        if not self.is_own:
            return _("You are the second person: look at it, then approve or refuse.")
        if self.asked.waits_until is None:
            return _("Somebody else who keeps the books decides. You may withdraw it.")
        zone = publication_of(self.request).zone
        return _("You keep the books alone, so it waits 24 hours: from %(moment)s you can go on.") % {
            "moment": formats.moment(self.asked.waits_until, zone, get_language() or "en")
        }

    def form_valid(self, form: Any) -> HttpResponse:
        words = {"amount": amount_said(self.asked.amount)}
        if "second" in self.request.POST:
            refuse_refund(self.asked, by=self.by)
            return self.done(_("The refund of %(amount)s will not be made.") % words)
        refund = approve_refund(self.asked, by=self.by)
        if refund.is_pending:
            return self.done(
                _("%(amount)s is to be paid out. The meter stays as it is until you say that it was.") % words
            )
        return self.done(_("%(amount)s is taken back, and the meter restated.") % words)
