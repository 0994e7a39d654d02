from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.ecb import MOST_BYTES, EuroRate, NotRates, read_rates
from commonpress.fundraising.forms.books import OnceForm, ReceivedOnField
from commonpress.fundraising.models.drive import require_currency
from commonpress.fundraising.models.fx_rate import FxRate

# Gifts older than this are entered with a rate typed in.
DAYS_TAKEN_IN = 800


class RateForm(forms.ModelForm[FxRate]):
    day = ReceivedOnField(label=_("Day"))

    class Meta:
        model = FxRate
        fields = ["day", "base", "quote", "rate"]
        labels = {"base": _("One"), "quote": _("is worth so many"), "rate": _("How many")}
        help_texts = {
            "base": _("A currency’s code, as in EUR."),
            "quote": _("The code of the other, as in USD."),
            "rate": _("With a point before the decimals, as in 1.1034."),
        }

    def clean_base(self) -> str:
        return self.clean_code("base")

    def clean_quote(self) -> str:
        return self.clean_code("quote")

    def clean_code(self, name: str) -> str:
        code = str(self.cleaned_data[name]).strip().upper()
        require_currency(code)
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("base") and cleaned.get("base") == cleaned.get("quote"):
            self.add_error("quote", _("A rate is between two currencies."))
        if cleaned.get("rate") is not None and cleaned["rate"] <= 0:
            self.add_error("rate", _("Write a rate above zero, as in 1.1034."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # A rate of the same day is replaced: saving sees to it.
        return super()._get_validation_exclusions() | {"day"}  # type: ignore[misc]  # Django's own hook


class RatesFileForm(OnceForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("eurofxref.csv or eurofxref-hist.csv, as the European Central Bank offers them."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv"}),
    )

    def clean_file(self) -> list[EuroRate]:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than the bank’s. Is it the right one?"))
        try:
            rates = list(read_rates(file.read(), since=timezone.now().date() - timedelta(days=DAYS_TAKEN_IN)))
        except NotRates as wrong:
            raise forms.ValidationError(
                _("Line %(line)s is not one of rates. Please choose the file as the bank offers it, unzipped."),
                params={"line": wrong.line},
            ) from None
        if not rates:
            raise forms.ValidationError(_("There is no rate of the last two years in this file."))
        return rates
