from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from commonpress.fundraising import queries
from commonpress.fundraising.actions.gifts import record_gift, refund_gift
from commonpress.fundraising.actions.supporters import Giver
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.books import GiftForm, RefundForm, moment_of
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money
from commonpress.fundraising.references import read_reference
from commonpress.fundraising.views.desk.screens import FormScreen, ListScreen
from commonpress.lib import formats, once


def period_choices() -> list[tuple[str, str]]:
    return [(key, key) for key in queries.period_keys()]


class GiftFilters(WagtailFilterSet):
    period = ChoiceFilter(label=gettext_lazy("Month"), method="in_period", choices=period_choices)

    class Meta:
        model = Gift
        fields: list[str] = []

    def in_period(self, gifts: QuerySet[Gift], name: str, key: str) -> QuerySet[Gift]:
        return queries.gifts_of_period(gifts, key)


def amount_shown(gift: Gift) -> str:
    language = get_language() or "en"
    amount = amount_text(gift.amount, language)
    refunded = gift.refunded_minor  # type: ignore[attr-defined]  # annotated by gifts_for_books
    if not refunded:
        return amount
    return _("%(amount)s, of it %(refunded)s taken back") % {
        "amount": amount,
        "refunded": amount_text(Money(refunded, gift.currency), language),
    }


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
        Column("amount", label=gettext_lazy("Amount"), accessor=amount_shown, classname="amount"),
        Column("supporter", label=gettext_lazy("Supporter"), accessor=supporter_shown),
        Column("source", label=gettext_lazy("Came as"), accessor="get_source_display"),
        Column("drive", label=gettext_lazy("Drive"), accessor="drive"),
        Column("note", label=gettext_lazy("Note"), accessor="note"),
    ]

    def get_base_queryset(self) -> QuerySet[Gift]:
        return queries.gifts_for_books()

    def search_queryset(self, queryset: QuerySet[Gift]) -> QuerySet[Gift]:
        reference = read_reference(self.search_query)
        if reference is not None:
            return queryset.filter(pledge__reference=reference)
        return super().search_queryset(queryset)

    def get_header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Enter a gift"), url=reverse("fundraising_desk:new_gift"), icon_name="plus")]


class NewGift(FormScreen):
    page_title = gettext_lazy("Enter a gift")
    submit_label = gettext_lazy("Enter it in the book")
    list_name = "fundraising_desk:gifts"
    list_title = gettext_lazy("Gifts")
    form_class = GiftForm

    def get_initial(self) -> dict[str, Any]:
        drive = queries.current_drive()
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
            entered_by=self.by,
            once_key=once.key_of(self.request.POST),
        )
        return self.done(_("%(amount)s is in the book.") % {"amount": amount_text(gift.amount, get_language() or "en")})


class GiftScreen(FormScreen):
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
            self._gift = get_object_or_404(queries.gifts_for_books(), public_id=self.kwargs["public_id"])
        return self._gift

    def get_page_title(self) -> str:
        return _("Gift of %(amount)s") % {"amount": amount_text(self.gift.amount, self.language)}

    def get_form_kwargs(self) -> dict[str, Any]:
        # A form sent a second time is looked at as it was the first time: the action knows it by its key.
        return super().get_form_kwargs() | {"left": queries.remaining(self.gift, before=once.key_of(self.request.POST))}

    def get_template_names(self) -> list[str]:
        left = queries.remaining(self.gift)
        return ["fundraising/desk/form.html"] if left else ["fundraising/desk/facts.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"facts": self.facts()}

    def facts(self) -> list[tuple[str, str]]:
        gift = self.gift
        facts = [
            (_("Received"), day_shown(gift)),
            (_("Supporter"), supporter_shown(gift)),
            (_("Came as"), gift.get_source_display()),
            (_("Drive"), str(gift.drive)),
            (_("Number"), gift.public_id),
        ]
        facts += [(_("Message"), gift.message)] if gift.message else []
        facts += [(_("Note"), gift.note)] if gift.note else []
        facts += [(_("Taken back"), self.refund_line(refund)) for refund in gift.refunds.select_related("refunded_by")]
        return [*facts, (_("Left"), amount_text(queries.remaining(gift), self.language))]

    def refund_line(self, refund: Refund) -> str:
        day = timezone.localtime(refund.refunded_at, self.gift.drive.zone_info).date()
        parts = [
            amount_text(refund.amount, self.language),
            formats.day(day, self.language),
            refund.get_reason_display(),
            str(refund.refunded_by or ""),
            refund.note,
        ]
        return ", ".join(part for part in parts if part)

    def form_valid(self, form: Any) -> HttpResponse:
        refund = refund_gift(
            self.gift,
            amount=form.cleaned_data["amount"],
            reason=Refund.Reason(form.cleaned_data["reason"]),
            note=form.cleaned_data["note"],
            by=self.by,
            once_key=once.key_of(self.request.POST),
        )
        words = _("%(amount)s is taken back, and the meter restated.")
        return self.done(words % {"amount": amount_text(refund.amount, self.language)})
