from django.db import models

from commonpress.fundraising.models.drive import Drive


class MeterTotal(models.Model):
    """A drive's sums in one period and currency, added to in the transaction of each entry and pledge.

    What is received and matched equals the sum over the ledger at every commit; a test and the audit say so. A row
    of another currency than the drive's holds the gifts for which no rate was known.
    """

    drive = models.ForeignKey(Drive, on_delete=models.PROTECT, related_name="totals")
    period_key = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    received_minor = models.BigIntegerField(default=0)
    gifts = models.BigIntegerField(default=0)
    matched_minor = models.BigIntegerField(default=0, db_default=0)
    promised_minor = models.BigIntegerField(default=0)
    pledges = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drive", "period_key", "currency"], name="one_total_per_period")]

    def __str__(self) -> str:
        return f"{self.drive_id} {self.period_key} {self.currency}"
