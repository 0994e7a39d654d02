from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.money import Money
from commonpress.fundraising.public_ids import new_public_id


class Refund(models.Model):
    """What was taken back from a gift, by a reversing entry in the ledger once it is done."""

    class Reason(models.TextChoices):
        RETURNED = "returned", _("the money went back")
        MISTAKE = "mistake", _("it was entered by mistake")

    class State(models.TextChoices):
        # Not in the book yet, but nobody else can take the same money back.
        PENDING = "pending", _("to be paid out")
        DONE = "done", _("done")
        # It was in the book, and a compensating entry has taken it out again.
        FAILED = "failed", _("did not arrive")

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.BigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, default=Reason.RETURNED)
    note = models.CharField(_("note for the books"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DONE, db_default="done")
    # Of a refund still to be paid out: when it was decided. It is moved to the day of the payment.
    refunded_at = models.DateTimeField(default=timezone.now)
    refunded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    failed_at = models.DateTimeField(null=True)
    once_key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["refunded_at", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="refund_is_positive")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.gift.currency)

    @property
    def is_pending(self) -> bool:
        return self.state == Refund.State.PENDING
