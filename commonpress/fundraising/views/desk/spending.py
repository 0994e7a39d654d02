from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from commonpress.fundraising.actions.spending import (
    Wording,
    correct_spending,
    delete_category,
    enter_spending,
    rename_category,
)
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.spending import CategoryForm, CorrectSpendingForm, SpendingForm
from commonpress.fundraising.models.spending import Spending, SpendingCategory, SpendingCorrection
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from commonpress.fundraising.queries import spending as queries
from commonpress.fundraising.views.desk.screens import FormScreen, ListScreen, amount_in_column
from commonpress.lib import formats, once
from commonpress.newsroom.middleware import publication_of


def amount_shown(spending: Spending) -> str:
    if not spending.amount_minor:
        return _("withdrawn")
    return amount_text(spending.amount, get_language() or "en")


def amount_listed(spending: Spending) -> str:
    return amount_in_column(spending.amount) if spending.amount_minor else _("withdrawn")


def spent_by(spending: Spending) -> str:
    return str(spending.drive) if spending.drive else _("the whole paper")


def was_corrected(spending: Spending) -> str:
    return _("corrected") if spending.corrections.all() else ""


class SpendingList(ListScreen):
    page_title = gettext_lazy("Spending")
    header_icon = "doc-full"
    index_url_name = "fundraising_desk:spending"
    index_results_url_name = "fundraising_desk:spending_results"
    verbose_name_plural = gettext_lazy("spending")
    is_searchable = True
    search_fields = ["month", "category__name", "note"]
    columns = [
        TitleColumn(
            "month",
            label=gettext_lazy("Month"),
            get_url=lambda spending: reverse("fundraising_desk:correct_spending", args=[spending.public_id]),
        ),
        Column("category", label=gettext_lazy("Category"), accessor="category"),
        Column("amount", label=gettext_lazy("Amount"), accessor=amount_listed, classname="amount"),
        Column("by", label=gettext_lazy("Spent by"), accessor=spent_by),
        Column("note", label=gettext_lazy("Note"), accessor="note"),
        Column("corrected", label="", accessor=was_corrected),
    ]

    def get_base_queryset(self) -> QuerySet[Spending]:
        return queries.for_desk()

    def get_header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(_("Enter spending"), url=reverse("fundraising_desk:new_spending"), icon_name="plus"),
            HeaderButton(_("Categories"), url=reverse("fundraising_desk:categories"), icon_name="list-ul"),
        ]


class EnterSpending(FormScreen):
    page_title = gettext_lazy("Enter spending")
    header_icon = "doc-full"
    submit_label = gettext_lazy("Publish it")
    list_name = "fundraising_desk:spending"
    list_title = gettext_lazy("Spending")
    form_class = SpendingForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"currency": publication_of(self.request).currency}

    def get_initial(self) -> dict[str, Any]:
        drive = meters.current_drive()
        today = timezone.localtime(timezone=drive.zone_info if drive else None)
        return {"drive": drive, "month": f"{today:%Y-%m}"}

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        spending = enter_spending(
            Spending(drive=data["drive"], month=data["month"]),
            Wording(data["amount"], data["category_name"], data["note"], data["document"]),
            by=self.by,
            once=once.key_of(self.request.POST),
        )
        amount = amount_text(spending.amount, get_language() or "en")
        return self.done(_("Readers see now that %(amount)s was spent.") % {"amount": amount})


class CorrectSpending(FormScreen):
    """One row of spending, what stood there before, and the form that changes it in the open."""

    template_name = "fundraising/desk/spending.html"
    header_icon = "doc-full"
    submit_label = gettext_lazy("Correct it in the open")
    list_name = "fundraising_desk:spending"
    list_title = gettext_lazy("Spending")
    form_class = CorrectSpendingForm

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.language = get_language() or "en"

    @property
    def spending(self) -> Spending:
        if not hasattr(self, "_spending"):
            self._spending = get_object_or_404(queries.for_desk(), public_id=self.kwargs["public_id"])
        return self._spending

    def get_page_title(self) -> str:
        return f"{self.spending.month}, {self.spending.category}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"spending": self.spending}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        spending = self.spending
        facts = [(_("Spent by"), spent_by(spending)), (_("Amount"), amount_shown(spending))]
        facts += [(_("Note"), spending.note)] if spending.note else []
        facts += [(_("Entered"), self.signed(spending.entered_at, spending.entered_by))]
        facts += [(_("Before"), self.line(correction)) for correction in spending.corrections.all()]
        return super().get_context_data(**kwargs) | {"facts": facts, "may_withdraw": spending.amount_minor > 0}

    def line(self, correction: SpendingCorrection) -> str:
        parts = [
            amount_text(correction.amount, self.language),
            correction.category,
            correction.note,
            self.signed(correction.corrected_at, correction.corrected_by),
            correction.reason,
        ]
        return ", ".join(part for part in parts if part)

    def signed(self, at: Any, by: Any) -> str:
        day = formats.day(timezone.localtime(at).date(), self.language)
        return _("%(day)s by %(name)s") % {"day": day, "name": by} if by else day

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        says = Wording(Money(0, self.spending.currency), self.spending.category.name, self.spending.note)
        if not form.withdraws:
            takes_away = data.get("takes_document_away", False)
            says = Wording(data["amount"], data["category_name"], data["note"], data["document"], takes_away)
        key = once.key_of(self.request.POST)
        correct_spending(self.spending, says, reason=data["reason"], by=self.by, once=key)
        return self.done(_("Corrected. Readers see what stood there before, and why."))


class CategoryList(ListScreen):
    page_title = gettext_lazy("Categories of spending")
    header_icon = "list-ul"
    index_url_name = "fundraising_desk:categories"
    verbose_name_plural = gettext_lazy("categories")
    columns = [
        TitleColumn(
            "name",
            label=gettext_lazy("Name"),
            get_url=lambda category: reverse("fundraising_desk:category", args=[category.pk]),
        ),
    ]

    def get_base_queryset(self) -> QuerySet[SpendingCategory]:
        return SpendingCategory.objects.all()


class EditCategory(FormScreen):
    template_name = "fundraising/desk/category.html"
    header_icon = "list-ul"
    list_name = "fundraising_desk:categories"
    list_title = gettext_lazy("Categories of spending")
    form_class = CategoryForm

    @property
    def category(self) -> SpendingCategory:
        if not hasattr(self, "_category"):
            self._category = get_object_or_404(SpendingCategory, pk=self.kwargs["pk"])
        return self._category

    def get_page_title(self) -> str:
        return self.category.name

    def get_form_kwargs(self) -> dict[str, Any]:
        # The form writes what was typed into its row; the heading keeps the name that stands.
        return super().get_form_kwargs() | {"instance": get_object_or_404(SpendingCategory, pk=self.category.pk)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"may_delete": not self.category.spending.exists()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "delete" in self.request.POST:
            delete_category(self.category)
            return self.done(_("The category is off the list."))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        rename_category(form.instance, form.cleaned_data["name"])
        return self.done(_("Saved. Every month shows the category under this name."))
