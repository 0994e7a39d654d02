"""The treasurer's forms: a gift, a refund, a pledge that came, the bank account."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from schwifty import IBAN

from commonpress.fundraising.amounts import read_amount
from commonpress.fundraising.forms.fields import AmountField, sentence_for
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money, WrongAmount
from commonpress.lib import once
from commonpress.lib.text import clean_line
from commonpress.newsroom.desk_dates import DAY_AS_IN, DateInput

EARLIEST = date(2000, 1, 1)
FIRST_TO_SEE_A_DAY = ZoneInfo("Pacific/Kiritimati")
NO_NAMES_IN_NOTES = _("It stays when a supporter is erased, so write no names here.")


class OnceForm(forms.Form):
    """A form that is sent twice and done once."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, initial=once.new_key)


class ReceivedOnField(forms.DateField):
    """A day money came on. Refuses the future, and years in which it cannot have been."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=DateInput, error_messages={"invalid": DAY_AS_IN}, **options)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        # A day may have begun at the drive and not yet here.
        if value is not None and value > timezone.now().astimezone(FIRST_TO_SEE_A_DAY).date():
            raise forms.ValidationError(_("That day is still to come."))
        if value is not None and value < EARLIEST:
            raise forms.ValidationError(_("That is before the year 2000. Is a figure wrong?"))


class GiftForm(OnceForm):
    drive = forms.ModelChoiceField(Drive.objects.all(), label=_("Drive"), empty_label=None)
    amount = forms.CharField(label=_("Amount"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    source = forms.ChoiceField(label=_("Came as"), choices=Gift.Source.choices)
    received_on = ReceivedOnField(label=_("Received on"))
    name = forms.CharField(
        label=_("Name of the supporter"), max_length=60, required=False, help_text=_("Empty: anonymous.")
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Thanks are sent there. The same address is the same supporter."),
    )
    may_be_named = forms.BooleanField(label=_("Readers may see the name"), required=False)
    note = forms.CharField(
        label=_("Note for the books"),
        max_length=200,
        required=False,
        help_text=NO_NAMES_IN_NOTES,
    )

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])

    def clean_note(self) -> str:
        return clean_line(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "drive" in cleaned and "amount" in cleaned:
            cleaned["amount"] = read_or_complain(self, "amount", cleaned["amount"], cleaned["drive"].currency)
        if cleaned.get("may_be_named") and not cleaned.get("name"):
            self.add_error("name", _("Write the name that readers may see."))
        return cleaned


class RefundForm(OnceForm):
    reason = forms.ChoiceField(label=_("Why"), choices=Refund.Reason.choices)
    note = forms.CharField(label=_("Note for the books"), max_length=200, required=False, help_text=NO_NAMES_IN_NOTES)

    def __init__(self, left: Money, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        self.fields["amount"] = AmountField(left.currency, label=_("Amount to take back"), initial=left)
        self.order_fields(["amount", "reason", "note"])

    def clean_amount(self) -> Money:
        amount: Money = self.cleaned_data["amount"]
        if amount > self.left:
            raise forms.ValidationError(_("That is more than is left of this gift."))
        return amount


class ConfirmForm(forms.Form):
    received_on = ReceivedOnField(label=_("Received on"))

    def __init__(self, pledge: Pledge, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(
            pledge.currency,
            label=_("Amount that came"),
            initial=pledge.amount,
            help_text=_("What is in the bank counts, be it more or less than was promised."),
        )
        self.order_fields(["amount", "received_on"])


class BankDetailsForm(forms.ModelForm[BankDetails]):
    class Meta:
        model = BankDetails
        fields = ["holder", "iban", "bic", "instructions"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # People copy it in groups of four, which is longer than it is.
        self.fields["iban"] = forms.CharField(label=_("IBAN"), max_length=60, required=False)
        self.fields["holder"].required = False
        if self.instance.pk is not None:
            self.fields["holder"].help_text = _("Empty every field to take the account away.")
        self.order_fields(["holder", "iban", "bic", "instructions"])

    def clean_holder(self) -> str:
        return clean_line(self.cleaned_data["holder"])

    def clean_iban(self) -> str:
        return str(IBAN(self.cleaned_data["iban"], allow_invalid=True)) if self.cleaned_data["iban"] else ""

    def clean_bic(self) -> str:
        return "".join(self.cleaned_data["bic"].split()).upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.takes_away:
            return cleaned
        if not cleaned.get("holder") and "holder" not in self.errors:
            self.add_error("holder", self.fields["holder"].error_messages["required"])
        told = {"iban", "instructions"} & set(self.errors)
        if not told and not cleaned.get("iban") and not cleaned.get("instructions"):
            self.add_error("iban", _("Write an IBAN, or below how money is sent to you."))
        return cleaned

    @property
    def takes_away(self) -> bool:
        """Tell whether there is an account, and every field of it came back empty."""
        return self.instance.pk is not None and not self.errors and not any(self.cleaned_data.values())

    def _get_validation_exclusions(self) -> set[str]:
        # What is taken away need not say where money goes.
        emptied = {"iban"} if self.takes_away else set()
        return super()._get_validation_exclusions() | emptied  # type: ignore[misc]  # Django's own hook


def read_or_complain(form: forms.BaseForm, field: str, typed: str, currency: str) -> Money | None:
    """Return the amount typed in a currency that another field decides, or put the sentence beside its field."""
    try:
        return read_amount(typed, currency, get_language() or "en")
    except WrongAmount as wrong:
        form.add_error(field, sentence_for(wrong.fault, currency))
        return None


def moment_of(day: date, drive: Drive) -> datetime:
    """Return now for today (never a moment to come), else noon of that day, in the drive's zone."""
    now = timezone.now()
    if day >= now.astimezone(drive.zone_info).date():
        return now
    return datetime.combine(day, time(12), tzinfo=drive.zone_info)
