from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.crypto_address import CryptoAddress
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.public_ids import new_public_id


class CryptoTransfer(models.Model):
    """What somebody says they sent over a chain. It counts once staff have seen it there and said what it was worth."""

    class State(models.TextChoices):
        ANNOUNCED = "announced", _("to be looked up")
        CONFIRMED = "confirmed", _("received")
        DISMISSED = "dismissed", _("nothing came")

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    # One transaction is one gift, whoever tells of it and however often.
    transaction_id = models.CharField(_("transaction id"), max_length=64, unique=True)
    address = models.ForeignKey(CryptoAddress, null=True, on_delete=models.SET_NULL, related_name="transfers")
    # As it stood when they sent, for the books: the address may go.
    sent_to = models.CharField(_("sent to"), max_length=90)
    # Whose gift it was booked as.
    supporter = models.ForeignKey(Supporter, null=True, on_delete=models.SET_NULL, related_name="crypto_transfers")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ANNOUNCED)
    announced_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    gift = models.OneToOneField(Gift, null=True, on_delete=models.PROTECT, related_name="crypto_transfer")

    class Meta:
        verbose_name = _("crypto transfer")
        verbose_name_plural = _("crypto transfers")
        ordering = ["-announced_at", "-id"]
        indexes = [models.Index(fields=["state", "-announced_at"], name="crypto_transfer_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="confirmed", gift__isnull=False)
                | (~models.Q(state="confirmed") & models.Q(gift__isnull=True)),
                name="confirmed_transfer_has_its_gift",
            ),
        ]

    def __str__(self) -> str:
        return self.short_id

    @property
    def short_id(self) -> str:
        return f"{self.transaction_id[:8]}…{self.transaction_id[-8:]}"
