"""A field for amounts, with the sentence for each way one can be wrong."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.amounts import read_amount, typed_text
from commonpress.fundraising.currencies import currency_of
from commonpress.fundraising.money import Fault, Money, WrongAmount

SENTENCES: dict[Fault, Any] = {
    "empty": _("Write an amount, as in %(example)s."),
    "negative": _("Write the amount without a minus, as in %(example)s."),
    "not_an_amount": _("Write the amount in figures only, as in %(example)s."),
    "marks": _("It is not clear how to read this. Write it as in %(example)s."),
    "cut_off": _("A figure is missing before or after the decimal mark. Write the amount as in %(example)s."),
    "zero_in_front": _("Write the amount without a zero in front, as in %(example)s."),
    "decimals": _("%(currency)s has %(decimals)s decimals at most. Write the amount as in %(example)s."),
    "zero": _("Write an amount above zero, as in %(example)s."),
    "too_large": _("Amounts go up to 99,999,999. Is there a figure too many?"),
}
WITHOUT_DECIMALS = _("%(currency)s has no decimals. Write the amount as in %(example)s.")


class AmountField(forms.CharField):
    """An amount in one currency, typed as the publication's language writes it; cleans to Money."""

    def __init__(self, currency: str, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.currency = currency
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value: object) -> object:
        return typed_text(value, get_language() or "en") if isinstance(value, Money) else value

    def to_python(self, value: object) -> Any:
        if value in self.empty_values or isinstance(value, Money):
            return value or None
        try:
            return read_amount(str(value), self.currency, get_language() or "en")
        except WrongAmount as wrong:
            raise ValidationError(sentence_for(wrong.fault, self.currency), code=wrong.fault) from None

    def run_validators(self, value: object) -> None:
        # The length of the text was CharField's business; an amount has none.
        if not isinstance(value, Money):
            super().run_validators(value)


def sentence_for(fault: Fault, currency: str) -> str:
    exponent = currency_of(currency).exponent
    sentence = WITHOUT_DECIMALS if fault == "decimals" and exponent == 0 else SENTENCES[fault]
    example = Money(1_234 * 10**exponent + (10**exponent // 2), currency)
    return str(sentence) % {
        "currency": currency,
        "decimals": exponent,
        "example": typed_text(example, get_language() or "en"),
    }


class GiversAddressField(forms.EmailField):
    """Where a giver's letters go, on a page for readers. It may stay empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("E-mail address"), required=False, max_length=254, **options)
        self.widget.attrs["autocomplete"] = "email"
        words = _("Write an e-mail address, as in ada@example.org.")
        self.error_messages |= {"invalid": words, "max_length": words}
