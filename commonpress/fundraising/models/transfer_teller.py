from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.crypto_transfer import CryptoTransfer
from commonpress.fundraising.models.supporter import Supporter


class TransferTeller(models.Model):
    """Somebody who says they sent a transfer. Whoever reads the chain can say so: it proves nothing."""

    transfer = models.ForeignKey(CryptoTransfer, on_delete=models.CASCADE, related_name="tellers")
    # Nobody: they gave no address.
    supporter = models.ForeignKey(Supporter, null=True, on_delete=models.SET_NULL, related_name="transfers_told")
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("who told of a transfer")
        verbose_name_plural = _("who told of transfers")
        ordering = ["told_at", "id"]

    def __str__(self) -> str:
        return str(self.supporter) if self.supporter else str(_("anonymous"))

    @property
    def address(self) -> str:
        """Their address in small letters; empty for who gave none."""
        return self.supporter.email.lower() if self.supporter else ""
