"""Pages elsewhere on which readers give: which are shown, and what arrived there."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from commonpress.fundraising.actions.links import count_month, import_rows, save_link
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.links import ExportForm, GivingLinkForm, MonthForm
from commonpress.fundraising.models.gift_elsewhere import GiftElsewhere
from commonpress.fundraising.models.giving_link import GivingLink
from commonpress.fundraising.periods import month_before
from commonpress.fundraising.queries import meters
from commonpress.fundraising.views.desk.screens import AsksAgain, FormScreen, SureFormScreen

IDS_SHOWN = 10


class NewLink(SureFormScreen):
    page_title = gettext_lazy("Add a page elsewhere")
    header_icon = "link"
    list_name = "fundraising_desk:ways"
    list_title = gettext_lazy("Ways to give")
    form_class = GivingLinkForm

    def get_initial(self) -> dict[str, Any]:
        return {"position": GivingLink.objects.count() + 1}

    def form_valid(self, form: Any) -> HttpResponse:
        link = save_link(form.save(commit=False), by=self.by)
        if not link.is_shown:
            return self.done(_("Saved. Readers are not shown it."))
        return self.done(_("Saved. Readers are shown it, and everyone who keeps the books is told."))


class OfLink:
    """The page elsewhere that the address names."""

    kwargs: dict[str, Any]

    @property
    def link(self) -> GivingLink:
        return get_object_or_404(GivingLink, pk=self.kwargs["pk"])


class EditLink(OfLink, NewLink):
    def get_page_title(self) -> str:
        return self.link.name

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.link}


class CountMonth(AsksAgain, OfLink, FormScreen):
    """What arrived on a page in a month, typed; and what was counted before."""

    header_icon = "link"
    list_name = "fundraising_desk:ways"
    list_title = gettext_lazy("Ways to give")
    submit_label = gettext_lazy("Count it")
    form_class = MonthForm

    def get_page_title(self) -> str:
        return _("What arrived at %(name)s") % {"name": self.link.name}

    def get_initial(self) -> dict[str, Any]:
        return {"drive": meters.current_drive(), "month": f"{month_before(timezone.localdate(), 1):%Y-%m}"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counted = GiftElsewhere.objects.filter(link=self.link, row_id="", replaced_at=None).select_related("gift")
        language = get_language() or "en"
        facts = [(row.month, amount_text(row.gift.amount, language)) for row in counted[:12]]
        return super().get_context_data(**kwargs) | {"facts": facts}

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        gift = count_month(self.link, data["drive"], month=data["month"], amount=data["amount"], by=self.by)
        if gift is None:
            return self.done(_("Nothing is counted for that month."))
        return self.done(_("%(amount)s is in the book.") % {"amount": amount_text(gift.amount, get_language() or "en")})


class ImportExport(OfLink, FormScreen):
    header_icon = "upload"
    list_name = "fundraising_desk:ways"
    list_title = gettext_lazy("Ways to give")
    submit_label = gettext_lazy("Take it in")
    form_class = ExportForm

    def get_page_title(self) -> str:
        return _("Take in an export of %(name)s") % {"name": self.link.name}

    def get_initial(self) -> dict[str, Any]:
        return {"drive": meters.current_drive()}

    def form_valid(self, form: Any) -> HttpResponse:
        done = import_rows(self.link, form.cleaned_data["drive"], form.rows, by=self.by)
        words = [
            ngettext("%(count)s gift is booked.", "%(count)s gifts are booked.", done.booked) % {"count": done.booked}
        ]
        if done.known:
            stood = ngettext("%(count)s stood already.", "%(count)s stood already.", done.known)
            words.append(stood % {"count": done.known})
        if done.taken_back:
            returned = ngettext("%(count)s was given back.", "%(count)s were given back.", done.taken_back)
            words.append(returned % {"count": done.taken_back})
        if done.different:
            told = _("These have another amount than in the book and were left alone: %(ids)s.")
            words.append(told % {"ids": ", ".join(done.different[:IDS_SHOWN])})
        return self.done(" ".join(words))
