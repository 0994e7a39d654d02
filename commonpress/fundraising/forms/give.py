from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.fields import AmountField
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.money import Money
from commonpress.lib.text import clean_line, clean_text

# Above this, people should talk to us first; and no prankster can promise the moon.
MOST_PROMISED_MAJOR = 10_000


class GiveForm(forms.Form):
    """A pledge. `choice` is one of the amounts offered, in minor units; a typed `amount` goes before it.

    `shown_drive` is the slug of the drive the page showed, which need no longer be the current one: its
    amounts may have meant another currency and another cause.
    """

    shown_drive = forms.CharField(required=False, max_length=80)
    choice = forms.CharField(required=False, max_length=20)
    name = forms.CharField(required=False, max_length=60)
    email = forms.EmailField(required=False)
    message = forms.CharField(required=False, max_length=300, widget=forms.Textarea)

    def __init__(self, drive: Drive, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drive = drive
        self.fields["amount"] = AmountField(drive.currency, required=False)
        self.order_fields(["choice", "amount", "name", "email", "message"])
        for name, words in {
            "name": _("A name has 60 letters at most."),
            "message": _("A message has 300 letters at most."),
        }.items():
            self.fields[name].error_messages["max_length"] = words
        self.fields["email"].error_messages["invalid"] = _("Write an e-mail address, as in ada@example.org.")

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])

    def clean_message(self) -> str:
        return clean_text(self.cleaned_data["message"])

    @property
    def is_of_another_drive(self) -> bool:
        return self.is_bound and self.data.get("shown_drive", self.drive.slug) != self.drive.slug

    @property
    def chosen(self) -> str:
        """The amount to mark among those offered."""
        return "" if self.is_of_another_drive else str(self.data.get("choice", ""))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.is_of_another_drive:
            words = _("We collect for “%(title)s” now. Please look at the amount once more, then send it again.")
            self.add_error("amount", words % {"title": self.drive.title})
        if "amount" in self.errors:
            return cleaned
        chosen = next((money for money in self.drive.offered if str(money.minor) == cleaned.get("choice")), None)
        amount: Money | None = cleaned.get("amount") or chosen
        if amount is None:
            self.add_error("amount", _("Choose an amount or write your own."))
        elif amount.major > MOST_PROMISED_MAJOR * 10 ** max(0, 2 - amount.exponent):
            most = Money(MOST_PROMISED_MAJOR * 10 ** max(2, amount.exponent), amount.currency)
            self.add_error(
                "amount",
                _("For more than %(most)s please write to us first.")
                % {"most": amount_text(most, get_language() or "en")},
            )
        return cleaned | {"amount": amount}
