from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising import bitcoin


def require_bitcoin_address(text: str) -> None:
    try:
        bitcoin.read_address(text)
    except bitcoin.WrongAddress:
        raise ValidationError(
            _(
                "This address cannot be right: its letters or its checksum do not fit. Copy it once more from the wallet."
            )
        ) from None


class CryptoAddress(models.Model):
    """An address of a chain to which readers may send; written by actions/accounts.py and by nothing else."""

    class Kind(models.TextChoices):
        BITCOIN = "bitcoin", _("Bitcoin")

    label = models.CharField(_("name for readers"), max_length=60, help_text=_("As in: The paper's wallet."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.BITCOIN)
    address = models.CharField(_("address"), max_length=90, unique=True, validators=[require_bitcoin_address])
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("crypto address")
        verbose_name_plural = _("crypto addresses")
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return self.label
