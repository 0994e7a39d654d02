from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.public_ids import new_public_id


class Gift(models.Model):
    """Money received. Amount, drive and moment never change (a trigger sees to it): refunds take back."""

    class Source(models.TextChoices):
        BANK = "bank", _("bank transfer")
        CASH = "cash", _("cash")
        CHEQUE = "cheque", _("cheque")
        CRYPTO = "crypto", _("crypto currency")
        ELSEWHERE = "elsewhere", _("given elsewhere")

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    drive = models.ForeignKey(Drive, verbose_name=_("drive"), on_delete=models.PROTECT, related_name="gifts")
    supporter = models.ForeignKey(
        Supporter,
        verbose_name=_("supporter"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="gifts",
    )
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    # What was kept by whoever passed it on, and what of the amount the supporter had added for that.
    fee_minor = models.BigIntegerField(_("fee"), default=0, db_default=0)
    cover_minor = models.BigIntegerField(_("added to cover the fee"), default=0, db_default=0)
    # The matching pool is counted gift by gift; when it is paid, it must not count again.
    pays_match = models.BooleanField(_("pays out the matching pool"), default=False, db_default=False)
    source = models.CharField(_("came as"), max_length=10, choices=Source)
    is_anonymous = models.BooleanField(_("anonymous"), default=True)
    message = models.TextField(_("message"), blank=True, max_length=300)
    note = models.CharField(_("note for the books"), max_length=200, blank=True)
    occurred_at = models.DateTimeField(_("received"))
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    once_key = models.CharField(max_length=64, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        ordering = ["-occurred_at", "-id"]
        indexes = [models.Index(fields=["-occurred_at", "-id"], name="gift_by_time")]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="gift_is_positive"),
            models.CheckConstraint(
                condition=models.Q(fee_minor__gte=0, fee_minor__lt=models.F("amount_minor"))
                & models.Q(cover_minor__gte=0, cover_minor__lt=models.F("amount_minor")),
                name="gift_is_more_than_its_fee",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def amount(self) -> Money:
        """All that the supporter gave, fee and cover included."""
        return Money(self.amount_minor, self.currency)

    @property
    def fee(self) -> Money:
        return Money(self.fee_minor, self.currency)

    @property
    def cover(self) -> Money:
        return Money(self.cover_minor, self.currency)
