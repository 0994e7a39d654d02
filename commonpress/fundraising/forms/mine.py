"""What supporters do on the page of their gifts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.forms.fields import AmountField
from commonpress.fundraising.forms.give import is_too_much, words_for_too_much
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.money import Money
from commonpress.lib.text import clean_line


class AskForm(forms.Form):
    email = forms.EmailField(
        max_length=254,
        error_messages={
            "required": _("Write the e-mail address you gave from."),
            "invalid": _("Write an e-mail address, as in ada@example.org."),
        },
    )


class NameShownForm(forms.Form):
    """The name readers may see."""

    name = forms.CharField(
        max_length=60,
        error_messages={
            "required": _("Write the name that readers may see."),
            "max_length": _("A name has 60 letters at most."),
        },
    )

    def clean_name(self) -> str:
        name = clean_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        return name


class ChangePledgeForm(forms.Form):
    def __init__(self, pledge: Pledge, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(pledge.currency, initial=pledge.amount)
        self.fields["amount"].widget.attrs["id"] = "mine-amount"
        self.fields["amount"].error_messages["required"] = _("Write an amount, or take the promise back.")

    def clean_amount(self) -> Money:
        amount: Money = self.cleaned_data["amount"]
        if is_too_much(amount):
            raise forms.ValidationError(words_for_too_much(amount))
        return amount
