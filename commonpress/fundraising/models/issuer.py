from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Issuer(models.Model):
    """Who stands behind the receipts: one row, edited by owners. Each receipt keeps what it said when it was issued."""

    legal_name = models.CharField(
        _("legal name"), max_length=140, help_text=_("The person or body that received the money, as registered.")
    )
    address = models.TextField(_("postal address"), max_length=300, blank=True)
    charity_status = models.CharField(
        _("charitable status"),
        max_length=200,
        blank=True,
        help_text=_(
            "As your tax office granted it, in its own words. Empty: receipts speak of support, not of donations."
        ),
    )
    registration_number = models.CharField(
        _("number it is registered under"),
        max_length=80,
        blank=True,
        help_text=_("With it and the status above, receipts call a gift a donation."),
    )
    tax_wording = models.TextField(
        _("what the law asks receipts to say"),
        max_length=1000,
        blank=True,
        help_text=_("The sentences your country wants on a receipt for donations. Printed as they stand."),
    )
    goods_statement = models.CharField(
        _("what supporters got in return"),
        max_length=300,
        blank=True,
        help_text=_("As in: No goods or services were given in return."),
    )
    says_no_tax_receipt = models.BooleanField(
        _("say that receipts are none for the tax office"),
        default=False,
        help_text=_("For where readers might take them for one. Without a charitable status only."),
    )

    class Meta:
        verbose_name = _("issuer of receipts")
        verbose_name_plural = _("issuer of receipts")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_issuer")]

    def __str__(self) -> str:
        return self.legal_name

    @classmethod
    def load(cls) -> Self | None:
        return cls.objects.filter(pk=1).first()

    @property
    def is_charity(self) -> bool:
        """Tell whether receipts may speak of donations: status and number are both there."""
        return bool(self.charity_status and self.registration_number)
