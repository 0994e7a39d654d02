from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.forms.books import FIRST_TO_SEE_A_DAY, OnceForm, read_or_complain
from commonpress.fundraising.forms.documents import DocumentField
from commonpress.fundraising.forms.fields import AmountField
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.spending import Spending, SpendingCategory, require_month
from commonpress.fundraising.queries import spending as queries
from commonpress.lib.text import clean_line


class MonthInput(forms.TextInput):
    input_type = "month"


class SpendingFields(OnceForm):
    """What may be corrected later."""

    category = forms.ModelChoiceField(
        SpendingCategory.objects.all(), label=_("Category"), required=False, to_field_name="name"
    )
    new_category = forms.CharField(
        label=_("or a new category"), required=False, max_length=60, help_text=_("As in: Wages, Printing, Rent.")
    )
    note = forms.CharField(
        label=_("Note to readers"),
        max_length=300,
        required=False,
        help_text=_("What it was for, in a sentence. Everybody reads it."),
    )
    document = DocumentField(
        label=_("Document"),
        required=False,
        help_text=_("A bill as PDF or picture, 10 MB at most. Everybody can fetch it: black out what is private."),
    )

    def clean_new_category(self) -> str:
        return clean_line(self.cleaned_data["new_category"])

    def clean_note(self) -> str:
        return clean_line(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("category")
        cleaned["category_name"] = cleaned.get("new_category") or (chosen.name if chosen else "")
        if not cleaned["category_name"] and not {"category", "new_category"} & set(self.errors):
            self.add_error("category", _("Choose a category, or write a new one below."))
        return cleaned


class SpendingForm(SpendingFields):
    drive = forms.ModelChoiceField(Drive.objects.all(), label=_("Spent by"), required=False)
    month = forms.CharField(label=_("Month"), max_length=7, widget=MonthInput, validators=[require_month])
    amount = forms.CharField(label=_("Amount"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"}))

    field_order = ["drive", "month", "category", "new_category", "amount", "note", "document"]

    def __init__(self, currency: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        # What the whole paper spends is shown beside a drive by calendar months, and nowhere else.
        has_place = queries.calendar_drives().exists()
        self.fields["drive"].empty_label = _("the whole paper") if has_place else None  # type: ignore[attr-defined]
        self.fields["drive"].required = not has_place

    def clean_month(self) -> str:
        month = str(self.cleaned_data["month"])
        if month > f"{timezone.now().astimezone(FIRST_TO_SEE_A_DAY):%Y-%m}":
            raise forms.ValidationError(_("That month is still to come."))
        return month

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "amount" in cleaned and "drive" in cleaned:
            drive = cleaned["drive"]
            currency = drive.currency if drive else self.currency
            cleaned["amount"] = read_or_complain(self, "amount", cleaned["amount"], currency)
        return cleaned


class CorrectSpendingForm(SpendingFields):
    takes_document_away = forms.BooleanField(label=_("Take the document away"), required=False)
    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=200,
        help_text=_("Readers see this sentence, the day, and what stood here before."),
    )

    field_order = ["category", "new_category", "amount", "note", "document", "takes_document_away", "reason"]

    def __init__(self, spending: Spending, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(spending.currency, label=_("Amount"), initial=spending.amount)
        self.initial = {**self.initial, "category": spending.category.name, "note": spending.note}
        if not spending.document:
            del self.fields["takes_document_away"]
        self.order_fields(self.field_order)

    def clean_reason(self) -> str:
        return clean_line(self.cleaned_data["reason"])

    @property
    def withdraws(self) -> bool:
        """Tell whether the button was pressed that takes the row out: the other fields do not matter then."""
        return "withdraw" in self.data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.withdraws:
            for name in set(self.errors) - {"reason"}:
                del self.errors[name]
        return cleaned


class CategoryForm(forms.ModelForm[SpendingCategory]):
    class Meta:
        model = SpendingCategory
        fields = ["name"]

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])
