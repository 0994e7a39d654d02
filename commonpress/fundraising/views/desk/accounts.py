"""Where readers' money goes: what stands, what is proposed, and the forms to propose."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from commonpress.accounts.again import ask_again, is_surely
from commonpress.fundraising import rules
from commonpress.fundraising.actions.accounts import (
    approve_change,
    call_off_change,
    propose_change,
    set_first_account,
)
from commonpress.fundraising.forms.accounts import BankDetailsForm, CryptoAddressForm
from commonpress.fundraising.models.account_change import AccountChange, AccountEvent
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.models.giving_link import GivingLink
from commonpress.fundraising.queries import accounts, meters
from commonpress.fundraising.references import grouped
from commonpress.fundraising.views.desk.screens import ForTreasurers, SureFormScreen
from commonpress.lib import formats, once
from commonpress.newsroom.middleware import publication_of

Subject = AccountChange.Subject
LINES_SHOWN = 50


class Ways(ForTreasurers, WagtailAdminTemplateMixin, TemplateView):
    """What readers are offered, what of it is to change, and what was done before."""

    template_name = "fundraising/desk/ways.html"
    page_title = gettext_lazy("Ways to give")
    header_icon = "lock"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        subjects = [accounts.open_change(subject) for subject in Subject]
        return super().get_context_data(**kwargs) | {
            "bank": BankDetails.load(),
            "addresses": CryptoAddress.objects.all(),
            "links": GivingLink.objects.all(),
            "open_changes": [(change, change_words(change, self.request)) for change in subjects if change],
            "lines": [audit_line(event, self.request) for event in accounts.events_for_audit()[:LINES_SHOWN]],
        }


def moment_words(moment: Any, request: HttpRequest) -> str:
    return formats.moment(moment, publication_of(request).zone, get_language() or "en") if moment else ""


def name_of(change: AccountChange) -> str:
    """Return which account it is about, by no more than its last four letters."""
    shown = change.shown
    number = shown.get("iban") or shown.get("address") or ""
    words = _("bank account") if change.subject == Subject.BANK else _("Bitcoin address")
    return f"{words} …{number[-4:]}" if number else words


def change_words(change: AccountChange, request: HttpRequest) -> str:
    """Return in one sentence what is to happen with an open change."""
    if change.takes_away:
        what = _("To be taken away: %(account)s.")
    elif change.stood:
        what = _("Instead of the one that stands, readers are to be shown: %(account)s.")
    else:
        what = _("Readers are to be shown one more: %(account)s.")
    if change.state == AccountChange.State.WAITING:
        when = _("Another owner has to agree; a day after that it takes effect.")
    else:
        when = _("It takes effect on %(when)s.") % {"when": moment_words(change.takes_effect_at, request)}
    return f"{what % {'account': name_of(change)}} {when}"


def audit_line(event: AccountEvent, request: HttpRequest) -> dict[str, str]:
    return {
        "when": moment_words(event.happened_at, request),
        "account": capfirst(name_of(event.change)),
        "what": event.get_what_display(),
        "by": event.by_name,
        "page": reverse("fundraising_desk:account_change", args=[event.change.public_id]),
    }


class AccountScreen(SureFormScreen):
    """A form that sets a first account, or proposes another one."""

    list_name = "fundraising_desk:ways"
    list_title = gettext_lazy("Ways to give")
    header_icon = "lock"
    subject = Subject.BANK

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        open_change = accounts.open_change(self.subject)
        if open_change is not None:
            facts = [(_("Proposed already"), change_words(open_change, self.request))]
        elif accounts.may_be_set_at_once(self.subject):
            facts = [(_("What happens"), _("This is the first one: readers see it at once."))]
        else:
            facts = [
                (
                    _("What happens"),
                    _(
                        "It becomes a proposal. Another owner has to agree, and a day later it takes effect; where there"
                        " is one owner, it takes effect after three days. Everyone who keeps the books is told at once."
                    ),
                )
            ]
        return super().get_context_data(**kwargs) | {"facts": facts}

    def propose(self, becomes: dict[str, str], address: CryptoAddress | None = None) -> HttpResponse:
        key = once.key_of(self.request.POST)
        change = propose_change(self.subject, becomes, by=self.by, address=address, once_key=key)
        return self.done(" ".join([_("Proposed."), change_words(change, self.request)]))


class BankAccount(AccountScreen):
    page_title = gettext_lazy("Bank account")
    form_class = BankDetailsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": BankDetails.load()}

    def form_valid(self, form: Any) -> HttpResponse:
        if not accounts.may_be_set_at_once(self.subject):
            return self.propose(form.becomes)
        set_first_account(self.subject, form.becomes, by=self.by)
        if meters.current_drive() is None:
            return self.done(_("Saved. Readers see this account once a drive is open."))
        if not form.becomes["iban"]:
            return self.done(_("Readers now read how to send money. Without an IBAN they get no code to scan."))
        return self.done(_("Readers now send their gifts to this account. Everyone who keeps the books is told."))


class NewAddress(AccountScreen):
    page_title = gettext_lazy("Add a Bitcoin address")
    form_class = CryptoAddressForm
    subject = Subject.CRYPTO

    def form_valid(self, form: Any) -> HttpResponse:
        if not accounts.may_be_set_at_once(self.subject):
            return self.propose(form.becomes)
        set_first_account(self.subject, form.becomes, by=self.by)
        return self.done(_("Readers may now send bitcoin to this address. Everyone who keeps the books is told."))


class EditAddress(AccountScreen):
    template_name = "fundraising/desk/address.html"
    form_class = CryptoAddressForm
    subject = Subject.CRYPTO

    @property
    def address(self) -> CryptoAddress:
        return get_object_or_404(CryptoAddress, pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return self.address.label

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.address}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "take-away" in self.request.POST:
            return self.propose({}, self.address)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        return self.propose(form.becomes, self.address)


class ChangeScreen(ForTreasurers, WagtailAdminTemplateMixin, TemplateView):
    """One change: what was, what is to be, and the buttons to agree and to call it off."""

    template_name = "fundraising/desk/account_change.html"
    header_icon = "lock"
    list_name = "fundraising_desk:ways"

    @property
    def change(self) -> AccountChange:
        return get_object_or_404(accounts.changes_for_audit(), public_id=self.kwargs["public_id"])

    def get_page_title(self) -> str:
        return capfirst(name_of(self.change))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("fundraising_desk:ways"), "label": _("Ways to give")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        change = self.change
        return super().get_context_data(**kwargs) | {
            "change": change,
            "words": change_words(change, self.request) if change.is_open else change.get_state_display(),
            "before": facts_of(change.stood) if change.is_open else [],
            "after": facts_of(change.becomes) if change.is_open else [],
            "lines": [audit_line(event, self.request) for event in change.events.select_related("change")],
            "may_approve": change.state == AccountChange.State.WAITING and rules.may_approve(self.request.user, change),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "call-off" in request.POST:
            call_off_change(self.change, by=self.by)
            return self.done(_("Called off. Everything stays as it is, and everyone who keeps the books is told."))
        if not is_surely(request):
            return ask_again(request)
        change = approve_change(self.change, by=self.by)
        return self.done(" ".join([_("Agreed."), change_words(change, request)]))


def facts_of(fields: dict[str, str]) -> list[tuple[str, str]]:
    """Return the fields of a bank account or an address with their labels."""
    model = CryptoAddress if "address" in fields else BankDetails
    shown = fields | ({"iban": grouped(fields["iban"])} if "iban" in fields else {})
    labels = {field.name: capfirst(str(field.verbose_name)) for field in model._meta.fields}  # noqa: SLF001  Django's own way
    return [(labels[name], words) for name, words in shown.items() if words and name != "kind"]
