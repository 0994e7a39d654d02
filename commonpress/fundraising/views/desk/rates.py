from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from commonpress.fundraising.actions.rates import save_rate, take_in_rates
from commonpress.fundraising.forms.rates import RateForm, RatesFileForm
from commonpress.fundraising.models.fx_rate import FxRate
from commonpress.fundraising.views.desk.screens import FormScreen, ListScreen
from commonpress.lib import formats


def day_shown(rate: FxRate) -> str:
    return formats.day(rate.day, get_language() or "en")


class RateList(ListScreen):
    page_title = gettext_lazy("Rates of exchange")
    header_icon = "resubmit"
    index_url_name = "fundraising_desk:rates"
    verbose_name_plural = gettext_lazy("rates of exchange")
    columns = [
        Column("day", label=gettext_lazy("Day"), accessor=day_shown),
        Column("rate", label=gettext_lazy("Rate"), accessor=str, classname="amount"),
        Column("source", label=gettext_lazy("Source"), accessor="get_source_display"),
    ]

    def get_base_queryset(self) -> QuerySet[FxRate]:
        return FxRate.objects.all()

    def get_header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(_("Type a rate in"), url=reverse("fundraising_desk:new_rate"), icon_name="plus"),
            HeaderButton(_("Take in a file"), url=reverse("fundraising_desk:rates_file"), icon_name="upload"),
        ]


class NewRate(FormScreen):
    page_title = gettext_lazy("Type a rate in")
    list_name = "fundraising_desk:rates"
    list_title = gettext_lazy("Rates of exchange")
    form_class = RateForm

    def get_initial(self) -> dict[str, Any]:
        return {"day": timezone.localdate()}

    def form_valid(self, form: Any) -> HttpResponse:
        rate = save_rate(form.save(commit=False))
        words = _("%(rate)s is kept. Gifts entered from now on are counted by it; those in the book stay as they are.")
        return self.done(words % {"rate": rate})


class RatesFile(FormScreen):
    page_title = gettext_lazy("Take in a file of rates")
    submit_label = gettext_lazy("Take it in")
    list_name = "fundraising_desk:rates"
    list_title = gettext_lazy("Rates of exchange")
    form_class = RatesFileForm

    def form_valid(self, form: Any) -> HttpResponse:
        taken = take_in_rates(form.cleaned_data["file"])
        words = ngettext("%(count)s new rate is kept.", "%(count)s new rates are kept.", taken)
        return self.done(words % {"count": taken})
