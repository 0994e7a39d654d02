"""The treasurer's forms: a gift, a refund, a pledge that came."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.amounts import read_amount, typed_text
from commonpress.fundraising.forms.fields import AmountField, sentence_for
from commonpress.fundraising.models.drive import Drive, require_currency
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money, WrongAmount
from commonpress.lib import once
from commonpress.lib.text import clean_line
from commonpress.newsroom.desk_dates import DAY_AS_IN, DateInput

EARLIEST = date(2000, 1, 1)
FIRST_TO_SEE_A_DAY = ZoneInfo("Pacific/Kiritimati")
# What came over a chain is entered by its transaction, where it cannot be entered twice.
BY_HAND = [choice for choice in Gift.Source.choices if choice[0] != Gift.Source.CRYPTO]
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
    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        required=False,
        help_text=_("Empty: the drive’s. Another is counted at the rate of its day."),
    )
    fee = forms.CharField(
        label=_("Fee"),
        max_length=40,
        required=False,
        help_text=_("What was kept by whoever passed the money on, as part of the amount."),
    )
    cover = forms.CharField(
        label=_("Added to cover the fee"),
        max_length=40,
        required=False,
        help_text=_("What of the amount the supporter had added for that."),
    )
    source = forms.ChoiceField(label=_("Came as"), choices=BY_HAND)
    received_on = ReceivedOnField(label=_("Received on"))
    name = forms.CharField(
        label=_("Name of the supporter"), max_length=60, required=False, help_text=_("Empty: anonymous.")
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=_("Thanks are sent there. The same address is the same supporter."),
    )
    may_be_named = forms.BooleanField(label=_("Readers may see the name"), required=False)
    note = forms.CharField(
        label=_("Note for the books"),
        max_length=200,
        required=False,
        help_text=NO_NAMES_IN_NOTES,
    )

    pays_match = forms.BooleanField(
        label=_("This pays out the matching pool"),
        required=False,
        help_text=_("It was counted with the gifts it matched, and does not count again."),
    )

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).strip().upper()
        if code:
            require_currency(code)
        return code

    def clean_note(self) -> str:
        return clean_line(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"drive", "amount", "currency"} <= cleaned.keys():
            self.clean_amounts(cleaned, cleaned["currency"] or cleaned["drive"].currency)
        if cleaned.get("may_be_named") and not cleaned.get("name"):
            self.add_error("name", _("Write the name that readers may see."))
        return cleaned

    def clean_amounts(self, cleaned: dict[str, Any], currency: str) -> None:
        for name in ("amount", "fee", "cover"):
            typed = cleaned.get(name)
            cleaned[name] = read_or_complain(self, name, typed, currency) if typed else None
        amount = cleaned["amount"]
        for name in ("fee", "cover"):
            if amount is not None and cleaned[name] is not None and cleaned[name] >= amount:
                self.add_error(name, _("That is as much as the gift, or more."))


class RefundForm(OnceForm):
    reason = forms.ChoiceField(label=_("Why"), choices=Refund.Reason.choices)
    is_to_be_paid_out = forms.BooleanField(
        label=_("It is still to be paid out"),
        required=False,
        help_text=_("The meter stays as it is until you mark it as paid."),
    )
    note = forms.CharField(label=_("Note for the books"), max_length=200, required=False, help_text=NO_NAMES_IN_NOTES)

    def __init__(self, left: Money, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        # Nothing is filled in: whoever only looks at a gift must not take it back by one press of the button.
        self.fields["amount"] = AmountField(left.currency, label=_("Amount to take back"))
        self.fields["amount"].widget.attrs["placeholder"] = typed_text(left, get_language() or "en")
        self.order_fields(["amount", "reason", "is_to_be_paid_out", "note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_to_be_paid_out") and cleaned.get("reason") == Refund.Reason.MISTAKE:
            self.add_error("is_to_be_paid_out", _("What was entered by mistake never came, so nothing is paid out."))
        return cleaned

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
