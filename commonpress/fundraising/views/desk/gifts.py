from typing import Any

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

from commonpress.fundraising.actions.gifts import record_gift
from commonpress.fundraising.actions.refund_requests import take_back
from commonpress.fundraising.actions.supporters import Giver
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.books import GiftForm, RefundForm, moment_of
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.refund_request import RefundRequest
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import books, meters
from commonpress.fundraising.receipting import may_have_receipt
from commonpress.fundraising.references import read_reference
from commonpress.fundraising.views.desk.screens import (
    AsksAgain,
    FormScreen,
    ListScreen,
    amount_in_column,
    amount_said,
    period_choices,
)
from commonpress.lib import formats, once


class GiftFilters(WagtailFilterSet):
    period = ChoiceFilter(label=gettext_lazy("Month"), method="in_period", choices=period_choices)
    drive = ModelChoiceFilter(label=gettext_lazy("Drive"), queryset=Drive.objects.all())
    source = ChoiceFilter(label=gettext_lazy("Came as"), choices=Gift.Source.choices)

    class Meta:
        model = Gift
        fields: list[str] = []

    def in_period(self, gifts: QuerySet[Gift], name: str, key: str) -> QuerySet[Gift]:
        return books.gifts_of_period(gifts, key)


def taken_back(gift: Gift) -> str:
    refunded = gift.refunded_minor  # type: ignore[attr-defined]  # annotated by gifts_for_books
    return amount_in_column(Money(refunded, gift.currency)) if refunded else ""


def day_shown(gift: Gift) -> str:
    return formats.day(timezone.localtime(gift.occurred_at, gift.drive.zone_info).date(), get_language() or "en")


def supporter_shown(gift: Gift) -> str:
    return str(gift.supporter) if gift.supporter else _("anonymous")


def gift_url(gift: Gift) -> str:
    return reverse("fundraising_desk:gift", args=[gift.public_id])


class GiftList(ListScreen):
    page_title = gettext_lazy("Gifts")
    header_icon = "pick"
    index_url_name = "fundraising_desk:gifts"
    index_results_url_name = "fundraising_desk:gift_results"
    verbose_name_plural = gettext_lazy("gifts")
    filterset_class = GiftFilters
    is_searchable = True
    search_fields = ["supporter__name", "supporter__public_name", "supporter__email", "note", "message", "public_id"]
    columns = [
        TitleColumn("day", label=gettext_lazy("Received"), accessor=day_shown, get_url=gift_url),
        Column(
            "amount",
            label=gettext_lazy("Amount"),
            accessor=lambda gift: amount_in_column(gift.amount),
            classname="amount",
        ),
        Column("taken_back", label=gettext_lazy("Taken back"), accessor=taken_back, classname="amount"),
        Column("supporter", label=gettext_lazy("Supporter"), accessor=supporter_shown),
        Column("source", label=gettext_lazy("Came as"), accessor="get_source_display"),
        Column("drive", label=gettext_lazy("Drive"), accessor="drive"),
        Column("note", label=gettext_lazy("Note"), accessor="note"),
    ]

    def get_base_queryset(self) -> QuerySet[Gift]:
        return books.gifts_for_books()

    def search_queryset(self, queryset: QuerySet[Gift]) -> QuerySet[Gift]:
        reference = read_reference(self.search_query)
        if reference is not None:
            return queryset.filter(pledge__reference=reference)
        by_words = super().search_queryset(queryset)
        return queryset.filter(
            Q(pk__in=by_words.values("pk")) | books.of_amount(self.search_query, get_language() or "en")
        )

    def get_header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Enter a gift"), url=reverse("fundraising_desk:new_gift"), icon_name="plus")]


class NewGift(FormScreen):
    page_title = gettext_lazy("Enter a gift")
    submit_label = gettext_lazy("Enter it in the book")
    list_name = "fundraising_desk:gifts"
    list_title = gettext_lazy("Gifts")
    form_class = GiftForm

    def get_initial(self) -> dict[str, Any]:
        drive = meters.current_drive()
        zone = drive.zone_info if drive else None
        return {"drive": drive, "received_on": timezone.localtime(timezone=zone).date()}

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        gift = record_gift(
            data["drive"],
            amount=data["amount"],
            source=Gift.Source(data["source"]),
            occurred_at=moment_of(data["received_on"], data["drive"]),
            supporter=Giver(data["name"], data["email"], may_be_named=data["may_be_named"]),
            is_anonymous=not data["may_be_named"],
            note=data["note"],
            fee=data["fee"],
            cover=data["cover"],
            pays_match=data["pays_match"],
            entered_by=self.by,
            once_key=once.key_of(self.request.POST),
        )
        words = _("%(amount)s is in the book.")
        if not books.is_counted(gift):
            words = _(
                "%(amount)s is in the book, but in no sum: no rate of that day or the week before is known. Type one in "
                "under “Rates of exchange”, take this gift back as a mistake, and enter it again."
            )
        return self.done(words % {"amount": amount_text(gift.amount, get_language() or "en")})


