"""The book. Rows are inserted by ledger/writing.py and by nothing else, and stay as they are.

Triggers (migrations 0002, 0004, 0013 and 0015) refuse changes and deletion, an entry whose lines do not sum to 0
in each currency, and lines for an entry that stands. So lines go in first.
"""

from django.db import models

from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift


class Account(models.TextChoices):
    """What a line counts for. Positive lines are debits: what we have grows by them."""

    BANK = "asset:bank"
    CASH = "asset:cash"
    CRYPTO = "asset:crypto"
    ELSEWHERE = "asset:elsewhere"
    GIFTS = "income:gifts"
    FEE_COVER = "income:fee_cover"
    REFUNDS = "contra:refunds"
    FEES = "expense:fees"


class Entry(models.Model):
    """One booking."""

    class Kind(models.TextChoices):
        GIFT = "gift"
        REFUND = "refund"
        CORRECTION = "correction"
        REFUND_FAILED = "refund_failed"

    source_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    occurred_at = models.DateTimeField()
    booked_at = models.DateTimeField()
    # Looked for with a period (entry_by_drive_and_period).
    drive = models.ForeignKey(Drive, null=True, on_delete=models.PROTECT, related_name="entries", db_index=False)
    # The month whose public total it belongs to; that of the gift, even for a later refund.
    period_key = models.CharField(max_length=10)
    # What it changed of what readers gave, in the gift's own currency; the trigger compares it with the lines.
    currency = models.CharField(max_length=3, db_default="")
    amount_minor = models.BigIntegerField(db_default=0)
    # What it added to the meter, frozen with the rate it was converted at ("1.1", of that day). A currency other
    # than the drive's: no rate was known.
    meter_currency = models.CharField(max_length=3, db_default="")
    meter_minor = models.BigIntegerField(db_default=0)
    matched_minor = models.BigIntegerField(default=0, db_default=0)
    gifts = models.SmallIntegerField(default=0, db_default=0)
    rate = models.CharField(max_length=24, blank=True, default="", db_default="")
    rate_on = models.DateField(null=True)
    gift = models.ForeignKey(Gift, null=True, on_delete=models.PROTECT, related_name="entries")
    reverses = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reversals")

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["drive", "period_key"], name="entry_by_drive_and_period"),
            models.Index(fields=["occurred_at"], name="entry_by_time"),
        ]

    def __str__(self) -> str:
        return self.source_key


class Line(models.Model):
    """One leg of a movement."""

    # Checked at commit, so that lines can stand before their entry.
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    account = models.CharField(max_length=40, choices=Account)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount_minor=0), name="line_moves_something")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_minor} {self.currency}"
