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

from commonpress.fundraising import rules
from commonpress.fundraising.actions.drives import save_drive
from commonpress.fundraising.forms.drives import DriveForm
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.queries import meters
from commonpress.fundraising.typeset import typeset
from commonpress.fundraising.views.desk.screens import FormScreen, ListScreen, amount_in_column
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
            accessor=lambda drive: amount_in_column(drive.goal) if drive.goal else "",
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
            "is_current": meters.current_drive() is None,
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"may_set_limits": rules.may_set_limits(self.by)}

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
        shown = typeset(meters.meter(self.drive, timezone.now()), get_language() or "en")
        return super().get_context_data(**kwargs) | {"facts": [(_("Now"), shown.spoken)]}
