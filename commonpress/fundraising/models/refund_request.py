from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.money import Money
from commonpress.fundraising.public_ids import new_public_id


class RefundRequest(models.Model):
    """A refund above the drive's limit, as one person asked for it; a second one approves it."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for a second person")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="refund_requests")
    amount_minor = models.BigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=10, choices=Refund.Reason, default=Refund.Reason.RETURNED)
    note = models.CharField(_("note for the books"), max_length=200, blank=True)
    is_paid_out = models.BooleanField(default=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # Where nobody else keeps the books, who asked may go on alone, but not before this.
    waits_until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    refund = models.OneToOneField(Refund, null=True, on_delete=models.PROTECT, related_name="request")
    once_key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        verbose_name = _("refund asked for")
        verbose_name_plural = _("refunds asked for")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["state", "-asked_at"], name="refund_request_by_state")]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="refund_request_is_positive"),
            models.CheckConstraint(
                condition=models.Q(state="approved", refund__isnull=False)
                | (~models.Q(state="approved") & models.Q(refund__isnull=True)),
                name="approved_request_has_its_refund",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.gift.currency)

    @property
    def is_open(self) -> bool:
        return self.state == RefundRequest.State.ASKED
