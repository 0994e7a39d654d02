from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from commonpress.fundraising import queries
from commonpress.fundraising.actions.bank import save_bank_details, take_bank_details_away
from commonpress.fundraising.actions.drives import save_drive
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.books import BankDetailsForm
from commonpress.fundraising.forms.drives import DriveForm
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.typeset import typeset
from commonpress.fundraising.views.desk.screens import FormScreen, ListScreen
from commonpress.lib import once
from commonpress.newsroom.middleware import publication_of


class DriveList(ListScreen):
    page_title = gettext_lazy("Drives")
    header_icon = "order"
    index_url_name = "fundraising_desk:drives"
    verbose_name_plural = gettext_lazy("drives")
    columns = [
        TitleColumn(
            "title",
            label=gettext_lazy("Title"),
            get_url=lambda drive: reverse("fundraising_desk:drive", args=[drive.pk]),
        ),
        Column(
            "goal",
            label=gettext_lazy("Goal"),
            accessor=lambda drive: amount_text(drive.goal, get_language() or "en") if drive.goal else "",
            classname="amount",
        ),
        Column("kind", label=gettext_lazy("Runs"), accessor="get_kind_display"),
        BooleanColumn("is_current", label=gettext_lazy("On every page")),
        BooleanColumn("is_visible", label=gettext_lazy("Shown to readers")),
    ]

    def get_base_queryset(self) -> QuerySet[Drive]:
        return Drive.objects.all()

    def get_header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Open a drive"), url=reverse("fundraising_desk:new_drive"), icon_name="plus")]


class NewDrive(FormScreen):
    page_title = gettext_lazy("Open a drive")
    list_name = "fundraising_desk:drives"
    list_title = gettext_lazy("Drives")
    form_class = DriveForm

    def get_initial(self) -> dict[str, Any]:
        publication = publication_of(self.request)
        return {
            "currency": publication.currency,
            "zone": publication.zone,
            "is_current": queries.current_drive() is None,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        drive = save_drive(form.save(commit=False), once=once.key_of(form.data))
        return self.done(_("“%(title)s” is saved.") % {"title": drive.title})


class EditDrive(NewDrive):
    @property
    def drive(self) -> Drive:
        if not hasattr(self, "_drive"):
            self._drive = get_object_or_404(Drive, pk=self.kwargs["pk"])
        return self._drive

    def get_page_title(self) -> str:
        return self.drive.title

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": get_object_or_404(Drive, pk=self.drive.pk)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = typeset(queries.meter(self.drive, timezone.now()), get_language() or "en")
        return super().get_context_data(**kwargs) | {"facts": [(_("Now"), shown.spoken)]}


class BankAccount(FormScreen):
    page_title = gettext_lazy("Bank account")
    list_name = "fundraising_desk:drives"
    list_title = gettext_lazy("Drives")
    form_class = BankDetailsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": BankDetails.load()}

    def form_valid(self, form: Any) -> HttpResponse:
        if form.takes_away:
            take_bank_details_away(by=self.by)
            return self.done(_("The account is taken away. Readers can no longer give by transfer."))
        details = save_bank_details(form.save(commit=False), by=self.by)
        if queries.current_drive() is None:
            return self.done(_("Saved. Readers see this account once a drive is open."))
        if not details.iban:
            return self.done(_("Readers now read how to send money. Without an IBAN they get no code to scan."))
        return self.done(_("Readers now send their gifts to this account. Everyone who keeps the books is told."))
