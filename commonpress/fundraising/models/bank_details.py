from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from commonpress.fundraising import swiss
from commonpress.fundraising.references import grouped


def require_iban(text: str) -> None:
    try:
        IBAN(text, validate_bban=True)
    except SchwiftyException:
        raise ValidationError(
            _("This IBAN cannot be right: its check digits or its length do not fit. Compare it with your bank's.")
        ) from None
    if swiss.is_of_slips(text):
        raise ValidationError(
            _("This is a QR-IBAN, which takes only the bank's own slips. Write the ordinary IBAN of the account.")
        )


def require_bic(text: str) -> None:
    try:
        BIC(text)
    except SchwiftyException:
        raise ValidationError(_("This BIC cannot be right. It has 8 or 11 letters and digits.")) from None


UNWRITABLE = _("The code of a Swiss bill carries Latin letters only.")


def require_writable(text: str) -> None:
    if not swiss.is_writable(text):
        raise ValidationError(UNWRITABLE)


class BankDetails(models.Model):
    """Where transfers go: one row, written by actions/accounts.py and by nothing else.

    The holder's address is what a Swiss bill asks for; accounts elsewhere need none.
    """

    holder = models.CharField(_("account holder"), max_length=70)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True, validators=[require_iban])
    bic = models.CharField(_("BIC"), max_length=11, blank=True, validators=[require_bic])
    instructions = models.TextField(
        _("how to send money"),
        blank=True,
        max_length=600,
        help_text=_("Where accounts have no IBAN: bank, account and routing number, as your bank gives them."),
    )
    street = models.CharField(
        _("street"), max_length=70, blank=True, default="", db_default="", validators=[require_writable]
    )
    street_number = models.CharField(
        _("house number"), max_length=16, blank=True, default="", db_default="", validators=[require_writable]
    )
    postcode = models.CharField(
        _("postcode"), max_length=16, blank=True, default="", db_default="", validators=[require_writable]
    )
    town = models.CharField(
        _("town"), max_length=35, blank=True, default="", db_default="", validators=[require_writable]
    )
    country = models.CharField(_("country"), max_length=2, blank=True, default="", db_default="")
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
        return grouped(self.iban)

    @property
    def fits_a_swiss_bill(self) -> bool:
        """Tell whether all is there that the code of one must carry, and can be written in it."""
        return bool(self.postcode and self.town and self.country) and swiss.is_writable(self.holder)
