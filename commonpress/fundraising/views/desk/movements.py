"""The queue: movements on the account that a human has to look at, and each of them."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_filters import ChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from commonpress.fundraising.actions.movements import (
    ignore_movement,
    settle_as_refund,
    settle_by_refund,
    settle_movement,
    undo_movement,
)
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.statements import LeaveOutForm, SettleForm, TakeBackForm, received_and_promised
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.models.statement import Movement
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.queries import statements as queries
from commonpress.fundraising.views.desk.screens import AsksAgain, FormScreen, ListScreen, amount_in_column
from commonpress.lib import formats
from commonpress.lib.text import shorten


class MovementFilters(WagtailFilterSet):
    state = ChoiceFilter(label=gettext_lazy("State"), choices=Movement.State.choices)

    class Meta:
        model = Movement
        fields: list[str] = []


def day_shown(movement: Movement) -> str:
    return formats.day(movement.booked_on, get_language() or "en")


def amount_shown(movement: Movement) -> str:
    return amount_text(movement.amount, get_language() or "en")


def movement_url(movement: Movement) -> str:
    return reverse("fundraising_desk:movement", args=[movement.pk])


def what_it_is(movement: Movement) -> str:
    return str(movement.get_why_display() if movement.is_queued else movement.get_state_display())


def what_became(movement: Movement) -> str:
    """Return what it is, and how much was promised where another sum came."""
    if movement.is_queued:
        return what_it_is(movement)
    differences = [difference_of(gift) for gift in movement.gifts.all()]
    return "; ".join(filter(None, [what_it_is(movement), *differences]))


def difference_of(gift: Gift) -> str:
    pledge = getattr(gift, "pledge", None)
    return received_and_promised(gift.amount, pledge.amount) if pledge else ""


class MovementList(ListScreen):
    page_title = gettext_lazy("Movements to settle")
    header_icon = "tasks"
    index_url_name = "fundraising_desk:movements"
    index_results_url_name = "fundraising_desk:movement_results"
    verbose_name_plural = gettext_lazy("movements to settle")
    filterset_class = MovementFilters
    is_searchable = True
    search_fields = ["payer_name", "text"]
    columns = [
        TitleColumn("day", label=gettext_lazy("Day"), accessor=day_shown, get_url=movement_url),
        Column(
            "amount",
            label=gettext_lazy("Amount"),
            accessor=lambda movement: amount_in_column(movement.amount),
            classname="amount",
        ),
        Column("payer", label=gettext_lazy("From"), accessor="payer_name"),
        Column("text", label=gettext_lazy("Text"), accessor=lambda movement: shorten(movement.text, 80)),
        Column("why", label=gettext_lazy("Why"), accessor=what_became),
    ]

    def get_base_queryset(self) -> QuerySet[Movement]:
        # What waits, unless something else is asked for.
        return queries.movements_for_books() if self.request.GET.get("state") else queries.queue()


class MovementScreen(AsksAgain, FormScreen):
    """One movement: what the bank says, what it may be, and the form that settles it, or the button that undoes it."""

    template_name = "fundraising/desk/movement.html"
    header_icon = "tasks"
    list_name = "fundraising_desk:movements"
    list_title = gettext_lazy("Movements to settle")

    @property
    def movement(self) -> Movement:
        if not hasattr(self, "_movement"):
            self._movement = get_object_or_404(queries.movements_for_books(), pk=self.kwargs["pk"])
        return self._movement

    @property
    def came_in(self) -> bool:
        return self.movement.amount_minor > 0

    @property
    def undoes(self) -> bool:
        return "undo" in self.request.POST

    def get_page_title(self) -> str:
        return _("%(amount)s on %(day)s") % {"amount": amount_shown(self.movement), "day": day_shown(self.movement)}

    @property
    def submit_label(self) -> str:  # type: ignore[override]  # it follows from the movement
        return _("Book it") if self.came_in else _("Take the gift back")

    def get_form(self, form_class: Any = None) -> Any:
        if self.undoes:
            return forms.Form(self.request.POST)
        if "leave-out" in self.request.POST:
            return LeaveOutForm(self.request.POST)
        return self.main_form(bound=self.request.method == "POST")

    def main_form(self, *, bound: bool, initial: dict[str, Any] | None = None) -> Any:
        data = self.request.POST if bound else None
        if not self.came_in:
            gifts = queries.gifts_to_take_back(self.movement)
            return TakeBackForm(gifts, queries.refunds_paid_by(self.movement, gifts), data, initial=initial)
        return SettleForm(self.movement, self.pledges(), self.supporters(), data, initial=initial)

    def pledges(self) -> list[Pledge]:
        """Return those that were looked up, and those that are suggested."""
        found = [*self.looked_up(), *queries.suggested_pledges(self.movement)]
        return list(dict.fromkeys(found))

    def looked_up(self) -> list[Pledge]:
        return queries.pledges_to_receive(self.request.GET.get("reference", ""))

    def supporters(self) -> list[Supporter]:
        before = queries.gifts_of_same_payer(self.movement)
        return list(dict.fromkeys(gift.supporter for gift in before if gift.supporter is not None))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        movement = self.movement
        return super().get_context_data(**kwargs) | {
            "facts": self.facts(),
            "movement": movement,
            "came_in": self.came_in,
            "may_undo": movement.state in {"booked", "settled", "ignored"} and movement.refund_id is None,
            "looked_up": self.request.GET.get("reference", ""),
            "is_found": bool(self.looked_up()),
            "alike": [
                (movement_url(one), what_it_is(one), one.statement.file_name) for one in queries.likes_of(movement)
            ],
            "before": [
                (reverse("fundraising_desk:gift", args=[gift.public_id]), gift, amount_text(gift.amount, self.language))
                for gift in queries.gifts_of_same_payer(movement)
            ],
            "became": [
                (
                    reverse("fundraising_desk:gift", args=[gift.public_id]),
                    gift,
                    amount_text(gift.amount, self.language),
                    difference_of(gift),
                )
                for gift in movement.gifts.all()
            ],
        }

    @property
    def language(self) -> str:
        return get_language() or "en"

    def facts(self) -> list[tuple[str, str]]:
        movement = self.movement
        account = f"…{movement.payer_last4}" if movement.payer_last4 else ""
        facts = [
            (_("From") if self.came_in else _("To"), f"{movement.payer_name} {account}".strip()),
            (_("Text"), movement.text),
            (_("State"), movement.get_state_display()),
            (_("Why"), movement.get_why_display()),
            (_("Note"), movement.note),
            (_("Settled by"), str(movement.settled_by or "")),
            (_("File"), _("%(file)s, line %(line)s") % {"file": movement.statement.file_name, "line": movement.line}),
        ]
        return [(label, words) for label, words in facts if words]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.undoes and not self.movement.is_queued:
            # Sent twice, or settled by somebody else meanwhile: its page says what it became.
            return redirect(movement_url(self.movement))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        if self.undoes:
            undo_movement(self.movement, by=self.by)
            messages.success(self.request, _("Undone: the book is corrected, and it waits for you again."))
            return redirect(movement_url(self.movement))
        if isinstance(form, LeaveOutForm):
            ignore_movement(self.movement, note=form.cleaned_data["note"], by=self.by)
            return self.done(_("It is left out of the books, with your note."))
        if isinstance(form, TakeBackForm):
            target, note = form.targets[form.cleaned_data["gift"]], form.cleaned_data["note"]
            if isinstance(target, Refund):
                settle_by_refund(self.movement, target, note=note, by=self.by)
                return self.done(_("The refund is paid out, and this was its money."))
            settle_as_refund(self.movement, target, note=note, by=self.by)
            return self.done(_("The gift is taken back, and the meter restated."))
        data = form.cleaned_data
        settle_movement(self.movement, data["parts"], supporter=form.giver, note=data["note"], by=self.by)
        return self.done(_("%(amount)s is in the book.") % {"amount": amount_shown(self.movement)})

    def form_invalid(self, form: Any) -> HttpResponse:
        if isinstance(form, LeaveOutForm):
            # The same page with everything that was typed, and the sentence beside the note.
            typed = {name: self.request.POST.get(name, "") for name in self.main_form(bound=False).fields}
            shown = self.main_form(bound=False, initial=typed)
            messages.error(self.request, form.errors["note"][0])
            return self.render_to_response(self.get_context_data(form=shown), status=422)
        return super().form_invalid(form)
