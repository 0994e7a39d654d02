"""What supporters say they sent over a chain: to look up, to book, to put aside."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from commonpress.fundraising.actions.crypto import choose_sender, confirm_transfer, dismiss_transfer, tell_of_transfer
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.books import moment_of
from commonpress.fundraising.forms.crypto import ChooseSenderForm, ConfirmTransferForm, NewTransferForm, SenderForm
from commonpress.fundraising.models.crypto_transfer import CryptoTransfer
from commonpress.fundraising.queries import meters
from commonpress.fundraising.views.desk.accounts import moment_words
from commonpress.fundraising.views.desk.screens import FormScreen, ListScreen, amount_in_column


class TransferFilters(WagtailFilterSet):
    state = ChoiceFilter(label=gettext_lazy("State"), choices=CryptoTransfer.State.choices)

    class Meta:
        model = CryptoTransfer
        fields: list[str] = []


def transfer_url(transfer: CryptoTransfer) -> str:
    return reverse("fundraising_desk:transfer", args=[transfer.public_id])


class TransferList(ListScreen):
    page_title = gettext_lazy("Bitcoin sent")
    header_icon = "link"
    index_url_name = "fundraising_desk:transfers"
    index_results_url_name = "fundraising_desk:transfer_results"
    verbose_name_plural = gettext_lazy("transfers")
    filterset_class = TransferFilters
    is_searchable = True
    search_fields = ["transaction_id", "sent_to"]

    @property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("transaction", label=_("Transaction"), accessor="short_id", get_url=transfer_url),
            Column("told", label=_("Told on"), accessor=lambda row: moment_words(row.announced_at, self.request)),
            Column("address", label=_("Sent to"), accessor="address"),
            Column("state", label=_("State"), accessor="get_state_display"),
            Column(
                "amount",
                label=_("Amount"),
                accessor=lambda row: amount_in_column(row.gift.amount) if row.gift else "",
                classname="amount",
            ),
        ]

    def get_base_queryset(self) -> QuerySet[CryptoTransfer]:
        return CryptoTransfer.objects.select_related("address", "gift")

    def get_header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Enter one"), url=reverse("fundraising_desk:new_transfer"), icon_name="plus")]


class NewTransfer(FormScreen):
    page_title = gettext_lazy("Enter a transfer")
    submit_label = gettext_lazy("Go on")
    list_name = "fundraising_desk:transfers"
    list_title = gettext_lazy("Bitcoin sent")
    form_class = NewTransferForm

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        return redirect(transfer_url(tell_of_transfer(data["address"], transaction_id=data["transaction"], by=self.by)))


class ConfirmTransfer(FormScreen):
    """One transfer, and the form that makes it a gift; a second button puts it aside."""

    template_name = "fundraising/desk/transfer.html"
    list_name = "fundraising_desk:transfers"
    list_title = gettext_lazy("Bitcoin sent")
    submit_label = gettext_lazy("It is there: enter it in the book")
    form_class = ConfirmTransferForm

    @property
    def transfer(self) -> CryptoTransfer:
        if not hasattr(self, "_transfer"):
            rows = CryptoTransfer.objects.select_related("address", "supporter", "gift", "settled_by")
            self._transfer = get_object_or_404(rows, public_id=self.kwargs["public_id"])
        return self._transfer

    def get_page_title(self) -> str:
        return _("Transfer %(transaction)s") % {"transaction": self.transfer.short_id}

    @property
    def is_received(self) -> bool:
        return self.transfer.state == CryptoTransfer.State.CONFIRMED

    @property
    def is_nobodys(self) -> bool:
        """Tell whether it is in the book, and is still to be given to one of several who told of it."""
        tellers = self.transfer.tellers.all()
        return self.is_received and self.transfer.supporter is None and len(tellers) > 1

    def get_template_names(self) -> list[str]:
        is_settled = self.is_received and not self.is_nobodys
        return ["fundraising/desk/facts.html"] if is_settled else [self.template_name]

    def get_form_class(self) -> type[SenderForm]:
        return ChooseSenderForm if self.is_nobodys else ConfirmTransferForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"tellers": self.transfer.tellers.select_related("supporter")}

    def get_initial(self) -> dict[str, Any]:
        drive = meters.current_drive()
        zone = drive.zone_info if drive else None
        return {"drive": drive, "received_on": timezone.localtime(self.transfer.announced_at, zone).date()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        transfer = self.transfer
        facts = [
            (_("Transaction"), transfer.transaction_id),
            (_("Sent to"), transfer.sent_to),
            (_("Named"), transfer.address.label if transfer.address else _("taken away since")),
            (_("Told on"), moment_words(transfer.announced_at, self.request)),
            (_("Told by"), "; ".join(map(str, transfer.tellers.select_related("supporter"))) or _("the paper itself")),
            (
                _("Does that prove who sent it?"),
                _("No. Everybody can read the id on the chain, and tell of it with any address."),
            ),
            (_("State"), transfer.get_state_display()),
        ]
        if transfer.gift is not None:
            facts.append((_("Booked as"), amount_text(transfer.gift.amount, get_language() or "en")))
            facts.append((_("Whose gift it is"), str(transfer.supporter) if transfer.supporter else _("nobody’s yet")))
        may_dismiss = transfer.state == CryptoTransfer.State.ANNOUNCED
        context = super().get_context_data(**kwargs) | {"facts": facts, "may_dismiss": may_dismiss}
        return context | ({"submit_button_label": _("Give it to them")} if self.is_nobodys else {})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "dismiss" in self.request.POST:
            dismiss_transfer(self.transfer, by=self.by)
            return self.done(_("Put aside. Should it turn up after all, it can still be booked."))
        if self.is_received and not self.is_nobodys:
            return redirect(transfer_url(self.transfer))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        if self.is_nobodys:
            choose_sender(self.transfer, data["sender"])
            return self.done(_("It is theirs now, and the receipt is on its way."))
        gift = confirm_transfer(
            self.transfer,
            drive=data["drive"],
            amount=data["amount"],
            occurred_at=moment_of(data["received_on"], data["drive"]),
            sender=data.get("sender"),
            by=self.by,
        )
        return self.done(_("%(amount)s is in the book.") % {"amount": amount_text(gift.amount, get_language() or "en")})
