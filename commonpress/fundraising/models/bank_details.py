from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException


def require_iban(text: str) -> None:
    try:
        IBAN(text, validate_bban=True)
    except SchwiftyException:
        raise ValidationError(
            _("This IBAN cannot be right: its check digits or its length do not fit. Compare it with your bank's.")
        ) from None


def require_bic(text: str) -> None:
    try:
        BIC(text)
    except SchwiftyException:
        raise ValidationError(_("This BIC cannot be right. It has 8 or 11 letters and digits.")) from None


class BankDetails(models.Model):
    """Where transfers go: one row."""

    holder = models.CharField(_("account holder"), max_length=70)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True, validators=[require_iban])
    bic = models.CharField(_("BIC"), max_length=11, blank=True, validators=[require_bic])
    instructions = models.TextField(
        _("how to send money"),
        blank=True,
        max_length=600,
        help_text=_("Where accounts have no IBAN: bank, account and routing number, as your bank gives them."),
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("bank details")
        verbose_name_plural = _("bank details")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_bank_account"),
            models.CheckConstraint(
                condition=~models.Q(iban="") | ~models.Q(instructions=""), name="bank_details_say_where_to"
            ),
        ]

    def __str__(self) -> str:
        return self.grouped_iban or self.holder

    @classmethod
    def load(cls) -> Self | None:
        return cls.objects.filter(pk=1).first()

    @property
    def grouped_iban(self) -> str:
        return " ".join(self.iban[start : start + 4] for start in range(0, len(self.iban), 4))
