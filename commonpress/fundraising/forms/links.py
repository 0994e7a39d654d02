"""The forms of pages elsewhere: which one, a month's sum, an export."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonpress.fundraising.elsewhere import MOST_BYTES, MOST_ROWS, Fault, Row, WrongExport, read_export
from commonpress.fundraising.errors import MonthIsToCome
from commonpress.fundraising.forms.books import EARLIEST, read_or_complain
from commonpress.fundraising.models.drive import Drive, require_currency
from commonpress.fundraising.models.giving_link import GivingLink
from commonpress.lib.text import clean_line

NOTHING = {"0", "0.00", "0,00"}
FAULTS: dict[Fault, Any] = {
    "size": gettext_lazy("The file is larger than two megabytes. Take it in by years or months."),
    "text": gettext_lazy("This is not a table of text in UTF-8. Export it as CSV once more."),
    "columns": gettext_lazy(
        "The first line does not name the columns date, amount, currency and id, nor is it an export of Open"
        " Collective with field names."
    ),
    "patrons": gettext_lazy(
        "This is Liberapay’s list of patrons: it says what they promise a week, not what arrived. Type the month’s sum"
        " from your ledger there instead."
    ),
    "rows": gettext_lazy("The file has more than %(rows)s rows. Take it in by years or months."),
    "id": gettext_lazy("Row %(row)s has no id, by which we would know it again."),
    "twice": gettext_lazy("Row %(row)s has the id of another row."),
    "date": gettext_lazy("The day in row %(row)s is not written as in 2021-06-10."),
    "currency": gettext_lazy("The currency in row %(row)s is none."),
    "amount": gettext_lazy("The amount in row %(row)s is not written as in 12.50, or has too many decimals."),
}


class GivingLinkForm(forms.ModelForm[GivingLink]):
    class Meta:
        model = GivingLink
        fields = ("name", "address", "position", "is_shown")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django's own field would put http before what has no scheme, and say what is wrong in other words.
        self.fields["address"] = forms.CharField(
            label=gettext_lazy("Address"),
            max_length=200,
            help_text=gettext_lazy("Of the page on which readers can give, as in https://liberapay.com/alder"),
            widget=forms.TextInput(attrs={"inputmode": "url"}),
        )

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).strip()


class MonthForm(forms.Form):
    """What arrived on a page in one month."""

    drive = forms.ModelChoiceField(Drive.objects.all(), label=gettext_lazy("Drive"), empty_label=None)
    month = forms.CharField(
        label=gettext_lazy("Month"),
        max_length=7,
        help_text=gettext_lazy("As in 2021-06."),
        widget=forms.TextInput(attrs={"type": "month"}),
    )
    amount = forms.CharField(
        label=gettext_lazy("Arrived there in all"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("Another sum takes the place of the first; 0 takes it back."),
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        max_length=3,
        required=False,
        help_text=gettext_lazy("Empty: the drive’s. Another is counted at the rate of its day."),
    )

    def clean_month(self) -> str:
        typed = str(self.cleaned_data["month"]).strip()
        try:
            first = date.fromisoformat(f"{typed}-01")
        except ValueError:
            raise forms.ValidationError(_("Write the month as in 2021-06.")) from None
        if first < EARLIEST:
            raise forms.ValidationError(_("That is before the year 2000. Is a figure wrong?"))
        return typed

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).strip().upper()
        if code:
            require_currency(code)
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        drive, typed = cleaned.get("drive"), cleaned.get("amount", "")
        if drive is not None and cleaned.get("month", "") > f"{timezone.localdate(timezone=drive.zone_info):%Y-%m}":
            self.add_error("month", MonthIsToCome.message)
        if drive is not None and typed and "currency" not in self.errors:
            is_nothing = typed.strip() in NOTHING
            currency = cleaned.get("currency") or drive.currency
            cleaned["amount"] = None if is_nothing else read_or_complain(self, "amount", typed, currency)
        return cleaned


class ExportForm(forms.Form):
    """An export of a page; `rows` has its gifts."""

    drive = forms.ModelChoiceField(Drive.objects.all(), label=gettext_lazy("Drive"), empty_label=None)
    file = forms.FileField(
        label=gettext_lazy("Export"),
        help_text=gettext_lazy(
            "CSV with the columns date, amount, currency and id, or Open Collective’s list of transactions. Each row is"
            " booked once, however often it comes."
        ),
    )
    rows: list[Row]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.rows = read_export(file.read(MOST_BYTES + 1))
        except WrongExport as wrong:
            words = str(FAULTS[wrong.fault]) % {"row": wrong.row, "rows": MOST_ROWS}
            raise forms.ValidationError(words) from None
        if not self.rows:
            raise forms.ValidationError(_("There is no gift in this file."))
        return file
