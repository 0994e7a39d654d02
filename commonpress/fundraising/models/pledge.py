from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.public_ids import new_public_id
from commonpress.fundraising.references import grouped, new_reference

DAYS_OPEN = 30


def thirty_days_on() -> datetime:
    return timezone.now() + timedelta(days=DAYS_OPEN)


class Pledge(models.Model):
    """Money announced, not yet received; recognised in the bank by its reference."""

    class State(models.TextChoices):
        OPEN = "open", _("awaited")
        CONFIRMED = "confirmed", _("received")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("expired")

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    reference = models.CharField(_("reference"), max_length=8, unique=True, default=new_reference, editable=False)
    drive = models.ForeignKey(Drive, on_delete=models.PROTECT, related_name="pledges")
    supporter = models.ForeignKey(Supporter, null=True, on_delete=models.SET_NULL, related_name="pledges")
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    is_anonymous = models.BooleanField(_("anonymous"), default=True)
    message = models.TextField(_("message"), blank=True, max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    # Frozen when it was made: a promise shows in the month it was given in.
    period_key = models.CharField(max_length=10)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=thirty_days_on)
    reminded_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    gift = models.OneToOneField(Gift, null=True, on_delete=models.PROTECT, related_name="pledge")
    once_key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(fields=["expires_at"], condition=models.Q(state="open"), name="open_pledge_by_expiry"),
            models.Index(fields=["state", "-made_at"], name="pledge_by_state"),
            models.Index(
                fields=["made_at"],
                condition=models.Q(state="open", reminded_at__isnull=True),
                name="pledge_to_remind_of",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="pledge_is_positive"),
            models.CheckConstraint(
                condition=models.Q(state="confirmed", gift__isnull=False)
                | (~models.Q(state="confirmed") & models.Q(gift__isnull=True)),
                name="confirmed_pledge_has_its_gift",
            ),
        ]

    def __str__(self) -> str:
        return self.grouped_reference

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def grouped_reference(self) -> str:
        return grouped(self.reference)

    @property
    def is_open(self) -> bool:
        return self.state == Pledge.State.OPEN

    @property
    def cancel_token(self) -> str:
        """What the link in the letter carries. It follows from the id and our key, so nothing secret is stored."""
        return salted_hmac("commonpress.fundraising.cancel", self.public_id, algorithm="sha256").hexdigest()[:32]

    def accepts(self, cancel_token: str) -> bool:
        return constant_time_compare(cancel_token, self.cancel_token)

    def get_absolute_url(self) -> str:
        return reverse("fundraising:pledge", args=[self.public_id])
