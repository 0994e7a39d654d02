from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.fields import AmountField, GiversAddressField
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
    name = forms.CharField(
        label=gettext_lazy("Your name, if readers may see it"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("Empty: you stay anonymous."),
        error_messages={"max_length": gettext_lazy("A name has 60 letters at most.")},
    )
    message = forms.CharField(
        label=gettext_lazy("A message to us"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("A message has 300 letters at most.")},
    )
    email = GiversAddressField(
        help_text=gettext_lazy(
            "For a letter with the account and the reference, and for our thanks. You may leave it empty and note them"
            " yourself."
        )
    )

    def __init__(self, drive: Drive, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "give-%s"
        self.drive = drive
        label = _("Another amount, in %(currency)s") % {"currency": drive.currency}
        self.fields["amount"] = AmountField(drive.currency, label=label, required=False)
        self.fields["amount"].widget.attrs["size"] = 10
        self.order_fields(["choice", "amount", "name", "message", "email"])

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
        elif is_too_much(amount):
            self.add_error("amount", words_for_too_much(amount))
        return cleaned | {"amount": amount}


def is_too_much(amount: Money) -> bool:
    return amount.major > MOST_PROMISED_MAJOR * 10 ** max(0, 2 - amount.exponent)


def words_for_too_much(amount: Money) -> str:
    most = Money(MOST_PROMISED_MAJOR * 10 ** max(2, amount.exponent), amount.currency)
    return _("For more than %(most)s please write to us first.") % {"most": amount_text(most, get_language() or "en")}
