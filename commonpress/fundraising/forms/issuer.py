import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.issuer import Issuer
from commonpress.lib.text import clean_line, clean_text

# What a paper may say only of who has the right to it. Source: US 26 CFR 1.170A-13, UK Gift Aid, German § 50 EStDV.
TAX_WORDS = re.compile(
    r"tax[\s-]*(?:deduct|exempt|relief|receipt)|deductib|gift\s*aid|501\s*\(?\s*c|charitable"
    r"|steuerlich|steuerbeg[üu]nstig|absetzbar|abzugsf[äa]hig|zuwendungsbest[äa]tigung|spendenbescheinigung|spendenquittung"
    r"|gemeinn[üu]tzig|reçu\s+fiscal|d[ée]ductible",
    re.IGNORECASE,
)
SENTENCE = _(
    "Only who has a charitable status may speak of tax. Fill in the status and the number it is registered under, or"
    " leave these words out."
)


class IssuerForm(forms.ModelForm[Issuer]):
    class Meta:
        model = Issuer
        fields = [
            "legal_name",
            "address",
            "charity_status",
            "registration_number",
            "tax_wording",
            "goods_statement",
            "says_no_tax_receipt",
        ]
        widgets = {"address": forms.Textarea(attrs={"rows": 3}), "tax_wording": forms.Textarea(attrs={"rows": 4})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("legal_name", "charity_status", "registration_number", "goods_statement"):
            cleaned[name] = clean_line(cleaned.get(name, ""))
        for name in ("address", "tax_wording"):
            cleaned[name] = clean_text(cleaned.get(name, ""))
        status, number = cleaned["charity_status"], cleaned["registration_number"]
        if status and not number:
            self.add_error("registration_number", _("Write the number too: without it nobody can look the status up."))
        if number and not status:
            self.add_error("charity_status", _("Write the status this number stands for."))
        if status and number and cleaned.get("says_no_tax_receipt"):
            self.add_error("says_no_tax_receipt", _("With a charitable status, receipts cannot say that too."))
        if not (status and number):
            self.refuse_words_about_tax(cleaned["tax_wording"], cleaned["goods_statement"])
        return cleaned

    def refuse_words_about_tax(self, tax_wording: str, goods_statement: str) -> None:
        # Not looked for in the name: some bodies are registered as "charitable" something and nothing more.
        if TAX_WORDS.search(goods_statement):
            self.add_error("goods_statement", SENTENCE)
        if TAX_WORDS.search(tax_wording):
            self.add_error("tax_wording", SENTENCE)
        elif tax_wording:
            self.add_error(
                "tax_wording", _("This is printed with a charitable status only. Fill that in, or leave this out.")
            )