class GiftScreen(AsksAgain, FormScreen):
    """One gift, what was taken back of it, and the form to take back more."""

    list_name = "fundraising_desk:gifts"
    list_title = gettext_lazy("Gifts")
    submit_label = gettext_lazy("Take it back now")
    form_class = RefundForm

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.language = get_language() or "en"

    @property
    def gift(self) -> Gift:
        if not hasattr(self, "_gift"):
            self._gift = get_object_or_404(books.gifts_for_books(), public_id=self.kwargs["public_id"])
        return self._gift

    def get_page_title(self) -> str:
        return _("Gift of %(amount)s") % {"amount": amount_text(self.gift.amount, self.language)}

    def get_form_kwargs(self) -> dict[str, Any]:
        # A form sent a second time is looked at as it was the first time: the action knows it by its key.
        return super().get_form_kwargs() | {"left": books.remaining(self.gift, before=once.key_of(self.request.POST))}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["amount"].help_text = _("Above %(limit)s of one gift, a second person is asked.") % {
            "limit": amount_said(self.gift.drive.refund_limit)
        }
        return form

    def get_template_names(self) -> list[str]:
        left = books.remaining(self.gift)
        return ["fundraising/desk/gift.html"] if left else ["fundraising/desk/gift_facts.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"facts": self.facts()} | self.receipts()

    def receipts(self) -> dict[str, Any]:
        receipts = list(self.gift.receipts.order_by("year", "serial"))
        return {
            "gift": self.gift,
            "receipts": receipts,
            "may_issue": not receipts and may_have_receipt(self.gift),
            "has_address": self.gift.supporter is not None and bool(self.gift.supporter.email),
        }

    def facts(self) -> list[tuple[str, str]]:
        gift = self.gift
        facts = [
            (_("Received"), day_shown(gift)),
            (_("Supporter"), supporter_shown(gift)),
            (_("Came as"), gift.get_source_display()),
            (_("Drive"), str(gift.drive)),
            (_("Number"), gift.public_id),
            (_("Entered by"), str(gift.entered_by or "")),
        ]
        facts = [(label, words) for label, words in facts if words]
        if not books.is_counted(gift):
            facts.append((_("Counts"), _("in no sum: no rate of its week was known")))
        facts += [(_("Message"), gift.message)] if gift.message else []
        facts += [(_("Note"), gift.note)] if gift.note else []
        facts += [(_("Taken back"), self.refund_line(refund)) for refund in gift.refunds.select_related("refunded_by")]
        asked = gift.refund_requests.filter(state=RefundRequest.State.ASKED).select_related("asked_by")
        facts += [
            (_("Waits for a second person"), f"{amount_said(request.amount)}, {request.asked_by or ''}".rstrip(", "))
            for request in asked
        ]
        return [*facts, (_("Left"), amount_text(books.remaining(gift), self.language))]

    def refund_line(self, refund: Refund) -> str:
        day = timezone.localtime(refund.refunded_at, self.gift.drive.zone_info).date()
        parts = [
            amount_text(refund.amount, self.language),
            formats.day(day, self.language),
            refund.get_reason_display() if refund.state == Refund.State.DONE else refund.get_state_display(),
            str(refund.refunded_by or ""),
            refund.note,
        ]
        return ", ".join(part for part in parts if part)

    def form_valid(self, form: Any) -> HttpResponse:
        taken = take_back(
            self.gift,
            amount=form.cleaned_data["amount"],
            reason=Refund.Reason(form.cleaned_data["reason"]),
            note=form.cleaned_data["note"],
            is_paid_out=not form.cleaned_data["is_to_be_paid_out"],
            by=self.by,
            once_key=once.key_of(self.request.POST),
        )
        return self.done(words_for(taken) % {"amount": amount_said(taken.amount)})


def words_for(taken: Refund | RefundRequest) -> str:
    if isinstance(taken, RefundRequest):
        if taken.waits_until is not None:
            return _("%(amount)s is more than one person takes back at once. You can go on with it in 24 hours.")
        return _("%(amount)s is more than one person takes back. Everyone else who keeps the books is asked.")
    if taken.is_pending:
        return _("%(amount)s is to be paid out. The meter stays as it is until you say that it was.")
    return _("%(amount)s is taken back, and the meter restated.")
