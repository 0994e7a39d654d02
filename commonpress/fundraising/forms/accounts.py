"""The forms of where readers' money goes: the bank account, a crypto address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from schwifty import IBAN

from commonpress.fundraising import bitcoin, swiss
from commonpress.fundraising.models.bank_details import UNWRITABLE, BankDetails
from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.queries.accounts import BANK_FIELDS, CRYPTO_FIELDS
from commonpress.lib import once
from commonpress.lib.text import clean_line

OF_THE_ADDRESS = ("street", "street_number", "postcode", "town", "country")
NEEDED_OF_THE_ADDRESS = ("postcode", "town", "country")


class BankDetailsForm(forms.ModelForm[BankDetails]):
    """The account that is to stand: `becomes` has its fields, nothing when every field came back empty.

    The holder's address is asked for where the IBAN is Swiss, be it the one that stands or the one typed.
    """

    once = forms.CharField(widget=forms.HiddenInput, required=False, initial=once.new_key)

    class Meta:
        model = BankDetails
        fields = BANK_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # People copy it in groups of four, which is longer than it is.
        self.fields["iban"] = forms.CharField(label=_("IBAN"), max_length=60, required=False)
        self.fields["holder"].required = False
        if self.instance.pk is not None:
            self.fields["holder"].help_text = _("Empty every field to take the account away.")
        typed = self.data.get("iban", "") if self.is_bound else self.instance.iban
        if typed.strip()[:2].upper() in swiss.COUNTRIES:
            self.fields["street"].help_text = _("The holder's address, which the code of a Swiss bill carries.")
            self.fields["country"].help_text = _("Two letters, as in CH.")
        else:
            for name in OF_THE_ADDRESS:
                del self.fields[name]
        self.order_fields(["holder", "iban", "bic", *OF_THE_ADDRESS, "instructions"])

    def clean_holder(self) -> str:
        return clean_line(self.cleaned_data["holder"])

    def clean_iban(self) -> str:
        return str(IBAN(self.cleaned_data["iban"], allow_invalid=True)) if self.cleaned_data["iban"] else ""

    def clean_bic(self) -> str:
        return "".join(self.cleaned_data["bic"].split()).upper()

    def clean_country(self) -> str:
        country = str(self.cleaned_data["country"]).strip().upper()
        if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
            raise forms.ValidationError(_("Write the country as its two letters, as in CH."))
        return country

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.takes_away:
            return cleaned
        if not cleaned.get("holder") and "holder" not in self.errors:
            self.add_error("holder", self.fields["holder"].error_messages["required"])
        told = {"iban", "instructions"} & set(self.errors)
        if not told and not cleaned.get("iban") and not cleaned.get("instructions"):
            self.add_error("iban", _("Write an IBAN, or below how money is sent to you."))
        if "town" in self.fields and not swiss.is_writable(cleaned.get("holder", "")):
            self.add_error("holder", UNWRITABLE)
        for name in NEEDED_OF_THE_ADDRESS:
            if name in self.fields and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Banks in Switzerland and Liechtenstein want this for their code."))
        return cleaned

    @property
    def takes_away(self) -> bool:
        """Tell whether there is an account, and every field of it came back empty."""
        return self.instance.pk is not None and not self.errors and not any(self.becomes_as_typed.values())

    @property
    def becomes(self) -> dict[str, str]:
        return {} if self.takes_away else self.becomes_as_typed

    @property
    def becomes_as_typed(self) -> dict[str, str]:
        return {name: str(self.cleaned_data.get(name) or "") for name in BANK_FIELDS}

    def _get_validation_exclusions(self) -> set[str]:
        # What is taken away need not say where money goes.
        emptied = {"iban"} if self.takes_away else set()
        return super()._get_validation_exclusions() | emptied  # type: ignore[misc]  # Django's own hook


class CryptoAddressForm(forms.ModelForm[CryptoAddress]):
    """The address that is to stand: `becomes` has its fields."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, initial=once.new_key)

    class Meta:
        model = CryptoAddress
        fields = ("label", "address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"] = forms.CharField(
            label=_("Bitcoin address"),
            max_length=120,
            help_text=_("Copy it from the wallet, and compare its first and last letters with what the wallet shows."),
        )

    def clean_label(self) -> str:
        return clean_line(self.cleaned_data["label"])

    def clean_address(self) -> str:
        typed = str(self.cleaned_data["address"])
        try:
            return bitcoin.read_address(typed)
        except bitcoin.WrongAddress:
            # The model's own validator has the sentence.
            return typed

    @property
    def becomes(self) -> dict[str, str]:
        return {name: str(self.cleaned_data.get(name, CryptoAddress.Kind.BITCOIN)) for name in CRYPTO_FIELDS}
