"""The forms of transfers over a chain: telling of one, and booking it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising import bitcoin
from commonpress.fundraising.forms.books import ReceivedOnField, read_or_complain
from commonpress.fundraising.forms.fields import GiversAddressField
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.transfer_teller import TransferTeller


class TransactionField(forms.CharField):
    """A transaction id, as wallets show it; cleans to small letters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Transaction id"), max_length=200, **options)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        found = bitcoin.read_transaction_id(typed)
        if found is None:
            raise forms.ValidationError(
                _(
                    "A transaction id has 64 characters: figures, and letters from a to f. Copy it from your wallet;"
                    " it is not the address."
                )
            )
        return found


class TransferForm(forms.Form):
    """What a supporter tells. Which address it went to is asked where there are several."""

    address = forms.ModelChoiceField(CryptoAddress.objects.all(), required=False)
    transaction = TransactionField(
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the transaction id your wallet shows.")},
    )
    email = GiversAddressField(
        help_text=_("For our thanks when we have seen it. You may leave it empty and stay unknown to us.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "transfer-%s"

    def clean_address(self) -> CryptoAddress:
        chosen = self.cleaned_data["address"]
        known = list(CryptoAddress.objects.all()[:2])
        if chosen is None and len(known) != 1:
            raise forms.ValidationError(_("Say to which address you sent it."))
        return chosen or known[0]


class NewTransferForm(forms.Form):
    """What staff found in the wallet themselves."""

    address = forms.ModelChoiceField(CryptoAddress.objects.all(), label=_("Sent to"), empty_label=None)
    transaction = TransactionField()


class SenderForm(forms.Form):
    """Whose gift a transfer is, of several who told of it; nobody's where nobody is chosen."""

    sender = forms.ModelChoiceField(
        TransferTeller.objects.none(),
        label=_("Whose gift it is"),
        required=False,
        empty_label=_("nobody’s yet"),
        help_text=_("Choose somebody only once they have shown you that they sent it: a receipt goes to them."),
    )

    def __init__(self, tellers: QuerySet[TransferTeller], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tellers = tellers
        if len(tellers) > 1:
            self.fields["sender"].queryset = tellers.exclude(supporter=None)  # type: ignore[attr-defined]  # a choice of rows
        else:
            del self.fields["sender"]


class ChooseSenderForm(SenderForm):
    """The same, for a gift that is in the book."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sender"].required = True
        self.fields["sender"].error_messages["required"] = _("Say whose gift it is.")


class ConfirmTransferForm(SenderForm):
    drive = forms.ModelChoiceField(Drive.objects.all(), label=_("Drive"), empty_label=None)
    amount = forms.CharField(
        label=_("What it was worth that day"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("In the drive’s currency. We do not convert: take the rate your books go by."),
    )
    received_on = ReceivedOnField(label=_("Received on"))
    field_order = ["drive", "amount", "received_on", "sender"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        drive = cleaned.get("drive")
        if drive is not None and cleaned.get("amount"):
            cleaned["amount"] = read_or_complain(self, "amount", cleaned["amount"], drive.currency)
        return cleaned
