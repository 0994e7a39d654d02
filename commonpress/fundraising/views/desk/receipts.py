"""The treasurer's screens about receipts: all of them, who issues them, and the statements of a year."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from commonpress.fundraising import rules
from commonpress.fundraising.actions.receipts import save_issuer, send_annual_statements, send_receipt
from commonpress.fundraising.errors import NotTheOwner
from commonpress.fundraising.forms.issuer import IssuerForm
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.issuer import Issuer
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.queries.annual import years_that_are_over
from commonpress.fundraising.receipting import issuer_now
from commonpress.fundraising.views.desk.screens import FormScreen, ForTreasurers, ListScreen, amount_in_column
from commonpress.lib import formats
from commonpress.lib.refusals import require
from commonpress.newsroom.middleware import publication_of


class ReceiptList(ListScreen):
    page_title = gettext_lazy("Receipts")
    header_icon = "doc-full"
    index_url_name = "fundraising_desk:receipts"
    index_results_url_name = "fundraising_desk:receipt_results"
    verbose_name_plural = gettext_lazy("receipts")
    is_searchable = True
    columns = [
        TitleColumn(
            "number",
            label=gettext_lazy("Number"),
            accessor="number",
            get_url=lambda receipt: receipt.get_absolute_url(),
        ),
        Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display"),
        Column(
            "amount",
            label=gettext_lazy("Amount"),
            accessor=lambda receipt: amount_in_column(receipt.amount),
            classname="amount",
        ),
        Column("name", label=gettext_lazy("Name"), accessor="name"),
        Column(
            "day",
            label=pgettext_lazy("a day", "On"),
            accessor=lambda receipt: formats.day(receipt.day, get_language() or "en"),
        ),
        Column("sent", label=gettext_lazy("Sent"), accessor="sent_times"),
    ]

    def get_base_queryset(self) -> QuerySet[Receipt]:
        return Receipt.objects.select_related("gift")

    def search_queryset(self, queryset: QuerySet[Receipt]) -> QuerySet[Receipt]:
        year, _dash, serial = self.search_query.partition("-")
        if year.isdecimal() and serial.isdecimal() and len(year) <= 4 and len(serial) <= 9:
            return queryset.filter(year=int(year), serial=int(serial))
        return queryset.filter(name__icontains=self.search_query)

    def get_header_buttons(self) -> list[HeaderButton]:
        buttons = [HeaderButton(_("Statements of a year"), url=reverse("fundraising_desk:annual"), icon_name="mail")]
        if rules.may_name_issuer(self.request.user):
            buttons.append(HeaderButton(_("Who issues them"), url=reverse("fundraising_desk:issuer"), icon_name="edit"))
        return buttons


class SendReceipt(ForTreasurers, View):
    """Issues the receipt of a gift, or sends it once more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        gift = get_object_or_404(Gift.objects.select_related("supporter"), public_id=public_id)
        receipt = send_receipt(gift)
        if gift.supporter is not None and gift.supporter.email:
            words = _("Receipt %(number)s is on its way to the supporter.")
        else:
            words = _("Receipt %(number)s is issued. Print it: no address is known to send it to.")
        messages.success(request, words % {"number": receipt.number})
        return redirect("fundraising_desk:gift", public_id=public_id)


class IssuerScreen(FormScreen):
    page_title = gettext_lazy("Who issues receipts")
    header_icon = "edit"
    list_name = "fundraising_desk:receipts"
    list_title = gettext_lazy("Receipts")
    form_class = IssuerForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(rules.may_name_issuer(request.user), NotTheOwner)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": Issuer.load()}

    def get_initial(self) -> dict[str, Any]:
        if Issuer.load() is not None:
            return {}
        return {"legal_name": issuer_now(publication_of(self.request))["legal_name"]}

    def form_valid(self, form: Any) -> HttpResponse:
        issuer = save_issuer(form.save(commit=False))
        if issuer.is_charity:
            return self.done(_("Saved. Receipts issued from now on speak of donations, and name your status."))
        return self.done(_("Saved. Receipts issued from now on say so; those that are out keep what they said."))


class YearForm(forms.Form):
    year = forms.TypedChoiceField(coerce=int, label=gettext_lazy("Year"))

    def __init__(self, years: list[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]  # a choice field's


class AnnualStatements(FormScreen):
    page_title = gettext_lazy("Statements of a year")
    submit_label = gettext_lazy("Send them")
    header_icon = "mail"
    list_name = "fundraising_desk:receipts"
    list_title = gettext_lazy("Receipts")
    form_class = YearForm

    @property
    def years(self) -> list[int]:
        return years_that_are_over(publication_of(self.request).tzinfo, timezone.now())

    def get_template_names(self) -> list[str]:
        return ["fundraising/desk/form.html"] if self.years else ["fundraising/desk/facts.html"]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"years": self.years}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = _(
            "Everyone who gave in the year from an address we know gets one letter, with a link to a sheet that lists"
            " all their gifts. Whoever has that letter already gets no second one."
        )
        if not self.years:
            words = _("No year in which something came is over yet.")
        return super().get_context_data(**kwargs) | {"facts": [(_("What happens"), words)]}

    def form_valid(self, form: Any) -> HttpResponse:
        year = form.cleaned_data["year"]
        send_annual_statements(year)
        return self.done(_("The statements for %(year)s are on their way.") % {"year": year})
