from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from commonpress.fundraising.actions.pledges import cancel_pledge, confirm_pledge
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.books import ConfirmForm, moment_of
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.queries import books
from commonpress.fundraising.references import read_reference
from commonpress.fundraising.views.desk.screens import FormScreen, ListScreen, amount_in_column, period_choices
from commonpress.lib import formats


class PledgeFilters(WagtailFilterSet):
    state = ChoiceFilter(label=gettext_lazy("State"), choices=Pledge.State.choices)
    period = ChoiceFilter(label=gettext_lazy("Month"), field_name="period_key", choices=period_choices)
    drive = ModelChoiceFilter(label=gettext_lazy("Drive"), queryset=Drive.objects.all())

    class Meta:
        model = Pledge
        fields: list[str] = []


def day_of(pledge: Pledge, moment: str) -> str:
    return formats.day(
        timezone.localtime(getattr(pledge, moment), pledge.drive.zone_info).date(), get_language() or "en"
    )


def giver(pledge: Pledge) -> str:
    return str(pledge.supporter) if pledge.supporter else _("anonymous")


def confirm_url(pledge: Pledge) -> str:
    return reverse("fundraising_desk:confirm", args=[pledge.public_id])


class PledgeList(ListScreen):
    page_title = gettext_lazy("Pledges")
    header_icon = "time"
    index_url_name = "fundraising_desk:pledges"
    index_results_url_name = "fundraising_desk:pledge_results"
    verbose_name_plural = gettext_lazy("pledges")
    filterset_class = PledgeFilters
    is_searchable = True
    search_fields = ["supporter__name", "supporter__email", "message", "reference"]
    columns = [
        TitleColumn("reference", label=gettext_lazy("Reference"), accessor="grouped_reference", get_url=confirm_url),
        Column(
            "amount",
            label=gettext_lazy("Amount"),
            accessor=lambda pledge: amount_in_column(pledge.amount),
            classname="amount",
        ),
        Column("giver", label=gettext_lazy("From"), accessor=giver),
        Column("made", label=gettext_lazy("Made"), accessor=lambda pledge: day_of(pledge, "made_at")),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
    ]

    def get_base_queryset(self) -> QuerySet[Pledge]:
        return books.pledges_for_books()

    def search_queryset(self, queryset: QuerySet[Pledge]) -> QuerySet[Pledge]:
        reference = read_reference(self.search_query)
        if reference is not None:
            return queryset.filter(reference=reference)
        by_words = super().search_queryset(queryset)
        return queryset.filter(
            Q(pk__in=by_words.values("pk")) | books.of_amount(self.search_query, get_language() or "en")
        )


class ConfirmPledge(FormScreen):
    """One pledge, and the form that makes it a gift; a second button lets it go."""

    template_name = "fundraising/desk/confirm.html"
    list_name = "fundraising_desk:pledges"
    list_title = gettext_lazy("Pledges")
    submit_label = gettext_lazy("The money is here")
    form_class = ConfirmForm

    @property
    def pledge(self) -> Pledge:
        if not hasattr(self, "_pledge"):
            self._pledge = get_object_or_404(books.pledges_for_books(), public_id=self.kwargs["public_id"])
        return self._pledge

    def get_page_title(self) -> str:
        return _("Pledge %(reference)s") % {"reference": self.pledge.grouped_reference}

    def get_template_names(self) -> list[str]:
        is_received = self.pledge.state == Pledge.State.CONFIRMED
        return ["fundraising/desk/facts.html"] if is_received else [self.template_name]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"pledge": self.pledge}

    def get_initial(self) -> dict[str, Any]:
        return {"received_on": timezone.localtime(timezone=self.pledge.drive.zone_info).date()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pledge = self.pledge
        facts = [
            (_("Amount"), amount_text(pledge.amount, get_language() or "en")),
            (_("From"), giver(pledge)),
            (_("Made"), day_of(pledge, "made_at")),
            (_("Lapses"), day_of(pledge, "expires_at")),
            (_("State"), pledge.get_state_display()),
            (_("Drive"), str(pledge.drive)),
        ]
        facts += [(_("Message"), pledge.message)] if pledge.message else []
        facts += [(_("Confirmed by"), str(pledge.confirmed_by))] if pledge.confirmed_by else []
        return super().get_context_data(**kwargs) | {"facts": facts, "may_let_go": pledge.is_open}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "let-go" in self.request.POST:
            cancel_pledge(self.pledge)
            return self.done(_("The pledge is let go; the meter no longer shows it."))
        if self.pledge.state == Pledge.State.CONFIRMED:
            return redirect(confirm_url(self.pledge))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        gift = confirm_pledge(
            self.pledge,
            amount=form.cleaned_data["amount"],
            occurred_at=moment_of(form.cleaned_data["received_on"], self.pledge.drive),
            by=self.by,
        )
        words = _("%(amount)s is in the book.")
        return self.done(words % {"amount": amount_text(gift.amount, get_language() or "en")})
