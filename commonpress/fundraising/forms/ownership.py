from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonpress.fundraising.amounts import read_amount, typed_text
from commonpress.fundraising.forms.fields import sentence_for
from commonpress.fundraising.models.ownership import OwnershipStatement
from commonpress.fundraising.money import Money, WrongAmount
from commonpress.lib.text import clean_line, clean_text

MOST_ROWS = 60
LONGEST_PART = 200
AMOUNTS = ("state_advertising", "foreign_advertising")


class RowsField(forms.CharField):
    """Lines of a few words each, divided by |; cleans to lists of exactly `parts` words, empty ones at the end."""

    def __init__(self, parts: int, **options: Any) -> None:
        super().__init__(required=False, max_length=8_000, widget=forms.Textarea(attrs={"rows": 4}), **options)
        self.parts = parts

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(" | ".join(row).rstrip(" |") for row in value) if isinstance(value, list) else value

    def to_python(self, value: object) -> Any:
        rows = [[clean_line(part) for part in line.split("|")] for line in str(value or "").splitlines()]
        rows = [row for row in rows if any(row)]
        if len(rows) > MOST_ROWS:
            raise forms.ValidationError(_("%(most)s lines at most."), params={"most": MOST_ROWS})
        for row in rows:
            if len(row) > self.parts or not row[0] or any(len(part) > LONGEST_PART for part in row):
                raise forms.ValidationError(
                    _("“%(line)s” is not written as in the example."), params={"line": " | ".join(row)[:60]}
                )
        return [row + [""] * (self.parts - len(row)) for row in rows]

    def run_validators(self, value: object) -> None:
        """Leave alone what is a list by now: the length of the text was looked at when it came."""

    def has_changed(self, initial: object, data: object) -> bool:
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)


class OwnershipForm(forms.ModelForm[OwnershipStatement]):
    owners = RowsField(
        2,
        label=gettext_lazy("Owners, direct and indirect"),
        help_text=gettext_lazy("One a line, with the share: Quay Readers’ Society | 100 %. Name public bodies too."),
    )
    beneficial_owners = RowsField(
        2,
        label=gettext_lazy("Beneficial owners"),
        help_text=gettext_lazy("The people behind the owners, one a line: Ada Fenwick | chair of the society"),
    )
    grants = RowsField(
        3,
        label=gettext_lazy("Other funding"),
        help_text=gettext_lazy(
            "Grants and the like, one a line: Harbour Foundation | a reporter’s wage | €12,000, 2026"
        ),
    )
    state_advertising = forms.CharField(
        label=gettext_lazy("Advertising paid by public bodies"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Of the whole year. Write 0 if there was none; empty says nothing."),
    )
    foreign_advertising = forms.CharField(
        label=gettext_lazy("Advertising paid by public bodies of countries outside the EU"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Of the whole year. Write 0 if there was none; empty says nothing."),
    )

    class Meta:
        model = OwnershipStatement
        fields = [
            "legal_name",
            "contact",
            "owners",
            "beneficial_owners",
            "advertising_year",
            "grants",
            "remarks",
            "large_from_major",
        ]
        widgets = {"contact": forms.Textarea(attrs={"rows": 3}), "remarks": forms.Textarea(attrs={"rows": 4})}

    field_order = [
        "legal_name",
        "contact",
        "owners",
        "beneficial_owners",
        "advertising_year",
        *AMOUNTS,
        "grants",
        "remarks",
        "large_from_major",
    ]

    def __init__(self, currency: str, *args: Any, may_set_threshold: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        standing = self.instance
        for name in AMOUNTS:
            money = getattr(standing, name) if standing.currency else None
            self.initial[name] = typed_text(money, get_language() or "en") if money is not None else ""
        if not may_set_threshold:
            self.fields["large_from_major"].disabled = True
            self.fields["large_from_major"].help_text = _("Owners of the paper change this.")

    def clean_legal_name(self) -> str:
        return clean_line(self.cleaned_data["legal_name"])

    def clean_contact(self) -> str:
        return clean_text(self.cleaned_data["contact"])

    def clean_remarks(self) -> str:
        return clean_text(self.cleaned_data["remarks"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.currency = self.currency
        for name in AMOUNTS:
            money = self.amount(name, cleaned.get(name, ""))
            setattr(self.instance, f"{name}_minor", None if money is None else money.minor)
            if money is not None and not cleaned.get("advertising_year") and "advertising_year" not in self.errors:
                self.add_error("advertising_year", _("Write the year these figures are of."))
        return cleaned

    def amount(self, name: str, typed: str) -> Money | None:
        """Return what was typed, nothing for an empty field; 0 is an amount here."""
        if not typed.strip():
            return None
        try:
            return read_amount(typed, self.currency, get_language() or "en")
        except WrongAmount as wrong:
            if wrong.fault == "zero":
                return Money(0, self.currency)
            self.add_error(name, sentence_for(wrong.fault, self.currency))
            return None
